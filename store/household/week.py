# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows of the week: whether a moment is in one, and when that changes next. Pure but for the zone of this process.

A window says what a clock on the wall of the home shows: from 21:00 to 06:30 holds while it shows that. So on the night
on which the clock is put back, an hour that comes twice is in it twice, and where it is put forward, an hour that does
not come is in it never; a window that begins in that hour begins when it is over. `to` at or before `from` crosses
midnight, and belongs to the day on which it begins; `24:00` is the end of a day.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
DAY_S = DAY_MINUTES * 60
_SOON_DAYS = 3  # most edges come before tomorrow ends
_LOOK_AHEAD_DAYS = 15  # an edge of a weekly window comes within one week, or two where the clock skips it


@dataclass(frozen=True, slots=True)
class Window:
    """`days`: numbers of the days on which it begins, Monday is 0; from, to: minutes of the day, 0 to 1440."""

    days: tuple[int, ...]
    from_: int
    to: int

    @property
    def minutes(self) -> int:
        """How long it is on a day without a change of the clock."""
        return self.to - self.from_ if self.to > self.from_ else self.to + DAY_MINUTES - self.from_

    def holds(self, day: int, minute: int) -> bool:
        """Whether the clock on the wall shows a time in it: the day of the week, and the minute of that day."""
        if self.to > self.from_:
            return day in self.days and self.from_ <= minute < self.to
        return (day in self.days and minute >= self.from_) or ((day - 1) % 7 in self.days and minute < self.to)


def in_force(windows: Sequence[Window], now_s: int) -> bool:
    """Whether a moment, in Unix seconds, is in any of them."""
    local = time.localtime(now_s)
    minute = local.tm_hour * 60 + local.tm_min
    return any(window.holds(local.tm_wday, minute) for window in windows)


def next_edge(windows: Sequence[Window], now_s: int) -> int | None:
    """The first moment after `now_s` at which `in_force` is another; None where it is the same all week."""
    now = in_force(windows, now_s)
    for days in (_SOON_DAYS, _LOOK_AHEAD_DAYS):
        edge = next((edge for edge in _candidates(windows, now_s, days) if in_force(windows, edge) != now), None)
        if edge is not None and (edge < now_s + DAY_S or days == _LOOK_AHEAD_DAYS):
            return edge
    return None


def _candidates(windows: Sequence[Window], now_s: int, days: int) -> list[int]:
    """Every later moment at which anything may change, in order: ends of windows, and changes of the clock."""
    minutes = {minute % DAY_MINUTES for window in windows for minute in (window.from_, window.to)}
    moments: set[int] = set()
    today = time.localtime(now_s)
    for ahead in range(-1, days):
        date = (today.tm_year, today.tm_mon, today.tm_mday + ahead)
        shown = {_moment(date, minute) for minute in minutes}
        change = _clock_change(date)
        if change is not None:
            moment, seconds = change
            shown |= {each + shift for each in shown for shift in (-seconds, seconds)} | {moment}
        moments |= shown
    return sorted(moment for moment in moments if moment > now_s)


def _moment(date: tuple[int, int, int], minute: int) -> int:
    """When the clock shows this, or once of twice; where it never does, near where it would."""
    return int(time.mktime((*date, minute // 60, minute % 60, 0, 0, 0, -1)))


def _clock_change(date: tuple[int, int, int]) -> tuple[int, int] | None:
    """The second at which the clock of this zone is changed on a day, if it is, and by how many seconds."""
    low, high = (int(time.mktime((*date[:2], date[2] + day, 0, 0, 0, 0, 0, -1))) for day in (0, 1))
    before, after = _offset(low), _offset(high)
    if before == after:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(middle) == before else (low, middle)
    return high, after - before


def _offset(moment: int) -> int:
    return time.localtime(moment).tm_gmtoff


def next_clock_change(now_s: int) -> tuple[int, int] | None:
    """When the clock of this zone is changed next within a year, Unix seconds, and by how many; None: it is not."""
    today = time.localtime(now_s)
    for ahead in range(366):
        change = _clock_change((today.tm_year, today.tm_mon, today.tm_mday + ahead))
        if change is not None and change[0] > now_s:
            return change
    return None


def windows_of(text: str) -> tuple[Window, ...]:
    """The windows of a schedule as config.db holds them; none where they cannot be read, as a newer Telltale may.

    JSON: [{"days": ["mon", …], "from": "21:00", "to": "06:30"}].
    """
    try:
        return tuple(
            Window(tuple(sorted(DAYS.index(day) for day in row["days"])), minute_of(row["from"]), minute_of(row["to"]))
            for row in json.loads(text)
        )
    except (ValueError, KeyError, TypeError):
        return ()


def minute_of(text: str) -> int:
    """`06:30` as the minute of a day; `24:00` is its end. Raises ValueError."""
    hours, _, minutes = text.partition(":")
    if not (hours.isdigit() and minutes.isdigit() and text.isascii() and len(hours) <= 2 and len(minutes) == 2):
        raise ValueError(text)
    minute = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or minute > DAY_MINUTES:
        raise ValueError(text)
    return minute


def clock_text(minute: int) -> str:
    """A minute of the day as people write it."""
    return f"{minute // 60:02}:{minute % 60:02}"
