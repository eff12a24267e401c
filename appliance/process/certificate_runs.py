# SPDX-License-Identifier: GPL-3.0-or-later
"""When the certificate is seen to: a short fork each time, so that nothing of it stays in memory in between.

It is due at the start, once an hour, and when the files in force, the home's names or this machine's addresses changed.
Where there is no certificate nothing is done.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.process import forking, orphans
from appliance.process.children import why
from appliance.process.forking import Forked
from store.certificates import certificate_files, certificate_names
from store.certificates.certificate_watch import signature
from store.config import usable_settings

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

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str]) -> None:
        self._state, self._run, self._environ = state, run, environ
        self._process: Forked | None = None
        self._made_for: _Seen | None = None
        self._not_before = 0.0

    def step(self) -> None:
        """Start a run where one is due; take note of the end of one."""
        if self._process is not None:
            if (code := self._process.poll()) is None:
                return
            self._process = None
            if code:
                log.warning("%s %s; it is tried again later", ROLE, why(code))
                self._made_for, self._not_before = None, time.monotonic() + AGAIN_SECONDS
        if time.monotonic() < self._not_before:
            return
        seen = self._look()
        if seen != self._made_for:
            self._made_for = seen
            self._start()

    def _look(self) -> _Seen | None:
        """None where there is no certificate."""
        chosen = usable_settings.load(self._state, self._environ)
        files = certificate_files.in_force(self._state, chosen)
        if files is None:
            return None
        names, addresses = certificate_names.names(chosen), certificate_names.addresses()
        return _Seen(int(time.time()) // 3600, signature(files), names, addresses)

    def _start(self) -> None:
        supervisor = os.getpid()

        def settle() -> None:
            os.setpgid(0, 0)
            orphans.end_with(supervisor)

        arguments = ("--state", str(self._state), "--run", str(self._run))
        try:
            self._process = forking.fork(ROLE, MODULE, arguments, (), self._environ, settle)
        except OSError as error:
            log.warning("%s could not be started (%s); it is tried again later", ROLE, error)
            self._made_for, self._not_before = None, time.monotonic() + AGAIN_SECONDS
