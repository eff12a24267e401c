# SPDX-License-Identifier: GPL-3.0-or-later
"""The process of evidence: what is new in the query log, the findings, the links of days that are over; then it ends.

    python -m evidence.process --state DIR [--run DIR]

The supervisor forks one when an hour of the log is over (appliance.runs.evidence_runs); it is niced, rests as long
as it works, and may be killed at any moment. Nobody waits for it. What a person must see to stands in its status.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from pathlib import Path

from blocklists.whose import home_facts
from blocklists.whose.company_memo import CompanyMemo
from evidence.base import company_days, evidence_file, hours_table, log_hours, passes
from evidence.chain import close_days
from evidence.findings import decisions, find_all, home_findings
from evidence.idle_test import idle_tests_file, settle
from store.base import db, logs, status
from store.base.file_faults import Fault, fault_of, words
from store.base.process_status import EvidenceStatus
from store.base.sentences import say
from store.base.store_errors import StoreError
from store.config import settings
from store.log import querylog

NICENESS = 19  # whatever else there is to do goes first
MAX_SECONDS = 1800.0  # of a first pass over a large log; the next one goes on from there
AGAIN = 2  # the exit code of one that has left something to do, or met trouble

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Do one pass; return the exit code: 0, or AGAIN."""
    options = _options(arguments)
    logs.setup("evidence")
    os.nice(NICENESS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    state = settings.state_dir(options.state, environ)
    run = Path(options.run) if options.run else status.run_dir(state, environ)
    end = time.monotonic() + MAX_SECONDS
    done = work(state, time.time_ns() // 1000, passes.rest_as_long, lambda: time.monotonic() < end, run=run)
    status.publish(run, "evidence", done)
    return AGAIN if done.error or done.left else 0


def work(
    state: Path,
    now_us: int,
    rest: Callable[[float], None] = lambda seconds: None,
    go_on: Callable[[], bool] = lambda: True,
    *,
    chained: bool = True,
    run: Path | None = None,
) -> EvidenceStatus:
    """One pass; what came of it. A fault of the disk is told, one that passes is no error, and nothing is raised.

    `chained`: days that are over get their links, too; `run`: of the appliance whose idle tests are settled.
    """
    try:
        passed = passes.run(state, now_us, rest, go_on)
        if chained:
            close_days.close_days(state, now_us, go_on, rest)
        if run is not None:
            settle.settle(state, run, now_us, lambda: home_facts.load(state))
        # While hours are missing, what was asked long ago would be new.
        if (state / evidence_file.FILE_NAME).exists() and not passed.left:
            rest(0.0)  # which waits while the machine is busy
            _find(state, now_us, rest)
    except (OSError, sqlite3.Error, StoreError) as error:
        return _failed(state, error)
    if passed.read or passed.dropped:
        log.info("%d hours read, %d dropped, %d left", passed.read, passed.dropped, passed.left)
    return EvidenceStatus(read=passed.read, left=passed.left)


def _find(state: Path, now_us: int, rest: Callable[[float], None]) -> None:
    """Days by company, and the findings."""
    with ExitStack() as stack:
        con = stack.enter_context(closing(evidence_file.open_writer(state)))
        log_con = log_hours.open_any(state)
        if log_con is not None:
            stack.callback(log_con.close)
        facts = home_facts.load(state)
        company_days.follow(con, log_con, CompanyMemo(facts), rest)
        find_all.find_all(con, facts, now_us, log_con)
        if log_con is not None:
            home_findings.find(state, con, log_con, facts, now_us)
    decisions.follow(state)


def _failed(state: Path, error: Exception) -> EvidenceStatus:
    """With a sentence where a person must act; without where it passes by itself, or is mended here.

    Damage shows in the midst of a file as well: what is ours is put aside then; a damaged log is the recorder's
    to mend.
    """
    fault = fault_of(error)
    log.warning("no pass was made (%s: %s)", fault, error)
    if fault is Fault.DAMAGED:
        return _without_damaged(state, error)
    if fault in (Fault.BUSY, Fault.MISSING, Fault.EMPTY):
        return EvidenceStatus(left=1)
    return EvidenceStatus(error=say("Evidence cannot be kept: {why}.", why=words(fault)), left=1)


def _without_damaged(state: Path, error: Exception) -> EvidenceStatus:
    """Put aside which files of ours are damaged; sums of an hour that are, the next pass reads again."""
    mended = False
    for file in (evidence_file, idle_tests_file):
        if db.inspect(state / file.FILE_NAME, file.KIND) is Fault.DAMAGED:
            mended |= file.put_aside(state, error)
    with suppress(OSError, sqlite3.Error, StoreError), closing(evidence_file.open_writer(state)) as con:
        mended |= hours_table.drop_damaged(con) > 0
    log_damaged = not mended and db.inspect(state / querylog.FILE_NAME, "querylog") is Fault.DAMAGED
    return EvidenceStatus(left=1, log_damaged=log_damaged)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evidence.process", description="Read what is new in the log.")
    parser.add_argument("--state", help="the state directory")
    parser.add_argument("--run", help="the directory for what need not survive")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
