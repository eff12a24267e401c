# SPDX-License-Identifier: GPL-3.0-or-later
"""A timespan is whole: its parts meet end to end, and days and hours are taken wherever they hold."""

import sqlite3
from itertools import pairwise

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.log import querylog
from store.log.rollup_tables import DAY_US, HOUR_US
from store.log.timespan import split

DAY = 20_000
START, END = DAY * DAY_US, (DAY + 3) * DAY_US


def _log(rolled: list[tuple[int, int]]) -> sqlite3.Connection:
    log = sqlite3.connect(":memory:", isolation_level=None)
    querylog.migrate(log)
    log.executemany("INSERT INTO records VALUES (?, 1, 1, 1, 1)", [(START,), (END - 1,)])
    log.executemany("INSERT INTO rolled VALUES (?, ?, 1)", rolled)
    return log


TIMES = st.integers(START - HOUR_US, END + HOUR_US) | st.integers(-1, 73).map(lambda hour: START + hour * HOUR_US)


@settings(max_examples=examples(60))
@given(st.sets(st.integers(0, 71)), st.sets(st.integers(0, 2)), st.tuples(TIMES, TIMES).map(sorted))
def test_the_parts_meet_end_to_end(hours: set[int], days: set[int], span: list[int]) -> None:
    log = _log([*((0, 24 * DAY + hour) for hour in hours), *((1, DAY + day) for day in days)])
    found = split(log, *span)
    parts = sorted([
        *((day * DAY_US, (day + 1) * DAY_US) for day in found.days),
        *((hour * HOUR_US, (hour + 1) * HOUR_US) for hour in found.hours),
        *found.gaps,
    ])  # fmt: skip
    first, last = max(span[0], START), min(span[1], END)
    if first >= last:
        assert parts == []
    else:
        assert (parts[0][0], parts[-1][1]) == (first, last)
        assert all(before[1] == after[0] for before, after in pairwise(parts))
    assert {day - DAY for day in found.days} <= days
    assert {hour - 24 * DAY for hour in found.hours} <= hours
    log.close()


def test_days_come_before_hours_and_hours_before_records() -> None:
    log = _log([*((0, 24 * DAY + hour) for hour in range(48)), (1, DAY), (1, DAY + 1)])
    found = split(log, START, END)
    assert (found.days, found.hours) == ([DAY, DAY + 1], [])
    assert found.gaps == [(START + 2 * DAY_US, END)]
    found = split(log, START + 1, END)
    assert (found.days, len(found.hours)) == ([DAY + 1], 23)
    log.close()


@pytest.mark.parametrize("span", [(0, 10), (START + 5, START + 5), (END, END + 5)])
def test_where_nothing_is_nothing_is_read(span: tuple[int, int]) -> None:
    log = _log([])
    found = split(log, *span)
    assert (found.days, found.hours, found.gaps) == ([], [], [])
    assert not found.in_gaps.counts("name_id")
    log.close()
