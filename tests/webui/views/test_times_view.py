# SPDX-License-Identifier: GPL-3.0-or-later
from store.household.schedules import Schedule
from store.household.week import Window
from webui.views import times_view

NOON = 1_783_684_800  # Friday, 2026-07-10 12:00 UTC
ALL = tuple(range(7))


def test_a_schedule_says_whether_it_is_in_force_and_until_when() -> None:
    always, never = Schedule(1, "Always", (Window(ALL, 0, 1440),), ()), Schedule(2, "Never", (), ("ads for Kids",))
    twice = Schedule(3, "Twice", (Window((4,), 0, 720), Window((4,), 600, 900)), ())
    lines = times_view.lines([always, never, twice], NOON)
    assert [line.state for line in lines][:2] == ["in force at all times", "never in force"]
    assert lines[1].uses == ("ads for Kids",) and lines[0].in_force and not lines[1].in_force
    assert lines[2].state.startswith("in force ") and "2026" in lines[2].state
    assert lines[2].windows == ("fri 00:00-12:00", "fri 10:00-15:00")
    assert "overlap" in lines[2].odd and lines[0].odd == ""


def test_the_week_day_by_day() -> None:
    windows = (Window((0, 6), 21 * 60, 6 * 60 + 30), Window((0,), 5 * 60, 7 * 60), Window((2,), 0, 24 * 60))
    days = times_view.days_of(windows)
    assert [day.text for day in days[:4]] == ["00:00–07:00, 21:00–24:00", "00:00–06:30", "00:00–24:00", ""]
    assert days[6].parts == ((21 * 60, 24 * 60),) and days[1].number == 1
