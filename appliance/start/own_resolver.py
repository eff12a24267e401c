# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper of our own resolver (unbound), a child of the supervisor while the settings want one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from appliance.process.children import Spec
from appliance.process.supervisor import Supervisor
from appliance.start.inventory import House
from store.config import usable_settings
from store.config.resolving_settings import asks_itself

LOOK_SECONDS = 0.5  # how late a switch may act; a look is three stat(2)
ROLE, MODULE = "recursor", "recursor.recursor_keeper"


class OwnResolver:
    """`step` is called now and then, and never waits."""

    def __init__(self, house: House, environ: Mapping[str, str]) -> None:
        self._house, self._environ = house, environ
        self._marks: tuple[int, ...] = ()
        self._wanted = False

    def step(self, supervisor: Supervisor) -> None:
        """Start it where it is wanted, end it where it is not."""
        state = self._house.state
        marks = tuple(_mark(state / name) for name in ("config.db", "config.db-wal", "telltale.toml"))
        if marks != self._marks:
            settings = usable_settings.load_stored(state, self._environ)
            if settings is None:  # what cannot be read ends nothing; it is tried again
                settings = None if self._marks else usable_settings.load(state, self._environ)
            else:
                self._marks = marks
            self._wanted = self._wanted if settings is None else asks_itself(settings)
        here = any(child.spec.role == ROLE for child in supervisor.children)
        if self._wanted and not here:
            words = ("--state", str(state), "--run", str(self._house.run))
            supervisor.add([Spec(ROLE, MODULE, words, beats=True)])
        elif here and not self._wanted:
            supervisor.drop(ROLE)


def watch(supervisor: Supervisor, house: House, environ: Mapping[str, str]) -> None:
    """Look now, and again and again."""
    own = OwnResolver(house, environ)
    own.step(supervisor)
    supervisor.every(LOOK_SECONDS, lambda: own.step(supervisor))


def _mark(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
