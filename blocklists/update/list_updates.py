# SPDX-License-Identifier: GPL-3.0-or-later
"""One run of the list update: `python -m blocklists.update.list_updates --state DIR [--run DIR]`.

It has a fork do all that is due (`Updater.work`), which takes its memory with it and says in its status when something
will be due again, and then ends with the code ASLEEP. The supervisor starts the next one at that time, or when
config.db or the index changes (`appliance.runs.list_runs`): nobody waits for it in memory.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from blocklists.update import forked_job
from blocklists.update.updater import Updater
from native.finder import end_as
from store.base import logs, status
from store.base.argv import argued
from store.base.process_status import UpdaterStatus
from store.base.pulse import ASLEEP, beat

TROUBLE_SECONDS = 30.0  # after config.db or the disk failed as a whole

_log = logging.getLogger(__name__)


def work_apart(state: Path, run: Path, environ: Mapping[str, str]) -> float:
    """Do all that is to be done now in a process of its own; return the Unix time at which something will be due.

    Where that fails as a whole, it is logged once for each reason, and due again soon.
    """

    def work() -> dict[str, Any]:
        return {"due": Updater(state, run, environ).work()}

    try:
        return float(forked_job.run(work)["due"])
    except (OSError, forked_job.Failed) as error:
        before = status.read_updater(run) or UpdaterStatus()
        if str(error) != before.trouble:
            _log.error("Lists cannot be updated: %s", error)
        now = time.time()
        again = now + TROUBLE_SECONDS
        status.publish(run, "updater", replace(
            before, running=None, last_run=int(now), due=again, index_mark=(), trouble=str(error)
        ))  # fmt: skip
        if isinstance(error, forked_job.Failed):
            end_as(error.status)
        return again


def main(words: Sequence[str] | None = None) -> int:
    """Read the words that the supervisor gives, and do what is due; SIGTERM ends it earlier."""
    given = argued(words, ("state",), ("run",))
    state = Path(given["state"])
    run = Path(given["run"]) if given["run"] else status.run_dir(state, os.environ)
    logs.setup("updater")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    beat()
    work_apart(state, run, os.environ)
    return ASLEEP


if __name__ == "__main__":
    sys.exit(main())
