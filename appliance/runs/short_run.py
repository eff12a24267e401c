# SPDX-License-Identifier: GPL-3.0-or-later
"""A short fork of the supervisor's for work that is due now and then, so that nothing of it stays in memory between."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from appliance.process import forking, orphans
from appliance.process.children import why
from appliance.process.forking import Forked

NoteEnd = Callable[[bool, int, str], None]
"""`Supervisor.note_end`."""

log = logging.getLogger("telltale.supervisor")


class ShortRun:
    """Of one kind of work, one run at a time. `note_end` is told of each end. No call waits."""

    def __init__(
        self, role: str, module: str, state: Path, run: Path, environ: Mapping[str, str],
        note_end: NoteEnd = lambda *_: None,
    ) -> None:  # fmt: skip
        self._role, self._module, self._environ, self._note_end = role, module, environ, note_end
        self._arguments = ("--state", str(state), "--run", str(run))
        self._process: Forked | None = None

    @property
    def running(self) -> bool:
        """Whether one has begun and its end was not taken note of."""
        return self._process is not None

    def ended(self) -> int | None:
        """The code with which a run has ended since the last call; None where none has."""
        process = self._process
        code = process.poll() if process is not None else None
        if process is not None and code is not None:
            self._process = None
            self._note_end(process.compiled, code, f"{self._role} {why(code)}")
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
