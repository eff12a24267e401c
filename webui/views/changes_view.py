# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of changes shows of each. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from store.history.recording import RowChange
from store.household.changes import ChangeView


@dataclass(frozen=True, slots=True)
class Altered:
    """One row: its table, and what became of each column that differs as (column, before, after); "" for nothing."""

    table: str
    columns: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One change. `more`: how many rows are not among `rows`."""

    id: int
    at: int
    who: str
    what: str
    undoable: bool
    undone_by: int | None
    final: str
    rows: tuple[Altered, ...]
    more: int


def line(view: ChangeView) -> Line:
    """A change as a line of the page."""
    rows = tuple(Altered(row.table, tuple(_differing(row))) for row in view.rows)
    return Line(
        view.id, view.at, view.who, view.what, view.undoable, view.undone_by, view.final, rows,
        view.altered - len(rows),
    )  # fmt: skip


def _differing(row: RowChange) -> Iterator[tuple[str, str, str]]:
    before, after = dict(row.before or {}), dict(row.after or {})
    for column in before | after:
        was, becomes = _text(before.get(column)), _text(after.get(column))
        if was != becomes:
            yield column, was, becomes


def _text(value: object) -> str:
    return "" if value is None else str(value)
