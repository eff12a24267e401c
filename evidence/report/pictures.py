# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures of when something was asked for, as SVG text. Pure; no script, no style of their own, nothing from outside.

They are drawn in the colour of the text around them (currentColor), so that they read in the dark and on paper. Words
are the caller's, who says them in a person's language, and has a table beside each picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import NamedTuple

WIDTH = 720
LEFT, TOP, RIGHT = 36, 6, 14  # room for the labels of the hours; above the first row; for the last label
ROW = 7  # height of an hour
DAYS_AS_COLUMNS = 62  # more of them are folded into weeks
MAX_COLUMNS = 260  # five years of weeks; the latest
LEVELS = (0.16, 0.34, 0.55, 0.78, 1.0)  # of opacity
DAY_ROW = 20  # height of a day of ticks
DAY_S = 86_400


class Cell(NamedTuple):
    """An hour of a day, as 2026-11-29 and 0 to 23."""

    day: str
    hour: int


def hours_by_day(cells: Mapping[Cell, int], first: str, last: str, label: str) -> str:
    """Hours downwards, days (or weeks, where there are many) to the right; the darker the more. `label`: in words.

    `first` and `last`: the days of the whole range, as in 2026-11-29.
    """
    columns, sums = _columns(date.fromisoformat(first), date.fromisoformat(last)), dict[tuple[int, int], int]()
    place = {day: number for number, days in enumerate(columns) for day in days}
    for cell, count in cells.items():
        if count and cell.day in place:
            key = (place[cell.day], cell.hour)
            sums[key] = sums.get(key, 0) + count
    width = min(26.0, (WIDTH - LEFT - RIGHT) / len(columns))
    paths = [""] * len(LEVELS)
    most = max(sums.values(), default=1)
    for (column, hour), count in sorted(sums.items()):
        x, y = LEFT + column * width, TOP + hour * ROW
        gap = min(1.0, width / 5)
        paths[_level(count, most)] += f"M{x:.1f} {y}h{width - gap:.1f}v{ROW - 1}h-{width - gap:.1f}z"
    parts = [f'<path fill="currentColor" fill-opacity="{level}" d="{path}"/>'
             for level, path in zip(LEVELS, paths, strict=True) if path]  # fmt: skip
    parts += [_text(LEFT - 5, TOP + hour * ROW + 7, f"{hour}:00", "end") for hour in range(0, 24, 6)]
    line = f"M{LEFT} {TOP + 24 * ROW + 1}h{width * len(columns):.1f}"
    parts.append(f'<path stroke="currentColor" stroke-opacity="0.25" d="{line}"/>')
    every = -(-len(columns) // max(1, int(len(columns) * width // 60)))
    for number in range(0, len(columns), every):
        parts.append(_text(LEFT + number * width, TOP + 24 * ROW + 13, columns[number][0][5:]))
    return _svg(TOP + 24 * ROW + 18, label, parts)


def beat_ticks(by_day: Mapping[str, Sequence[int]], label: str) -> str:
    """A row for each day, a tick at each second of that day; days in order. `label`: in words."""
    scale, parts = (WIDTH - LEFT - 6 - RIGHT) / DAY_S, list[str]()
    bottom = TOP + len(by_day) * DAY_ROW
    for hour in range(0, 25, 3):
        x = LEFT + 6 + hour * 3600 * scale
        parts.append(f'<path stroke="currentColor" stroke-opacity="0.15" d="M{x:.1f} {TOP}V{bottom}"/>')
        parts.append(_text(x, bottom + 12, f"{hour}:00", "middle"))
    for row, day in enumerate(sorted(by_day)):
        y = TOP + row * DAY_ROW
        places = sorted({round(LEFT + 6 + second * scale, 1) for second in by_day[day]})
        path = "".join(f"M{x:.1f} {y + 3}v{DAY_ROW - 6}" for x in places)
        parts.append(f'<path stroke="currentColor" stroke-width="0.8" d="{path}"/>')
        parts.append(_text(LEFT - 2, y + DAY_ROW - 7, day[5:], "end"))
    return _svg(bottom + 17, label, parts)


def bar(part: int, whole: int) -> str:
    """How much of the most something is; a picture beside a number."""
    width = max(1.0, 100 * part / whole) if part and whole else 0.0
    return (f'<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect width="{width:.1f}" height="10" fill="currentColor"/></svg>')  # fmt: skip


def _columns(first: date, last: date) -> list[list[str]]:
    """The days of each column: one, or those of a week that begins on a Monday."""
    first = max(first, last - timedelta(days=MAX_COLUMNS * 7))
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    if len(days) <= DAYS_AS_COLUMNS:
        return [[day.isoformat()] for day in days]
    columns: list[list[str]] = []
    for day in days:
        if not columns or day.weekday() == 0:
            columns.append([])
        columns[-1].append(day.isoformat())
    return columns[-MAX_COLUMNS:]


def _level(count: int, most: int) -> int:
    """Which shade, by the share of the most."""
    return min(len(LEVELS) - 1, int((count - 1) / most * len(LEVELS)))


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="9" fill="currentColor" text-anchor="{anchor}">'
            f"{escape(words)}</text>")  # fmt: skip


def _svg(height: float, label: str, parts: Sequence[str]) -> str:
    return (f'<svg class="picture" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(label)}" '
            f'xmlns="http://www.w3.org/2000/svg" font-family="sans-serif">{"".join(parts)}</svg>')  # fmt: skip
