# SPDX-License-Identifier: GPL-3.0-or-later
"""A short fork of the supervisor's for work that is due now and then, so that nothing of it stays in memory between."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from pathlib import Path

from appliance.process import forking, orphans
from appliance.process.forking import Forked

log = logging.getLogger("telltale.supervisor")


class ShortRun:
    """Of one kind of work, one run at a time. No call waits."""

    def __init__(self, role: str, module: str, state: Path, run: Path, environ: Mapping[str, str]) -> None:
        self._role, self._module, self._environ = role, module, environ
        self._arguments = ("--state", str(state), "--run", str(run))
        self._process: Forked | None = None

    @property
    def running(self) -> bool:
        """Whether one has begun and its end was not taken note of."""
        return self._process is not None

    def ended(self) -> int | None:
        """The code with which a run has ended since the last call; None where none has."""
        code = self._process.poll() if self._process is not None else None
        if code is not None:
            self._process = None
        return code

    def start(self) -> bool:
        """Whether a run could be begun; it ends with the supervisor."""
        supervisor = os.getpid()

        def settle() -> None:
            os.setpgid(0, 0)
            orphans.end_with(supervisor)

        try:
            self._process = forking.fork(self._role, self._module, self._arguments, (), self._environ, settle)
        except OSError as error:
            log.warning("%s could not be started (%s); it is tried again later", self._role, error)
            return False
        return True
