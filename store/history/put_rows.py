# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows put as they are wanted, in a transaction that records: an undo, or a restored backup.

Each row is expected to be as `before` says, in what `after` alters; and nothing else may be altered by the way. Where
that does not hold, Conflict names the row, and the caller takes the transaction back.
"""

import sqlite3
from collections.abc import Mapping, Sequence

from store.history import recording
from store.history.network_rows import adapted, settle, taken_over
from store.history.recording import RowChange
from store.history.row_references import loose_end
from store.history.table_shapes import Key, Row, Shape, Value, quoted, row_at, shape
from store.history.tracked import COME_BACK, NETWORKS_OWN, TRACKED


class Conflict(Exception):  # noqa: N818 - it is told by whoever knows what was wanted
    """A row that stands in the way: its table and primary key."""

    def __init__(self, table: str, key: Key) -> None:
        super().__init__(f"{table} {key}")
        self.table, self.key = table, key


def put(con: sqlite3.Connection, wanted: Sequence[RowChange]) -> None:
    """Make each row what it is to be. The transaction must have begun, and `recording` with it. Raises Conflict."""
    since, shapes = recording.place(con), {table: shape(con, table) for table in TRACKED}
    taken, wanted = taken_over(con, shapes, wanted), adapted(con, shapes, wanted)
    _check(con, shapes, wanted)
    con.execute("PRAGMA defer_foreign_keys = ON")  # rows come in any order; what points nowhere is looked for below
    changed = [change for change in wanted if change.before is not None and change.after is not None]
    for change in wanted:
        if change.after is None and change.before is not None:
            _delete(con, shapes[change.table], change.before)
    _make_room(con, shapes, changed)
    for change in changed:
        _update(con, shapes[change.table], change)
    for change in wanted:
        if change.before is None and change.after is not None:
            _insert(con, shapes[change.table], change.after)
    if (in_the_way := loose_end(con, shapes, wanted)) is not None:
        raise Conflict(*in_the_way)
    _check_nothing_else(shapes, recording.altered(con, since), wanted)
    settle(con, shapes, taken)


def _check(con: sqlite3.Connection, shapes: Mapping[str, Shape], wanted: Sequence[RowChange]) -> None:
    for change in wanted:
        of = shapes[change.table]
        key = of.key_of(change.before or change.after or {})
        now = row_at(con, of, key)
        if not _as_expected(change, now):
            raise Conflict(change.table, key)


def _as_expected(change: RowChange, now: Row | None) -> bool:
    if change.before is None or now is None:
        return change.before is None and now is None
    loose = NETWORKS_OWN.get(change.table, frozenset())
    touched = now.keys() - loose if change.after is None else _touched(change) - loose
    return all(now[column] == change.before[column] for column in touched if column in now and column in change.before)


def _touched(change: RowChange) -> set[str]:
    """The columns in which a row is to become another."""
    before, after = change.before or {}, change.after or {}
    return {column for column in before.keys() & after.keys() if before[column] != after[column]}


def _delete(con: sqlite3.Connection, of: Shape, row: Row) -> None:
    con.execute(f"DELETE FROM main.{of.quoted} WHERE {of.where()}", of.key_of(row))  # noqa: S608


def _insert(con: sqlite3.Connection, of: Shape, row: Row) -> None:
    columns = [column for column in of.columns if column in row]  # a column that came since has its default
    listed, marks = ", ".join(map(quoted, columns)), ", ".join("?" * len(columns))
    sql = f"INSERT INTO main.{of.quoted} ({listed}) VALUES ({marks})"  # noqa: S608
    try:
        con.execute(sql, [row[column] for column in columns])
    except sqlite3.IntegrityError:
        raise Conflict(of.table, _in_the_way(con, of, row)) from None


def _update(con: sqlite3.Connection, of: Shape, change: RowChange) -> None:
    assert change.after is not None
    columns = sorted(_touched(change) & set(of.columns))
    if not columns:
        return
    values = [change.after[column] for column in columns]
    try:
        if not _set(con, of, columns, values, of.key_of(change.after)):
            _insert(con, of, change.after)  # it went along with what it belonged to, and belongs elsewhere now
    except sqlite3.IntegrityError:
        raise Conflict(of.table, _in_the_way(con, of, change.after)) from None


def _set(con: sqlite3.Connection, of: Shape, columns: Sequence[str], values: Sequence[Value], key: Key) -> int:
    """How many rows there were."""
    assigned = ", ".join(f"{quoted(column)} = ?" for column in columns)
    sql = f"UPDATE main.{of.quoted} SET {assigned} WHERE {of.where()}"  # noqa: S608
    return con.execute(sql, (*values, *key)).rowcount


def _make_room(con: sqlite3.Connection, shapes: Mapping[str, Shape], changed: Sequence[RowChange]) -> None:
    """Rows that change what is unique give it up first, so that two may swap it."""
    for number, change in enumerate(changed):
        of, after = shapes[change.table], change.after or {}
        given_up = sorted({column for columns in of.unique for column in columns} & _touched(change))
        if given_up:
            con.execute("PRAGMA ignore_check_constraints = ON")
            _set(con, of, given_up, [f"\x00{number}"] * len(given_up), of.key_of(after))
            con.execute("PRAGMA ignore_check_constraints = OFF")


def _in_the_way(con: sqlite3.Connection, of: Shape, row: Row) -> Key:
    """The key of the row that has what is unique about this one, or its own."""
    for columns in of.unique:
        condition = " AND ".join(f"{quoted(column)} = ?" for column in columns)
        keys, own = ", ".join(map(quoted, of.key)), of.key_of(row)
        sql = f"SELECT {keys} FROM main.{of.quoted} WHERE {condition}"  # noqa: S608
        for other in con.execute(sql, [row.get(column) for column in columns]):
            if tuple(other) != own:
                return tuple(other)
    return of.key_of(row)


def _check_nothing_else(shapes: Mapping[str, Shape], made: Sequence[RowChange], wanted: Sequence[RowChange]) -> None:
    """What went along by a foreign key was put there since, and nobody asked for its end."""
    planned = {(change.table, shapes[change.table].key_of(change.before or change.after or {})) for change in wanted}
    for change in made:
        key = shapes[change.table].key_of(change.before or change.after or {})
        if (change.table, key) not in planned and change.table not in COME_BACK:
            raise Conflict(change.table, key)
