# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of changes as people see it: who, when, what, which rows, and whether it can be undone."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from store.base.sentences import Sentence, unpacked
from store.config.engine import Engine
from store.config.session import looking
from store.history import change_filter, notes
from store.history.acting import PEOPLE
from store.history.change_filter import ALL, Wanted
from store.history.recording import RowChange
from store.history.table_shapes import Row
from store.names.list_origins import shown

KEPT_DAYS = notes.KEPT_DAYS
PAGE = 50
MAX_PAGE = 200  # rows of a page, with what each altered
MAX_SHOWN_ROWS = 20  # of one change; a restored backup alters thousands


@dataclass(frozen=True, slots=True)
class ChangeView:
    """One change. at: Unix seconds. `who`, `what`, `final` are sentences; `final`: why it cannot be undone, or empty.

    `undone_by`: the change that took it back, while that is in force; `undoes`: the one that it took back itself.
    `rows`: some of what it altered, without secrets; `altered`: how many.
    """

    id: int
    at: int
    who: Sentence
    what: Sentence
    origin: str
    undone_by: int | None
    undoes: int | None
    final: Sentence
    altered: int
    rows: tuple[RowChange, ...] = field(default=())

    @property
    def undoable(self) -> bool:
        """Whether it may be tried to undo it."""
        return not self.final and self.undone_by is None


def changes(
    e: Engine, before: int | None = None, limit: int = PAGE, wanted: Wanted = ALL
) -> list[ChangeView]:  # fmt: skip
    """The newest first; `before`: those older than this one."""
    with looking(e) as con:
        standing = Standing(con)
        ids = change_filter.ids(con, wanted, before or 2**63 - 1, limit)
        return [view for number in ids if (view := _view(con, standing, number)) is not None]


def change(e: Engine, number: int) -> ChangeView | None:
    """One of them."""
    with looking(e) as con:
        return _view(con, Standing(con), number)


def newest_of_a_person(e: Engine) -> int | None:
    """The id of the last change of a person that holds and can be undone, and is no undo itself."""
    with looking(e) as con:
        standing, marks = Standing(con), ", ".join("?" * len(PEOPLE))
        rows = con.execute(
            f"SELECT id FROM change WHERE origin IN ({marks}) AND undoes IS NULL AND final = '' ORDER BY id DESC",  # noqa: S608
            PEOPLE,
        )
        return next((number for (number,) in rows if standing.holds(number)), None)


class Standing:
    """Which changes hold: those that nothing took back, or whose undoing was taken back itself."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._undone_by = dict(con.execute("SELECT id, undone_by FROM change WHERE undone_by IS NOT NULL"))

    def undone_by(self, number: int) -> int | None:
        """The change that took this one back, while that holds."""
        taker: int | None = self._undone_by.get(number)
        return taker if taker is not None and self.holds(taker) else None

    def holds(self, number: int) -> bool:
        """Whether what a change altered is in force; a chain of undoing leads to ever newer changes, so it ends."""
        in_force = True
        while (taker := self._undone_by.get(number)) is not None and taker > number:
            in_force, number = not in_force, taker
        return in_force


def _view(con: sqlite3.Connection, standing: Standing, number: int) -> ChangeView | None:
    row = con.execute("SELECT at, who, what, origin, undoes, final FROM change WHERE id = ?", (number,)).fetchone()
    if row is None:
        return None
    at, who, what, origin, undoes, final = row
    rows = notes.rows_of(con, number, MAX_SHOWN_ROWS)
    altered = con.execute("SELECT count(*) FROM change_row WHERE change_id = ?", (number,)).fetchone()[0]
    return ChangeView(
        number, at, unpacked(who), unpacked(what), origin, standing.undone_by(number), undoes, unpacked(final), altered,
        tuple(_without_secrets(rows)),
    )  # fmt: skip


def _without_secrets(rows: Sequence[RowChange]) -> Sequence[RowChange]:
    """Sources of lists may hold a password or a key."""
    return [RowChange(row.table, _shown(row.before), _shown(row.after)) for row in rows]


def _shown(row: Row | None) -> Row | None:
    if row is None or "source" not in row:
        return row
    kept: Mapping[str, str | int | float | None] = {**row, "source": shown(str(row["source"]))}
    return kept
