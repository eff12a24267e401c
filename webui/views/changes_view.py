# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of changes shows of each. Pure."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from store.base.sentences import say
from store.history import change_filter
from store.history.recording import RowChange
from store.household.changes import ChangeView
from webui.views import formatting


@dataclass(frozen=True, slots=True)
class Altered:
    """One row: its table, and what became of each column that differs as (column, before, after); "" for nothing."""

    table: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `more`: how many rows are not among `rows`; `way`: how it came."""

    id: int
    at: int
    who: str
    what: str
    undoable: bool
    undone_by: int | None
    final: str
    rows: tuple[Altered, ...]
    more: int
    undoes: int | None = None
    way: str = ""


def by_day(lines: Sequence[Line], now: float) -> list[tuple[str, list[Line]]]:
    """Days by their titles, as they come, with their lines; in the zone of this machine."""
    return [(_day(date, now), list(of_day)) for date, of_day in groupby(lines, key=lambda line: _date(line.at))]


def line(view: ChangeView) -> Line:
    """A change as a line of the page."""
    rows = tuple(Altered(row.table, tuple(_differing(row))) for row in view.rows)
    return Line(
        view.id, view.at, view.who, view.what, view.undoable, view.undone_by, view.final, rows,
        view.altered - len(rows), view.undoes, change_filter.way_of(view.origin),
    )  # fmt: skip


def _differing(row: RowChange) -> Iterator[tuple[str, str, str]]:
    before, after = dict(row.before or {}), dict(row.after or {})
    for column in before | after:
        was, becomes = _text(before.get(column)), _text(after.get(column))
        if was != becomes:
            yield column, was, becomes


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _date(at: float) -> tuple[int, int, int]:
    there = time.localtime(at)
    return there.tm_year, there.tm_mon, there.tm_mday


def _day(date: tuple[int, int, int], now: float) -> str:
    noon = time.mktime((*date, 12, 0, 0, 0, 0, -1))
    if date == _date(now):
        return say("Today")
    if date == _date(now - 86_400):
        return say("Yesterday")
    return formatting.short_day(noon)
