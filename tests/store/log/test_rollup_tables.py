# SPDX-License-Identifier: GPL-3.0-or-later
"""What is listed, and what is no longer."""

import sqlite3

import pytest

from store.log import rollup_tables
from store.log.rollup_tables import DAY_US, DAYS, HOUR_US, HOURS, HOUSE
from store.sums import packed
from store.sums.counts import Counts

pytestmark = pytest.mark.database

DAY = 20_000


def _listed(log: sqlite3.Connection) -> list[tuple[int, int, int]]:
    return log.execute("SELECT level, block, kept FROM rolled ORDER BY 1, 2").fetchall()


def _put_hours(log: sqlite3.Connection, hours: range) -> None:
    for hour in hours:
        one = Counts(hour, {packed.key(hour % 60, 0): 1}, {0: 1}, names={packed.key(hour, 0): 2})
        rollup_tables.put(log, HOURS, hour, [(HOUSE, one), (5, one)], True)


def test_a_day_is_its_hours(log: sqlite3.Connection) -> None:
    first = DAY * 24
    _put_hours(log, range(first, first + 23))
    assert not rollup_tables.put_day(log, DAY)
    _put_hours(log, range(first + 23, first + 24))
    assert rollup_tables.put_day(log, DAY)
    assert (DAYS, DAY, 1) in _listed(log)
    rows = log.execute(f"SELECT {packed.client_sql('id')}, total_us FROM days").fetchall()
    assert rows == [(HOUSE, sum(range(first, first + 24))), (5, sum(range(first, first + 24)))]


def test_a_time_takes_its_hour_and_its_day_out(log: sqlite3.Connection) -> None:
    first = DAY * 24
    _put_hours(log, range(first, first + 24))
    rollup_tables.put_day(log, DAY)
    rollup_tables.invalidate(log, [DAY * DAY_US + 3 * HOUR_US + 5])
    assert _listed(log) == [(HOURS, hour, 1) for hour in range(first, first + 24) if hour != first + 3]


def test_what_lies_before_goes_with_its_sums(log: sqlite3.Connection) -> None:
    first = DAY * 24
    _put_hours(log, range(first, first + 30))
    rollup_tables.put_day(log, DAY)
    rollup_tables.invalidate_through(log, (first + 25) * HOUR_US + 7)
    assert _listed(log) == [(HOURS, hour, 1) for hour in range(first + 26, first + 30)]
    assert log.execute(f"SELECT {packed.block_sql('min(id)')}, count(*) FROM hours").fetchone() == (first + 25, 10)
    assert log.execute("SELECT count(*) FROM days").fetchone() == (0,)
