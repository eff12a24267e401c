# SPDX-License-Identifier: GPL-3.0-or-later
"""Taking a change back: its rows are put as they were, where nothing has touched them since. That is a change itself.

    undo(e, 7)                rows of 7 as before it; refused where a later change stands in the way, naming it
    undo(e, 7, later=True)    what touched the same later is undone first, newest first, all in one change
    undo(e, 8)                8 was the undo of 7: 7 is in force again
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence

from store.base.sentences import Sentence, say, sentence_of, unpacked
from store.config.engine import Engine
from store.config.session import EditError, NotFound, bump, connection, reading, writing
from store.history import network_rows, notes, put_rows, table_shapes, undo_words
from store.history.notes import Note
from store.history.put_rows import Conflict
from store.history.recording import RowChange
from store.history.table_shapes import Key, Shape
from store.history.tracked import END_THEMSELVES
from store.household.changes import Standing, newest_of_a_person
from store.local import local_records

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
    what = _what(e, [number])
    note = Note(what, undoes=number)
    with writing(e, note) as session:
        con = connection(session)
        _undo(con, number, later, note.taken_back)
        _check_records(con, note.taken_back)
        bump(session)
    return what


def undo_several(e: Engine, numbers: Iterable[int]) -> Sentence:
    """Take several back, the newest first, as one change; returns what is said of that. Raises as `undo`."""
    ordered = _newest_first(numbers)
    note = Note(_what(e, ordered), undoes=ordered[0])
    with writing(e, note) as session:
        con = connection(session)
        _undo_each(con, ordered, note.taken_back)
        bump(session)
    return unpacked(note.what)


def try_undo_several(e: Engine, numbers: Iterable[int]) -> None:
    """Whether they can be taken back together: nothing is changed. Raises as `undo` does where they cannot."""
    ordered = _newest_first(numbers)
    with contextlib.suppress(_Tried), writing(e, Note(_what(e, ordered), undoes=ordered[0])) as session:
        _undo_each(connection(session), ordered, [])
        raise _Tried


def try_undo(e: Engine, number: int) -> None:
    """Whether a change can be taken back: nothing is changed. Raises as `undo` does where it cannot."""
    try_undo_several(e, [number])


class _Tried(Exception):  # noqa: N818 - no error: it takes the transaction back
    """All went well, and none of it is to stay."""


def _newest_first(numbers: Iterable[int]) -> list[int]:
    ordered = sorted(set(numbers), reverse=True)
    if not ordered:
        raise EditError(say("Tick the changes that are to be undone."))
    if len(ordered) > MAX_TOGETHER:
        raise EditError(say("At most {most} changes are undone together.", most=MAX_TOGETHER))
    return ordered


def _what(e: Engine, ordered: Sequence[int]) -> Sentence:
    """The sentence of the undo. Raises NotFound."""
    with reading(e) as session:
        what = undo_words.of(connection(session), ordered)
    if what is None:
        raise NotFound(say("There is no change {number}; changes are kept for {days} days.",
                           number=ordered[0], days=notes.KEPT_DAYS))  # fmt: skip
    return what


def _undo_each(con: sqlite3.Connection, ordered: Sequence[int], undone: list[int]) -> None:
    for number in ordered:
        _undo(con, number, False, undone)
    _check_records(con, undone)


def _check_records(con: sqlite3.Connection, undone: Sequence[int]) -> None:
    """Records stand beside each other as after an edit; what others said may have come between."""
    if not any(table == "local_record" for number in undone for table, _ in _keys(con, number)):
        return
    try:
        local_records.check_together(local_records.load(con))
    except ValueError as error:
        raise EditError(say("That cannot be undone: {why}", why=sentence_of(error))) from None


def undo_last(e: Engine, *, later: bool = False) -> Sentence:
    """Take back the last change of a person that holds."""
    number = newest_of_a_person(e)
    if number is None:
        raise NotFound(say("There is no change to undo."))
    return undo(e, number, later=later)


def _undo(con: sqlite3.Connection, number: int, later: bool, undone: list[int]) -> None:
    """Put the rows of a change as they were, with `later` those of what is in its way, too; ids go into `undone`."""
    _check(con, number)
    try:
        _check_moves(con, number)
        _back(con, [number])
        undone.append(number)
    except Conflict as conflict:
        in_the_way = _blamed(con, number, conflict)
        if in_the_way is None:
            raise EditError(say(
                "Change {number} cannot be undone: what it altered is not there any more as it left it.", number=number
            )) from None
        if not later:
            raise _refusal(con, number, in_the_way) from None
        undone += _rewound(con, number, conflict)


def _check_moves(con: sqlite3.Connection, number: int) -> None:
    """What the network gave to another device since stays there; what a later change gave is in the way: Conflict."""
    moved = network_rows.elsewhere(con, [change.back() for change in _rows(con, number)])
    if moved is None:
        return
    standing = Standing(con)
    for (later,) in con.execute("SELECT id FROM change WHERE id > ?", (number,)).fetchall():
        if standing.holds(later) and moved in _keys(con, later):
            raise Conflict(*moved)


def _back(con: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Put the rows of these changes as they were, one after the other. Raises Conflict, and nothing is altered then."""
    con.execute("SAVEPOINT attempt")
    try:
        for number in numbers:
            put_rows.put(con, [change.back() for change in reversed(_rows(con, number))])
    except Conflict:
        con.execute("ROLLBACK TO attempt")
        raise
    finally:
        con.execute("RELEASE attempt")


