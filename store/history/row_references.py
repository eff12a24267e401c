# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a row points at one that is not there: by a foreign key, or as the scope that it holds for."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from store.history.recording import RowChange
from store.history.table_shapes import Key, Shape, quoted

Place = tuple[str, Key]  # a row: its table and primary key


def loose_end(con: sqlite3.Connection, shapes: Mapping[str, Shape], made: Sequence[RowChange]) -> Place | None:
    """The row that stands in the way of what was made: one that still points at what is gone, or the missing one that a
    row which came points at. None: all is well.
    """
    arrived = {(change.table, shapes[change.table].key_of(change.after)) for change in made if change.after is not None}
    looks = (_foreign(con, shapes, arrived), _scopes_gone(con, shapes, made), _scopes_missing(con, made))
    return next(chain.from_iterable(looks), None)


def _foreign(con: sqlite3.Connection, shapes: Mapping[str, Shape], arrived: set[Place]) -> Iterator[Place]:
    for table, rowid, parent, number in con.execute("PRAGMA main.foreign_key_check").fetchall():
        if table not in shapes:
            continue
        key = _one_row(con, shapes[table], shapes[table].key, "rowid = ?", (rowid,))
        if (table, key) not in arrived:
            yield table, key
            continue
        keys = con.execute(f"PRAGMA main.foreign_key_list({quoted(table)})").fetchall()
        columns = [row[3] for row in keys if row[0] == number]
        yield parent, _one_row(con, shapes[table], columns, "rowid = ?", (rowid,))


def _scopes_gone(con: sqlite3.Connection, shapes: Mapping[str, Shape], made: Sequence[RowChange]) -> Iterator[Place]:
    gone = [
        (change.table, change.before["id"]) for change in made
        if change.after is None and change.before is not None and change.table in ("group", "device")
    ]  # fmt: skip
    for of in shapes.values() if gone else ():
        if {"scope_kind", "scope_id"} <= set(of.columns):
            for scope in gone:
                key = _one_row(con, of, of.key, "scope_kind = ? AND scope_id = ?", scope)
                if key:
                    yield of.table, key


def _scopes_missing(con: sqlite3.Connection, made: Sequence[RowChange]) -> Iterator[Place]:
    named = {
        (change.after["scope_kind"], change.after["scope_id"]) for change in made
        if change.after is not None and change.after.get("scope_kind") in ("group", "device")
    }  # fmt: skip
    for table, number in sorted(named, key=str):
        if con.execute(f"SELECT 1 FROM main.{quoted(str(table))} WHERE id = ?", (number,)).fetchone() is None:  # noqa: S608
            yield str(table), (number,)


def _one_row(
    con: sqlite3.Connection, of: Shape, columns: Sequence[str], where: str, values: Sequence[object]
) -> Key:
    """These columns of the first row that meets a condition; () without one."""
    listed = ", ".join(map(quoted, columns))
    row = con.execute(f"SELECT {listed} FROM main.{of.quoted} WHERE {where}", tuple(values)).fetchone()  # noqa: S608
    return tuple(row) if row else ()
