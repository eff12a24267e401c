# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a change back: its rows are put as they were, where nothing has touched them since. That is a change itself.

    undo(e, 7)                rows of 7 as before it; refused where a later change stands in the way, naming it
    undo(e, 7, later=True)    those in the way are undone first, newest first, all in one change
    undo(e, 8)                8 was the undo of 7: 7 is in force again
"""

import sqlite3

from sqlalchemy import Engine

from store.base.sentences import Sentence, say, unpacked
from store.config.session import EditError, NotFound, bump, connection, reading, writing
from store.history import notes, put_rows, table_shapes
from store.history.notes import Note
from store.history.put_rows import Conflict
from store.household.changes import Standing, newest_of_a_person

MAX_TOGETHER = 200  # changes undone with one; each is one more look through the history


class InTheWay(EditError):  # noqa: N818 - as what it says
    """A later change, whose id is `change`, touched the same; undo that first, or both with `later`."""

    def __init__(self, sentence: str, change: int) -> None:
        super().__init__(sentence)
        self.change = change


def undo(e: Engine, number: int, *, later: bool = False) -> Sentence:
    """Take a change back; returns what is said of that.

    Raises NotFound, EditError where it cannot be undone, InTheWay where a later one touched the same.
    """
    what = _what(e, number)
    note = Note(what, undoes=number)
    with writing(e, note) as session:
        _undo(connection(session), number, later, note.taken_back)
        bump(session)
    return what


def undo_last(e: Engine, *, later: bool = False) -> Sentence:
    """Take back the last change of a person that holds."""
    number = newest_of_a_person(e)
    if number is None:
        raise NotFound(say("There is no change to undo."))
    return undo(e, number, later=later)


def _what(e: Engine, number: int) -> Sentence:
    """The sentence of the undo, the undo of an undo being said of what holds again."""
    with reading(e) as session:
        con = connection(session)
        again = False
        while True:
            row = con.execute("SELECT what, undoes FROM change WHERE id = ?", (number,)).fetchone()
            if row is None:
                raise NotFound(say("There is no change {number}; changes are kept for {days} days.",
                                   number=number, days=notes.KEPT_DAYS))  # fmt: skip
            if row[1] is None or con.execute("SELECT 1 FROM change WHERE id = ?", (row[1],)).fetchone() is None:
                what = unpacked(row[0])
                return say("Again: {what}", what=what) if again else say("Undone: {what}", what=what)
            number, again = row[1], not again


def _undo(con: sqlite3.Connection, number: int, later: bool, undone: list[int]) -> None:
    """Put the rows of a change, and of what stands in its way, as they were; their ids go into `undone`."""
    while len(undone) < MAX_TOGETHER:
        con.execute("SAVEPOINT attempt")
        try:
            _check(con, number, undone)
            put_rows.put(con, [change.back() for change in reversed(notes.rows_of(con, number))])
        except Conflict as conflict:
            con.execute("ROLLBACK TO attempt")
            con.execute("RELEASE attempt")
            in_the_way = _blamed(con, number, conflict, undone)
            if in_the_way is None:
                raise EditError(say(
                    "Change {number} cannot be undone: what it altered is not there any more as it left it.",
                    number=number,
                )) from None
            if not later:
                raise _refusal(con, number, in_the_way) from None
            _undo(con, in_the_way, True, undone)
        else:
            con.execute("RELEASE attempt")
            undone.append(number)
            return
    raise EditError(say("Too many later changes touch the same; undo the last of them first."))


def _check(con: sqlite3.Connection, number: int, undone: list[int]) -> None:
    row = con.execute("SELECT final FROM change WHERE id = ?", (number,)).fetchone()
    if row[0]:
        raise EditError(say("This cannot be undone. {why}", why=unpacked(row[0])))
    if number in undone or Standing(con).undone_by(number) is not None:
        raise EditError(say("Change {number} is undone already.", number=number))


def _blamed(con: sqlite3.Connection, number: int, conflict: Conflict, undone: list[int]) -> int | None:
    """The newest later change that holds and touched the row in the way; at last one that undid a later one."""
    standing, of = Standing(con), table_shapes.shape(con, conflict.table)
    sql = "SELECT DISTINCT change_id FROM change_row WHERE table_name = ? AND change_id > ? ORDER BY change_id DESC"
    candidates = [later for (later,) in con.execute(sql, (conflict.table, number))]
    touched = [
        later
        for later in candidates
        if later not in undone and standing.holds(later)
        and any(
            row.table == conflict.table and of.key_of(row.before or row.after or {}) == conflict.key
            for row in notes.rows_of(con, later)
        )
    ]  # fmt: skip
    undoing = {later for (later,) in con.execute("SELECT id FROM change WHERE undoes > ?", (number,))}
    return next((later for later in touched if later not in undoing), touched[0] if touched else None)


def _refusal(con: sqlite3.Connection, number: int, in_the_way: int) -> InTheWay:
    row = con.execute("SELECT what FROM change WHERE id = ?", (in_the_way,)).fetchone()
    return InTheWay(
        say("Change {number} cannot be undone by itself: change {later} came after it and touched the same ({what}). "
            "Undo that one first, or both together.", number=number, later=in_the_way, what=unpacked(row[0])),
        in_the_way,
    )  # fmt: skip
