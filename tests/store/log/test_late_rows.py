# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.log import late_rows
from store.log.late_rows import DAY_US, LATE_US

pytestmark = pytest.mark.database

DAY = 20_700


def test_rows_are_late_an_hour_after_their_day_and_counted_by_day(log: sqlite3.Connection) -> None:
    times = [DAY * DAY_US - 1, DAY * DAY_US + 5, DAY * DAY_US + 6]
    late_rows.note(log, times, (DAY + 1) * DAY_US + LATE_US - 1)
    assert [late_rows.of_day(log, day) for day in (DAY - 1, DAY)] == [1, 0]
    late_rows.note(log, times, (DAY + 1) * DAY_US + LATE_US)
    assert [late_rows.of_day(log, day) for day in (DAY - 1, DAY, DAY + 1)] == [2, 2, 0]


def test_how_far_the_log_deleted_only_grows(log: sqlite3.Connection) -> None:
    assert late_rows.deleted_to(log) == 0
    late_rows.note_deleted(log, 77)
    late_rows.note_deleted(log, 5)
    assert late_rows.deleted_to(log) == 77
