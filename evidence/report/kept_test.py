# SPDX-License-Identifier: GPL-3.0-or-later
"""An idle test that a report is asked of: the test, and its kept result where the query log let the rows go."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from evidence.idle_test import idle_test_rows, idle_tests_file
from evidence.idle_test.idle_test import IdleTest, NoTest
from evidence.idle_test.result import TestResult
from evidence.report_counts.subject import NoReport
from store.base.db import connect
from store.base.sentences import say
from store.base.store_errors import StoreError
from store.config import devices
from store.log import late_rows, querylog


def test_of(state: Path, number: int, now_us: int) -> IdleTest:
    """A test that is over, of the device that it is now. Raises NoReport."""
    try:
        with closing(idle_tests_file.open_reader(state)) as con:
            test = idle_test_rows.test(con, number)
    except NoTest:
        raise NoReport(say("There is no idle test {id}.", id=number)) from None
    except (sqlite3.Error, StoreError) as error:
        raise NoReport(idle_tests_file.told(state, error)) from None
    if test.running(now_us):
        raise NoReport(say("The idle test {id} is not over yet.", id=number))
    return replace(test, device_id=_now(state, test.device_id))


def kept_result(state: Path, number: int) -> TestResult | None:
    """The result that is kept here; None where there is none."""
    try:
        with closing(idle_tests_file.open_reader(state)) as con:
            return idle_test_rows.kept(con, number)
    except (sqlite3.Error, StoreError):
        return None


def result_without_rows(state: Path, test: IdleTest) -> TestResult | None:
    """The kept result of a test of which the log has no longer all rows; None: the log has them, or nothing is kept.

    Raises sqlite3.Error where the log cannot be read.
    """
    result = kept_result(state, test.id) if test.settled else None
    if result is None or not (state / querylog.FILE_NAME).exists():
        return result
    with closing(connect(state / querylog.FILE_NAME, read_only=True)) as log:
        rows = log.execute(_ROWS, (test.device_id, result.from_us, result.to_us)).fetchone()[0]
        # Of a device that asked for nothing only this tells whether anything was there to let go.
        gone = not result.counts.queries and late_rows.deleted_to(log) >= result.from_us
    return result if rows < result.counts.queries or gone else None


_ROWS = """SELECT count(*) FROM queries WHERE device_id = ? AND time_us >= ? AND time_us < ? AND source IS NULL"""


def _now(state: Path, device: int) -> int:
    """The device that a person made it one with since; itself where nobody did, or config.db is not here."""
    try:
        with closing(connect(state / "config.db", read_only=True)) as con:
            return devices.merged(con).get(device, device)
    except sqlite3.Error:
        return device
