# SPDX-License-Identifier: GPL-3.0-or-later
"""The list-update process: `python -m blocklists.update.list_updates --state DIR [--run DIR]`.

It waits until something is due, config.db changed or the index is gone, and each time has a fork do the work
(`Updater.work`), so that a list that is added or turned on is fetched at once. It reads nothing itself but the marks of
files: whatever a process touches of the memory that it shares with all others becomes its own.
"""

from __future__ import annotations

import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from blocklists.index import list_files
from blocklists.update import forked_job
from blocklists.update.updater import Updater
from store.base import logs, status
from store.base.argv import argued
from store.base.pulse import beat
from store.events.config_events import ConfigEvents
from store.events.config_marks import ConfigMarks

NICENESS = 10  # DNS goes first
POLL_SECONDS = 2.5  # an edit is told by the kernel, where that does
MAX_WAIT_SECONDS = 3600.0  # a clock that was set meanwhile may have made a list due
# After config.db or the disk failed as a whole.
TROUBLE_SECONDS = 30.0

_log = logging.getLogger(__name__)


class ListUpdates:
    """Of one state directory: when there is work, and what is remembered from one time to the next."""

    def __init__(self, state: Path, run: Path, environ: Mapping[str, str]) -> None:
        self._state, self._run, self._environ = state, run, environ
        self._marks = ConfigMarks(state)
        self._index: tuple[int, ...] | None = None
        self._known: dict[str, Any] = {"errors": {}, "failures": {}}

    def changed(self) -> bool:
        """Whether config.db may be another since the last call, or the index is.

        Of the index: somebody has deleted, emptied or written over it. Workers go on by what they have open, and those
        that start anew by the index before.
        """
        before, self._index = self._index, list_files.index_mark(self._state)
        return bool(self._marks.changed() | (before is not None and before != self._index))

    def work_apart(self) -> float:
        """Do all that is to be done now in a process of its own, which takes its memory with it; return the Unix time
        at which something will be due. Raises Failed."""

        def work() -> dict[str, Any]:
            updater = Updater(self._state, self._run, self._environ, **self._known)
            return {"due": updater.work(), "errors": updater.errors, "failures": updater.failures}

        outcome = forked_job.run(work)
        self._index = list_files.index_mark(self._state)
        self._known = {"errors": outcome["errors"], "failures": outcome["failures"]}
        return float(outcome["due"])


def keep_up_to_date(state: Path, run: Path, environ: Mapping[str, str]) -> NoReturn:
    """Until SIGTERM."""
    logs.setup("updater")
    os.nice(NICENESS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _stay(ListUpdates(state, run, environ), partial(rest, ConfigEvents(state)))


def _stay(updates: ListUpdates, rest: Callable[[], None]) -> NoReturn:
    """Work whenever something is due or changed, until the process is ended; `rest` waits for the next look.

    What is due is waited for by a clock that never jumps, and looked up again within MAX_WAIT_SECONDS.
    """
    wake, trouble = 0.0, ""
    while True:
        if updates.changed() or wake <= time.monotonic():
            try:
                wait, trouble = updates.work_apart() - time.time(), ""
            except (OSError, forked_job.Failed) as error:
                if str(error) != trouble:
                    _log.error("Lists cannot be updated: %s", error)
                wait, trouble = TROUBLE_SECONDS, str(error)
            wake = time.monotonic() + min(wait, MAX_WAIT_SECONDS)
        beat()
        rest()


def rest(events: ConfigEvents) -> None:
    """Until there is something to look at, or it is time to."""
    wait = events.wait(POLL_SECONDS)
    select.select([events] if events.is_quiet else [], [], [], wait)
    events.heard()


def main(words: Sequence[str] | None = None) -> None:
    """Read the words that the supervisor gives, and keep lists up to date until SIGTERM."""
    given = argued(words, ("state",), ("run",))
    state = Path(given["state"])
    run = Path(given["run"]) if given["run"] else status.run_dir(state, os.environ)
    keep_up_to_date(state, run, os.environ)


if __name__ == "__main__":
    main()
