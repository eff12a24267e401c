# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that are over: each result is computed from the log once, and kept; until then, whenever it is asked for."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from blocklists.whose.facts import Facts
from evidence.base import log_hours
from evidence.base.log_hours import SECOND_US
from evidence.idle_test import asked_rows, idle_test_rows, idle_tests_file, tally
from evidence.idle_test.idle_test import MINUTE_US, IdleTest
from evidence.idle_test.result import TestResult
from store.base import db
from store.base.db import transaction
from store.config import devices
from store.log import querylog, readers
from store.sums.lookups import TOGETHER_US

STAY_US = 40 * MINUTE_US  # after its end, where no recorder says that it wrote all: it does so every half an hour
BATCH_US = 10 * SECOND_US  # after its end, until workers have sent the recorder all that they answered


def settle(state: Path, run: Path, now_us: int, facts: Callable[[], Facts]) -> int:
    """Keep the results of tests that are over, where no record can be missing any more; how many there were.

    `facts` are asked for where there is something to do. Without a log tests wait. Raises sqlite3.Error or StoreError.
    """
    if not (state / idle_tests_file.FILE_NAME).exists() or not (state / querylog.FILE_NAME).exists():
        return 0
    with closing(idle_tests_file.open_reader(state)) as con:
        over = idle_test_rows.due(con, now_us)
    if over:
        await_recorder(state, run)
    written_us = max(readers.shown_us(run) - BATCH_US, now_us - STAY_US)
    due = [test for test in over if test.to_us <= written_us]
    if not due:
        return 0
    known = facts()
    results = [(test.id, computed(state, test, known, now_us)) for test in due]
    with closing(idle_tests_file.open_writer(state)) as con:
        for number, result in results:
            idle_test_rows.keep(con, number, result)
    return len(due)


def await_recorder(state: Path, run: Path) -> None:
    """Have the recorder write what waits, for a moment: it does so once somebody opens the log. No log is no error."""
    since_ns = time.time_ns()
    with contextlib.suppress(sqlite3.Error), closing(log_hours.open_log(state)):
        readers.wait(run, since_ns)


def result_of(con: sqlite3.Connection, state: Path, test: IdleTest, facts: Facts, now_us: int) -> TestResult:
    """The result of a test: the one that is kept, else as the log has it now. `con`: of idle_tests.db.

    Raises sqlite3.Error or StoreError.
    """
    kept = idle_test_rows.kept(con, test.id) if test.settled else None
    return kept or computed(state, test, facts, now_us)


def computed(state: Path, test: IdleTest, facts: Facts, now_us: int) -> TestResult:
    """From the log, as one look at it; all is empty while there is none. Raises sqlite3.Error."""
    with (
        closing(_log(state)) as log,
        closing(db.connect(state / "config.db", read_only=True)) as config,
        transaction(log, "DEFERRED"),
    ):
        test = replace(test, device_id=devices.merged(config).get(test.device_id, test.device_id))
        rows = asked_rows.rows(log, test.device_id, test.from_us - TOGETHER_US, test.to_us)
        limits = asked_rows.limits(log, config, test)
        return tally.result_of(test, rows, facts, limits, now_us, tally.utc_offset_of(test.from_us))


def _log(state: Path) -> sqlite3.Connection:
    if (state / querylog.FILE_NAME).exists():
        return log_hours.open_log(state)
    con = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(con)
    return con
