# SPDX-License-Identifier: GPL-3.0-or-later
"""When evidence is looked for: a short, niced fork each time, so that nothing of it stays in memory in between.

It is due once an hour of the log is over, where evidence.db is gone or the log is another file, and again a while after
one that had left something to do. The log is not opened to find that out: whoever opens it has the recorder write.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance.process.children import why
from appliance.runs.short_run import NoteEnd, ShortRun
from store.imports.log_tasks import FOLDER

ROLE, MODULE = "evidence", "evidence.process"
LOOK_SECONDS = 60.0
AGAIN_SECONDS = 600.0
GRACE_SECONDS = 330  # past the end of an hour: evidence leaves it alone for five minutes

log = logging.getLogger("telltale.supervisor")


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a run was made for: the hour that was over last, and which file the log is."""

    hour: int
    log: int
    tasks: int = 0  # when a history was taken in, or records were deleted, last: whoever is done leaves the folder


class EvidenceRuns:
    """Of one appliance. `step` is called now and then, and never waits."""

    def __init__(
        self, state: Path, run: Path, environ: Mapping[str, str], note_end: NoteEnd = lambda *_: None
    ) -> None:
        self._state, self._work = state, ShortRun(ROLE, MODULE, state, run, environ, note_end)
        self._made_for: _Seen | None = None
        self._again_at: float | None = None

    @property
    def running(self) -> bool:
        """Whether one reads now."""
        return self._work.running

    def step(self) -> None:
        """Start a run where one is due; take note of the end of one."""
        if (code := self._work.ended()) is not None:
            self._again_at = time.monotonic() + AGAIN_SECONDS if code else None
            if code < 0:
                log.warning("%s %s; it goes on later", ROLE, why(code))
        seen = self._look() if not self._work.running else None
        if seen is None or not self._is_due(seen):
            return
        if self._work.start():
            self._made_for, self._again_at = seen, None
        else:
            self._again_at = time.monotonic() + AGAIN_SECONDS

    def _look(self) -> _Seen | None:
        """None where there is no log."""
        try:
            number = (self._state / "querylog.db").stat().st_ino
        except OSError:
            return None
        tasks = 0
        with suppress(OSError):
            tasks = (self._state / FOLDER).stat().st_mtime_ns
        return _Seen(int(time.time() - GRACE_SECONDS) // 3600, number, tasks)

    def _is_due(self, seen: _Seen) -> bool:
        if self._again_at is not None:
            return time.monotonic() >= self._again_at
        return seen != self._made_for or not (self._state / "evidence.db").exists()
