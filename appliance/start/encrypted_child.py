# SPDX-License-Identifier: GPL-3.0-or-later
"""The process that ends encrypted connections: a child from when there is a certificate, or where a port was named.

Where neither is, nothing of it runs. A certificate that is made later is seen within a second, and needs no restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

from appliance.process.children import Spec, numbers
from appliance.process.supervisor import Supervisor
from appliance.start.encrypted_ports import PORTS
from appliance.start.inventory import House
from store.certificates import certificate_files
from store.config import usable_settings

LOOK_SECONDS = 1.0  # how late a first certificate may be seen; a look is four stat(2)
ROLE, MODULE = "encrypted", "resolver.encrypted.process"
NICE = 5  # a third of a worker's share, where both want the core


class EncryptedChild:
    """`step` is called now and then, and never waits."""

    def __init__(self, house: House, environ: Mapping[str, str]) -> None:
        self._house, self._environ = house, environ
        self._marks: tuple[int, ...] = ()
        self._answers = False

    def step(self, supervisor: Supervisor) -> None:
        """Start it where it is wanted, once plain DNS is answered."""
        house = self._house
        if house.alone or not house.encrypted.possible:
            return
        if not house.certified and self._is_certified():
            house.certified = True
            house.troubles |= troubles(house)
        self._answers = self._answers or supervisor.answers()
        if not self._answers or not (house.encrypted and house.serves_encrypted):
            return
        if all(child.spec.role != ROLE for child in supervisor.children):
            supervisor.add([spec(house)])

    def _is_certified(self) -> bool:
        """Whether there is a certificate; settings are read only where something changed."""
        state = self._house.state
        names = ("config.db", "config.db-wal", "telltale.toml", certificate_files.FOLDER)
        marks = tuple(_mark(state / name) for name in names)
        if marks == self._marks:
            return False
        self._marks = marks
        return certificate_files.in_force(state, usable_settings.load(state, self._environ)) is not None


def spec(house: House) -> Spec:
    """The child as of now: niced, so that a storm of connections leaves the core to plain queries."""
    kinds = {kind: house.encrypted.fds(kind) for kind in PORTS}
    ours = tuple(end for end, _ in house.handed)
    pages = house.pages[:1] if house.pages else ()
    words = (
        "--state", str(house.state), "--run", str(house.run), "--workers", numbers(ours), "--pages", numbers(pages),
        *chain.from_iterable((f"--{kind}", numbers(fds)) for kind, fds in kinds.items()),
    )  # fmt: skip
    return Spec(ROLE, MODULE, words, (*chain.from_iterable(kinds.values()), *ours, *pages), nice=NICE, beats=True)


def troubles(house: House) -> dict[str, str]:
    """A sentence on each port that is wanted now and could not be had."""
    wanted = (missing for missing in house.encrypted.missing if house.wants_encrypted(missing.setting))
    return {missing.word: str(missing.sentence) for missing in wanted}


def watch(supervisor: Supervisor, house: House, environ: Mapping[str, str]) -> None:
    """Look again and again."""
    child = EncryptedChild(house, environ)
    supervisor.every(LOOK_SECONDS, lambda: child.step(supervisor))


def _mark(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
