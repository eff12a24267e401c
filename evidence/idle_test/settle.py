# SPDX-License-Identifier: GPL-3.0-or-later
"""Tests that are over: each result is computed from the log once, and kept; until then, whenever it is asked for."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from blocklists.whose.facts import Facts
from evidence.base import log_hours
from evidence.idle_test import asked_rows, idle_test_rows, idle_tests_file, tally
from evidence.idle_test.idle_test import IdleTest
from evidence.idle_test.result import TestResult
from store.base import db
from store.base.db import transaction
from store.config import devices
from store.log import querylog
from store.log.lookups import TOGETHER_US


def settle(state: Path, now_us: int, facts: Callable[[], Facts]) -> int:
    """Keep the results of tests that are over and have none; how many there were. Without a log they wait.

    `facts` are asked for where there is something to do. Raises sqlite3.Error or StoreError.
    """
    if not (state / idle_tests_file.FILE_NAME).exists() or not (state / querylog.FILE_NAME).exists():
        return 0
    with closing(idle_tests_file.open_reader(state)) as con:
        due = idle_test_rows.due(con, now_us)
    if not due:
        return 0
    known = facts()
    results = [(test.id, computed(state, test, known, now_us)) for test in due]
    with closing(idle_tests_file.open_writer(state)) as con:
        for number, result in results:
            idle_test_rows.keep(con, number, result)
    return len(due)


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