def _rewound(con: sqlite3.Connection, number: int, conflict: Conflict) -> list[int]:
    """Go back to before a change in all that it touches, and forward again without it; ids of what went with it.

    Whatever touched the same later is taken back, undoings among it, newest first, so that the rows go through each
    state that they had. Then each is made anew, as far as it does not build on what is gone.
    """
    before_all = network_rows.shown(con)
    newer = [later for (later,) in con.execute("SELECT id FROM change WHERE id > ? ORDER BY id", (number,))]
    keys = {later: _keys(con, later) for later in (number, *newer)}
    touched, together = {*keys[number], (conflict.table, conflict.key)}, [number]
    while True:
        before, together = together, [number]
        for later in newer:
            if keys[later] & touched:
                touched |= keys[later]
                together.append(later)
        if len(together) > MAX_TOGETHER:
            raise EditError(say("Too many later changes touch the same; undo the last of them first."))
        if together == before:
            raise EditError(say(
                "Change {number} cannot be undone: what it altered is not there any more as it left it.", number=number
            ))
        con.execute("SAVEPOINT rewound")
        try:
            _back(con, together[::-1])
        except Conflict as another:
            con.execute("ROLLBACK TO rewound")
            touched.add((another.table, another.key))
        else:
            gone = [number]
            for later in together[1:]:
                if _undid(con, later) & set(gone) or not _made_again(con, later):
                    gone.append(later)
            network_rows.bring_back(con, before_all, touched)
            return gone
        finally:
            con.execute("RELEASE rewound")


def _undid(con: sqlite3.Connection, number: int) -> set[int]:
    """What a change took back: its sense goes with that."""
    return set(undo_words.undid(con, number))


def _made_again(con: sqlite3.Connection, number: int) -> bool:
    """Make a change anew that was only in the way; whether that was possible without what is undone."""
    con.execute("SAVEPOINT again")
    try:
        rows = _rows(con, number)
        if (moved := network_rows.elsewhere(con, rows)) is not None:
            raise Conflict(*moved)
        put_rows.put(con, rows)
    except Conflict:
        con.execute("ROLLBACK TO again")
        return False
    finally:
        con.execute("RELEASE again")
    return True


def _rows(con: sqlite3.Connection, number: int) -> list[RowChange]:
    """The rows of a change but those that have ended by themselves since: nothing is left of them to take back."""
    rows = notes.rows_of(con, number)
    shapes = {row.table: table_shapes.shape(con, row.table) for row in rows}
    return [row for row in rows if row.table not in END_THEMSELVES or not _ended(con, shapes[row.table], row)]


def _ended(con: sqlite3.Connection, of: Shape, row: RowChange) -> bool:
    """Whether a row is gone, though the last change that touched it left it there."""
    key = of.key_of(row.before or row.after or {})
    if table_shapes.row_at(con, of, key) is not None:
        return False
    sql = "SELECT change_id FROM change_row WHERE table_name = ? ORDER BY change_id DESC"
    for (later,) in con.execute(sql, (of.table,)).fetchall():
        for touched in notes.rows_of(con, later):
            if touched.table == of.table and of.key_of(touched.before or touched.after or {}) == key:
                return touched.after is not None
    return False


def _keys(con: sqlite3.Connection, number: int) -> set[tuple[str, Key]]:
    """The rows that a change touched."""
    rows = notes.rows_of(con, number)
    shapes = {row.table: table_shapes.shape(con, row.table) for row in rows}
    return {(row.table, shapes[row.table].key_of(row.before or row.after or {})) for row in rows}


def _check(con: sqlite3.Connection, number: int) -> None:
    row = con.execute("SELECT final FROM change WHERE id = ?", (number,)).fetchone()
    if row[0]:
        raise EditError(say("This cannot be undone. {why}", why=unpacked(row[0])))
    if Standing(con).undone_by(number) is not None:
        raise EditError(say("Change {number} is undone already.", number=number))


def _blamed(con: sqlite3.Connection, number: int, conflict: Conflict) -> int | None:
    """The newest later change that holds and touched the row in the way; at last one that undid a later one."""
    standing = Standing(con)
    sql = "SELECT DISTINCT change_id FROM change_row WHERE table_name = ? AND change_id > ? ORDER BY change_id DESC"
    candidates = [later for (later,) in con.execute(sql, (conflict.table, number)) if standing.holds(later)]
    touched = [later for later in candidates if (conflict.table, conflict.key) in _keys(con, later)]
    undoing = {later for (later,) in con.execute("SELECT id FROM change WHERE undoes > ?", (number,))}
    return next((later for later in touched if later not in undoing), touched[0] if touched else None)


def _refusal(con: sqlite3.Connection, number: int, in_the_way: int) -> InTheWay:
    row = con.execute("SELECT what FROM change WHERE id = ?", (in_the_way,)).fetchone()
    return InTheWay(
        say("Change {number} cannot be undone by itself: change {later} came after it and touched the same ({what}). "
            "Undo that one first, or all that touched the same.",
            number=number, later=in_the_way, what=unpacked(row[0])),
        in_the_way,
    )  # fmt: skip
