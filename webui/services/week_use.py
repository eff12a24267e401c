# SPDX-License-Identifier: GPL-3.0-or-later
"""When something was used: the last days downwards, hours to the right, as a picture and as a table. Pure."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from store.base.sentences import say
from webui.views import formatting

LEVELS = (0.3, 0.5, 0.7, 0.85, 1.0)  # of opacity
GAP = 0.06  # around a cell, in its own size
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class DayUse:
    """A day of this machine's zone: look-ups, and the hour with most of them in words ("" where there are none)."""

    title: str
    lookups: int
    busiest: str


@dataclass(frozen=True, slots=True)
class WeekUse:
    """`shades`: (opacity, SVG path) in units of a cell; `days` from the first on; `said`: the picture in words."""

    days: tuple[DayUse, ...]
    shades: tuple[tuple[float, str], ...]
    said: str


def week_use(by_hour: Mapping[int, int], now: float, days: int = 8) -> WeekUse | None:
    """Look-ups by hour of UTC, of the days up to today; None where there are none."""
    today = date(*time.localtime(now)[:3])
    shown = [today - timedelta(days=days - 1 - back) for back in range(days)]
    cells = {day: [0] * 24 for day in shown}
    for hour, count in by_hour.items():
        local = time.localtime(hour * HOUR_S)
        if (day := date(*local[:3])) in cells:
            cells[day][local.tm_hour] += count
    most = max(max(hours) for hours in cells.values())
    if not most:
        return None
    paths: dict[int, str] = {}
    for y, day in enumerate(shown):
        for x, count in enumerate(cells[day]):
            if count:
                level = min(len(LEVELS) - 1, (count - 1) * len(LEVELS) // most)
                size = 1 - 2 * GAP
                paths[level] = paths.get(level, "") + f"M{x + GAP:g} {y + GAP:g}h{size:g}v{size:g}h-{size:g}z"
    shades = tuple((LEVELS[level], path) for level, path in sorted(paths.items()))
    return WeekUse(tuple(_day(day, cells[day]) for day in shown), shades, _said(cells))


def _day(day: date, hours: list[int]) -> DayUse:
    busiest = max(range(24), key=lambda hour: (hours[hour], -hour))
    return DayUse(formatting.short_day(time.mktime((*day.timetuple()[:3], 12, 0, 0, 0, 0, -1))), sum(hours),
                  _between(busiest) if sum(hours) else "")  # fmt: skip


def _said(cells: Mapping[date, list[int]]) -> str:
    by_hour = [sum(hours[hour] for hours in cells.values()) for hour in range(24)]
    return say("Used most between {from_}:00 and {to}:00.", from_=(most := by_hour.index(max(by_hour))), to=most + 1)


def _between(hour: int) -> str:
    return say("{from_}:00 to {to}:00", from_=hour, to=hour + 1)
