# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture of hours and days: every look-up for tracking is in it once, and what got through shows."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from store.log.values import HourCounts
from webui.numbers.hours_grid import LEAST_DAYS, MAX_DAYS, Grid, grid

HOUR_US = 3_600_000_000
NOON_S = int(time.mktime((2026, 11, 24, 12, 0, 0, 0, 0, -1)))
STOPPED = HourCounts(NOON_S * 1_000_000, 5, 5, 0, 9, 9)


def shown(*rows: HourCounts) -> Grid:
    made = grid(rows, NOON_S)
    assert made is not None
    return made


def test_what_does_not_track_makes_no_picture() -> None:
    assert grid([], NOON_S) is None
    assert grid([HourCounts(NOON_S * 1_000_000, 0, 0, 0, 4, 4)], NOON_S) is None


def test_a_day_in_numbers() -> None:
    leaked = replace(STOPPED, time_us=STOPPED.time_us + HOUR_US, tracking=9, blocked=1, failed=2)
    [line] = shown(STOPPED, leaked).lines
    assert (line.tracking, line.blocked, line.through, line.failed) == (14, 6, 6, 2)
    assert line.day == "24 Nov" and line.busiest == "13:00 to 14:00"
    assert line.begins_s <= NOON_S < line.ends_s and line.ends_s - line.begins_s == 86_400


def test_a_cell_is_parted_by_what_became_of_its_look_ups() -> None:
    tones = [{shade.tone for shade in shown(row).shades} for row in (
        STOPPED, replace(STOPPED, blocked=4), replace(STOPPED, blocked=0, failed=5), replace(STOPPED, blocked=0),
    )]  # fmt: skip
    assert tones == [{"blocked"}, {"blocked", "leaked"}, {"failed"}, {"leaked"}]


@pytest.mark.parametrize(("back", "days"), [(0, LEAST_DAYS), (20, 21), (90, MAX_DAYS)])
def test_the_picture_begins_where_tracking_does(back: int, days: int) -> None:
    old = replace(STOPPED, time_us=STOPPED.time_us - back * 24 * HOUR_US)
    made = shown(old, STOPPED)
    assert len(made.days) == days and made.days[-1] == "24 Nov"
    assert sum(shade.path.count("M") for shade in made.shades) == len(made.lines) == (1 if back in (0, 90) else 2)


def test_it_is_told_in_words() -> None:
    night = replace(STOPPED, time_us=STOPPED.time_us - 10 * HOUR_US)
    assert shown(STOPPED, night).said == (
        "Tracking on 1 day, most between 2:00 and 3:00. 50\u00a0% of it fell between midnight and 6:00."
    )
    assert shown(STOPPED).said == "Tracking on 1 day, most between 12:00 and 13:00."
