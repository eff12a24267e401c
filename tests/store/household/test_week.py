# SPDX-License-Identifier: GPL-3.0-or-later
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from store.household.week import DAY_MINUTES, DAYS, Window, clock_text, in_force, minute_of, next_edge, windows_of

ALL = tuple(range(7))
BERLIN, LORD_HOWE = "CET-1CEST,M3.5.0,M10.5.0/3", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0"
ZONES = (BERLIN, LORD_HOWE, "EST5EDT,M3.2.0,M11.1.0", "UTC0", "<+13>-13")


@pytest.fixture(autouse=True)
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    yield from in_zone(monkeypatch, BERLIN)
    monkeypatch.undo()
    time.tzset()


def in_zone(monkeypatch: pytest.MonkeyPatch, name: str) -> Iterator[None]:
    monkeypatch.setenv("TZ", name)
    time.tzset()
    yield


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def window(days: tuple[int, ...], from_: str, to: str) -> Window:
    return Window(days, minute_of(from_), minute_of(to))


NIGHT = window((4,), "21:00", "06:30")  # Friday's


@pytest.mark.parametrize(
    ("moment", "holds"),
    [
        ("2026-07-03T18:59:59", False), ("2026-07-03T19:00:00", True), ("2026-07-04T04:29:59", True),
        ("2026-07-04T04:30:00", False), ("2026-07-03T04:00:00", False), ("2026-07-04T19:30:00", False),
    ],
)  # fmt: skip
def test_a_night_belongs_to_the_day_on_which_it_begins(moment: str, holds: bool) -> None:
    assert in_force([NIGHT], utc(moment)) is holds


def edges(windows: list[Window], begin: str, count: int) -> list[str]:
    moment, found = utc(begin), []
    for _ in range(count):
        edge = next_edge(windows, moment)
        assert edge is not None
        found.append(datetime.fromtimestamp(edge, UTC).strftime("%dT%H:%M:%S"))
        moment = edge
    return found


def test_edges_when_the_clock_is_put_forward() -> None:
    """In Berlin 2026-03-29 has no time from 02:00 to 03:00."""
    begin = "2026-03-28T12:00:00"
    assert edges([window(ALL, "01:00", "02:30")], begin, 2) == ["29T00:00:00", "29T01:00:00"], "ends where it jumps"
    assert edges([window(ALL, "02:30", "04:00")], begin, 2) == ["29T01:00:00", "29T02:00:00"], "begins where it jumps"
    assert edges([window(ALL, "02:10", "02:50")], begin, 2) == ["30T00:10:00", "30T00:50:00"], "there is none"
    assert edges([window((5,), "21:00", "06:30")], begin, 2) == ["28T20:00:00", "29T04:30:00"]


def test_edges_when_the_clock_is_put_back() -> None:
    """In Berlin 2026-10-25 has the time from 02:00 to 03:00 twice."""
    begin = "2026-10-24T12:00:00"
    twice = ["25T00:10:00", "25T00:50:00", "25T01:10:00", "25T01:50:00"]
    assert edges([window(ALL, "02:10", "02:50")], begin, 4) == twice
    assert edges([window(ALL, "02:00", "03:00")], begin, 2) == ["25T00:00:00", "25T02:00:00"]
    assert edges([window(ALL, "01:30", "02:30")], begin, 4) == [
        "24T23:30:00", "25T00:30:00", "25T01:00:00", "25T01:30:00",
    ]  # fmt: skip


def test_windows_that_touch_or_overlap_are_one() -> None:
    several = [window(ALL, "20:00", "24:00"), window(ALL, "00:00", "06:00"), window(ALL, "05:00", "07:00")]
    assert edges(several, "2026-07-03T12:00:00", 2) == ["03T18:00:00", "04T05:00:00"]


def test_what_holds_all_week_has_no_edge_nor_has_what_never_holds() -> None:
    assert next_edge([window(ALL, "00:00", "24:00")], utc("2026-07-03T12:00:00")) is None
    assert next_edge([], utc("2026-07-03T12:00:00")) is None


def test_a_window_that_the_clock_skips_comes_a_week_later() -> None:
    skipped = window((6,), "02:10", "02:50")
    assert edges([skipped], "2026-03-22T12:00:00", 1) == ["05T00:10:00"]


def windows() -> st.SearchStrategy[list[Window]]:
    minutes = st.integers(0, 95).map(lambda quarter: quarter * 15)
    days = st.sets(st.integers(0, 6), min_size=1).map(lambda chosen: tuple(sorted(chosen)))
    one_window = st.builds(Window, days, minutes, minutes.map(lambda minute: minute or DAY_MINUTES))
    return st.lists(one_window.filter(lambda each: each.from_ != each.to), max_size=3)


@given(windows(), st.sampled_from(ZONES), st.sampled_from(["2026-03-28", "2026-10-03", "2026-10-24", "2026-06-01"]))
@settings(max_examples=examples(100))
def test_the_next_edge_is_where_looking_each_quarter_of_an_hour_sees_it(
    drawn: list[Window], name: str, day: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        begin = utc(f"{day}T10:07:00")
        quarters = range(begin - begin % 900 + 900, begin + 3 * 86_400, 900)
        seen = next((moment for moment in quarters if in_force(drawn, moment) != in_force(drawn, begin)), None)
        edge = next_edge(drawn, begin)
        assert edge == seen or (seen is None and (edge is None or edge > quarters[-1]))


def test_windows_as_they_are_stored() -> None:
    text = '[{"days": ["fri", "mon"], "from": "21:00", "to": "24:00"}]'
    assert windows_of(text) == (Window((0, 4), 1260, 1440),)
    for nonsense in ("", "{}", "[1]", '[{"days": ["day"], "from": "1:00", "to": "2:00"}]', "null", '[{"days": 3}]'):
        assert windows_of(nonsense) == ()


@pytest.mark.parametrize("text", ["", "7", "7:0", "24:01", "25:00", "07:60", "-1:00", "1:00pm", "١:00", "7:000"])
def test_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        minute_of(text)


def test_times_of_day_are_read_as_they_are_written() -> None:
    for minute in range(DAY_MINUTES + 1):
        assert minute_of(clock_text(minute)) == minute
    assert minute_of("7:05") == 425 and len(DAYS) == 7
