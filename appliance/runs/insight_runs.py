# SPDX-License-Identifier: GPL-3.0-or-later
"""When the query log is looked at for what it tells of devices and of who stands for the home: a short fork each time.

It is due a minute after the start and each quarter of an hour, each minute while somebody stands for the home: that is
to be told no more soon after it was mended.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from pathlib import Path

from appliance.process.children import why
from appliance.runs.short_run import NoteEnd, ShortRun

ROLE, MODULE = "insight", "resolver.recorder.log_insight"
LOOK_SECONDS = 60.0
REST_SECONDS = 900.0  # between two runs; each has the recorder write what waits
HIDDEN = 3  # as the run says it by its exit code

log = logging.getLogger("telltale.supervisor")


class InsightRuns:
    """Of one appliance. `step` is called each LOOK_SECONDS, and never waits."""

    def __init__(
        self, state: Path, run: Path, environ: Mapping[str, str], note_end: NoteEnd = lambda *_: None
    ) -> None:
        self._work = ShortRun(ROLE, MODULE, state, run, environ, note_end)
        self._due = 0.0

    def step(self) -> None:
        """Start a run where one is due; take note of the end of one."""
        now = time.monotonic()
        if (code := self._work.ended()) is not None:
            if code == HIDDEN:
                self._due = now
            elif code < 0:
                log.warning("%s %s; it is tried again later", ROLE, why(code))
        if not self._work.running and now >= self._due:
            self._due = now + REST_SECONDS - LOOK_SECONDS / 2  # steps come late by a little
            self._work.start()
