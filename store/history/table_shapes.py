# SPDX-License-Identifier: GPL-3.0-or-later
"""The tables of config.db as SQLite has them: columns, keys, what is unique. What reads it follows every migration."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

Value = str | int | float | None
Row = Mapping[str, Value]
Key = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's columns in order, those of its primary key, and the sets of columns that are unique beside it."""

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]

    @property
    def quoted(self) -> str:
        """The table's name as SQL takes it."""
        return quoted(self.table)

    def key_of(self, row: Row) -> Key:
        """The primary key of a row."""
        return tuple(row.get(column) for column in self.key)

    def where(self) -> str:
        """The condition that a primary key meets, with a mark for each of its values."""
        return " AND ".join(f"{quoted(column)} IS ?" for column in self.key)


def quoted(name: str) -> str:
    """A name as SQL takes it, whatever word it is."""
    return '"' + name.replace('"', '""') + '"'


def shape(con: sqlite3.Connection, table: str) -> Shape:
    """How a table is made. A table that is not there has no columns."""
    info = con.execute(f"PRAGMA main.table_info({quoted(table)})").fetchall()
    keyed = sorted((row[5], row[1]) for row in info if row[5])
    return Shape(table, tuple(row[1] for row in info), tuple(name for _, name in keyed), _unique(con, table))


def row_at(con: sqlite3.Connection, of: Shape, key: Key) -> dict[str, Value] | None:
    """The row with a primary key."""
    sql = f"SELECT {', '.join(map(quoted, of.columns))} FROM main.{of.quoted} WHERE {of.where()}"  # noqa: S608
    row = con.execute(sql, key).fetchone()
    return None if row is None else dict(zip(of.columns, row, strict=True))


def rows(con: sqlite3.Connection, of: Shape) -> list[dict[str, Value]]:
    """All rows, in the order of the primary key."""
    listed, order = ", ".join(map(quoted, of.columns)), ", ".join(map(quoted, of.key))
    sql = f"SELECT {listed} FROM main.{of.quoted} ORDER BY {order}"  # noqa: S608 - names of the schema
    return [dict(zip(of.columns, row, strict=True)) for row in con.execute(sql)]


def _unique(con: sqlite3.Connection, table: str) -> tuple[tuple[str, ...], ...]:
    indexes = con.execute(f"PRAGMA main.index_list({quoted(table)})").fetchall()
    names = [row[1] for row in indexes if row[2] and row[3] != "pk"]
    return tuple(tuple(row[2] for row in con.execute(f"PRAGMA main.index_info({quoted(name)})")) for name in names)
