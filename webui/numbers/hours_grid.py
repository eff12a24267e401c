# SPDX-License-Identifier: GPL-3.0-or-later
"""When something reported: hours downwards, days to the right, as a picture and as a table. Pure.

A cell is parted by what became of its look-ups for tracking: *blocked* first, then *leaked*, then *failed*. What
there is of any shows; the more look-ups, the stronger. Hours and days are those of this machine's zone.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.base.sentences import say, say_count, together
from store.log.values import HourCounts
from webui.views import formatting

LEAST_DAYS = 14  # columns that are not too wide
MAX_DAYS = 31  # of one picture: columns that a phone can show apart
LEVELS = (0.3, 0.5, 0.7, 0.85, 1.0)  # of opacity
TONES = ("blocked", "leaked", "failed")
LEAST_SHARE = 0.25  # of a cell
GAP = 0.08  # around a cell, in its own size
SECOND_US = 1_000_000
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shade:
    """All cells of one tone and strength, as one SVG path in units of a cell."""

    tone: str
    opacity: float
    path: str


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day in numbers: look-ups for tracking, with what became of them; begins_s ≤ time < ends_s."""

    day: str
    begins_s: int
    ends_s: int
    tracking: int
    blocked: int
    through: int
    failed: int
    busiest: str


@dataclass(frozen=True, slots=True)
class Grid:
    """`days`: first to last, as "24 Nov"; `lines`: those with tracking, the latest first."""

    days: tuple[str, ...]
    shades: tuple[Shade, ...]
    lines: tuple[DayLine, ...]
    said: str


def grid(rows: Iterable[HourCounts], now_s: float) -> Grid | None:
    """Of the days from the first with tracking on up to today, a fortnight at least; None where nothing tracked."""
    cells: dict[date, list[list[int]]] = {}
    for row in rows:
        if row.tracking:
            local = time.localtime(row.time_us // SECOND_US)
            day = cells.setdefault(date(*local[:3]), [[0, 0, 0] for _ in range(24)])
            for place, count in enumerate((row.blocked, row.through, row.failed)):
                day[local.tm_hour][place] += count
    if not cells:
        return None
    today = date(*time.localtime(now_s)[:3])
    last = max(today, *cells)
    first = max(min(min(cells), last - (LEAST_DAYS - 1) * _DAY), last - (MAX_DAYS - 1) * _DAY)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    shown = {day: cells[day] for day in days if day in cells}
    lines = tuple(_line(day, hours) for day, hours in sorted(shown.items(), reverse=True))
    return Grid(tuple(map(_short, days)), tuple(_shades(days, shown)), lines, _said(lines, shown))


def _shades(days: Sequence[date], cells: dict[date, list[list[int]]]) -> Iterable[Shade]:
    most = max(sum(hour) for hours in cells.values() for hour in hours)
    paths: dict[tuple[str, int], str] = {}
    for x, day in enumerate(days):
        for y, (blocked, through, failed) in enumerate(cells.get(day, ())):
            if count := blocked + through + failed:
                level = min(len(LEVELS) - 1, (count - 1) * len(LEVELS) // most)
                for tone, path in _parts(x + GAP, y + GAP, (blocked, through, failed)):
                    paths[tone, level] = paths.get((tone, level), "") + path
    return [Shade(tone, LEVELS[level], path) for (tone, level), path in sorted(paths.items())]


def _parts(left: float, top: float, counts: tuple[int, int, int]) -> Iterable[tuple[str, str]]:
    """The parts of one cell, each as wide as its share, but never too thin to be seen."""
    size = 1 - 2 * GAP
    there = [(tone, count) for tone, count in zip(TONES, counts, strict=True) if count]
    shares = [max(LEAST_SHARE, count / sum(counts)) for _, count in there]
    for (tone, _), share in zip(there, shares, strict=True):
        width = size * share / sum(shares)
        yield tone, f"M{left:.2f} {top:.2f}h{width:.2f}v{size:g}h-{width:.2f}z"
        left += width


def _line(day: date, hours: Sequence[Sequence[int]]) -> DayLine:
    blocked, through, failed = (sum(hour[place] for hour in hours) for place in range(3))
    busiest = max(range(24), key=lambda hour: (sum(hours[hour]), -hour))
    begins, ends = (int(time.mktime((*each.timetuple()[:3], 0, 0, 0, 0, 0, -1))) for each in (day, day + _DAY))
    return DayLine(
        _short(day), begins, ends, blocked + through + failed, blocked, through, failed,
        say("{from_}:00 to {to}:00", from_=busiest, to=busiest + 1),
    )  # fmt: skip


def _said(lines: Sequence[DayLine], cells: dict[date, list[list[int]]]) -> str:
    """The picture in words."""
    all_hours = [sum(sum(hours[hour]) for hours in cells.values()) for hour in range(24)]
    night = sum(all_hours[:6])
    of_night = formatting.share(night, sum(all_hours))
    busiest = all_hours.index(max(all_hours))
    return together(
        say_count(
            len(lines), "Tracking on {count} day, most between {from_}:00 and {to}:00.",
            "Tracking on {count} days, most between {from_}:00 and {to}:00.", from_=busiest, to=busiest + 1,
        ),
        *([say("{share} of it fell between midnight and 6:00.", share=of_night)] if night else []),
    )  # fmt: skip


def _short(day: date) -> str:
    return say("{day} {month}", day=day.day, month=formatting.month(day.month))
