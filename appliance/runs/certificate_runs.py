# SPDX-License-Identifier: GPL-3.0-or-later
"""When the certificate is seen to: a short fork each time, so that nothing of it stays in memory in between.

It is due at the start, once an hour, and when the files in force, the home's names or this machine's addresses changed.
Where there is no certificate nothing is done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.process.children import why
from appliance.runs.followed_settings import FollowedSettings
from appliance.runs.short_run import NoteEnd, ShortRun
from store.certificates import certificate_files, certificate_names
from store.certificates.certificate_watch import signature

ROLE, MODULE = "certificate", "store.certificates.certificate_run"
LOOK_SECONDS = 15.0
AGAIN_SECONDS = 600.0

log = logging.getLogger("telltale.supervisor")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a run was made for."""

    hour: int
    files: str
    names: tuple[str, ...]
    addresses: tuple[str, ...]


class CertificateRuns:
    """Of one appliance. `step` is called now and then, and never waits."""

    def __init__(
        self, state: Path, run: Path, environ: Mapping[str, str], followed: FollowedSettings,
        note_end: NoteEnd = lambda *_: None,
    ) -> None:  # fmt: skip
        self._state, self._followed = state, followed
        self._work = ShortRun(ROLE, MODULE, state, run, environ, note_end)
        self._made_for: _Seen | None = None
        self._not_before = 0.0

    def step(self) -> None:
        """Start a run where one is due; take note of the end of one."""
        if code := self._work.ended():
            log.warning("%s %s; it is tried again later", ROLE, why(code))
            self._later()
        if self._work.running or time.monotonic() < self._not_before:
            return
        seen = self._look()
        if seen != self._made_for:
            self._made_for = seen
            if not self._work.start():
                self._later()

    def _later(self) -> None:
        self._made_for, self._not_before = None, time.monotonic() + AGAIN_SECONDS

    def _look(self) -> _Seen | None:
        """None where there is no certificate."""
        settings = self._followed.look()
        files = certificate_files.in_force(self._state, settings)
        if files is None:
            return None
        names, addresses = certificate_names.names(settings), certificate_names.addresses()
        return _Seen(int(time.time()) // 3600, signature(files), names, addresses)
