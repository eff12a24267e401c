# SPDX-License-Identifier: GPL-3.0-or-later
"""What an edit alters, row by row: SQLite's triggers write it down, on the one connection that edits.

    begin(con)      temporary triggers on every tracked table, made from its columns as they are now
    …               any SQL, cascades of foreign keys among it
    altered(con)    each row that is not what it was, before and after

Triggers are temporary: other connections (the recorder's, the list update's) are not recorded, migrations meet none.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from store.history.table_shapes import Key, Row, Shape, shape
from store.history.tracked import TRACKED


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after; None: there was none. Both have the same primary key."""

    table: str
    before: Row | None
    after: Row | None

    def back(self) -> "RowChange":
        """The same the other way round."""
        return RowChange(self.table, self.after, self.before)


def begin(con: sqlite3.Connection) -> None:
    """Record what this connection alters from now on; inside the transaction of the edit."""
    con.execute("PRAGMA temp_store = MEMORY")
    con.execute("PRAGMA recursive_triggers = ON")  # else a row that REPLACE takes away would not be seen to go
    con.execute("CREATE TEMP TABLE altered (number INTEGER PRIMARY KEY, name TEXT, before TEXT, after TEXT)")
    for table in TRACKED:
        for statement in _triggers(shape(con, table)):
            con.execute(statement)


def place(con: sqlite3.Connection) -> int:
    """How far recording has come, for `altered`."""
    return int(con.execute("SELECT COALESCE(max(number), 0) FROM temp.altered").fetchone()[0])


def altered(con: sqlite3.Connection, since: int = 0) -> list[RowChange]:
    """Each row that is not what it was at that place, in the order in which they were first touched."""
    shapes: dict[str, Shape] = {}
    first: dict[tuple[str, Key], Row | None] = {}
    last: dict[tuple[str, Key], Row | None] = {}
    sql = "SELECT name, before, after FROM temp.altered WHERE number > ? ORDER BY number"
    for table, before, after in con.execute(sql, (since,)):
        known = shapes.get(table) or shapes.setdefault(table, shape(con, table))
        for key, was, becomes in _steps(known, before, after):
            first.setdefault((table, key), was)
            last[table, key] = becomes
    return [
        RowChange(table, was, last[table, key])
        for (table, key), was in first.items() if was != last[table, key]
    ]  # fmt: skip


def _steps(of: Shape, before: str | None, after: str | None) -> Iterator[tuple[Key, Row | None, Row | None]]:
    """(key, before, after); a row whose key changes goes, and another comes."""
    was: Row | None = json.loads(before) if before else None
    becomes: Row | None = json.loads(after) if after else None
    if was is not None and becomes is not None and of.key_of(was) == of.key_of(becomes):
        yield of.key_of(was), was, becomes
        return
    if was is not None:
        yield of.key_of(was), was, None
    if becomes is not None:
        yield of.key_of(becomes), None, becomes


def _triggers(of: Shape) -> Iterator[str]:
    if not of.columns:
        return
    old, new = _as_json("OLD", of.columns), _as_json("NEW", of.columns)
    for event, before, after in (("INSERT", "NULL", new), ("UPDATE", old, new), ("DELETE", old, "NULL")):
        yield (
            f'CREATE TEMP TRIGGER "{of.table} {event}" AFTER {event} ON main.{of.quoted} BEGIN '  # noqa: S608
            f"INSERT INTO altered (name, before, after) VALUES ('{of.table}', {before}, {after}); END"
        )


def _as_json(row: str, columns: Iterable[str]) -> str:
    return "json_object(" + ", ".join(f"'{column}', {row}.\"{column}\"" for column in columns) + ")"
