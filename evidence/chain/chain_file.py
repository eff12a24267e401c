# SPDX-License-Identifier: GPL-3.0-or-later
"""chain.db: the links, which only grow. Small, and written through to the disk: nothing else can make it again."""

import sqlite3
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

from evidence.chain.links import Link
from store.base import side_file
from store.base.db import transaction

FILE_NAME = "chain.db"
KIND = "chain"  # of its migrations

_COLUMNS = ", ".join(field.name for field in fields(Link))
_READ = _COLUMNS.replace("sums_hash, head, sums", "sums_hash, head, CAST(sums AS BLOB)")  # whatever was put there
_SELECT = f"SELECT {_READ} FROM links"  # noqa: S608 - fixed text


def open_writer(state: Path) -> sqlite3.Connection:
    """Create it as need be. A damaged one is put aside, kept, and a new chain begins.

    Raises sqlite3.Error or StoreError when it cannot be written.
    """
    return side_file.open_or_begin(state / FILE_NAME, KIND, "synchronous = FULL")


def open_reader(state: Path) -> sqlite3.Connection:
    """A read-only connection; an empty chain in memory while there is none. Raises sqlite3.Error or StoreError."""
    return side_file.open_reader(state / FILE_NAME, KIND)


def links(con: sqlite3.Connection) -> Iterator[Link]:
    """All of them, the first one first."""
    return (Link(*row) for row in con.execute(f"{_SELECT} ORDER BY seq"))


def latest(con: sqlite3.Connection, before: int | None, limit: int) -> Iterator[Link]:
    """At most `limit` of them from before the link with that number (None: from the end), the latest first."""
    where = "" if before is None else "WHERE seq < ?"
    values = (limit,) if before is None else (before, limit)
    return (Link(*row) for row in con.execute(f"{_SELECT} {where} ORDER BY seq DESC LIMIT ?", values))


def newest(con: sqlite3.Connection) -> Link | None:
    row = con.execute(f"{_SELECT} ORDER BY seq DESC LIMIT 1").fetchone()
    return Link(*row) if row else None


def of_day(con: sqlite3.Connection, day: int) -> Link | None:
    """The last link of a day, which is the one that its rows have to fit."""
    row = con.execute(f"{_SELECT} WHERE day = ? ORDER BY seq DESC LIMIT 1", (day,)).fetchone()
    return Link(*row) if row else None


def append(con: sqlite3.Connection, link: Link) -> None:
    marks = ", ".join("?" * len(fields(Link)))
    with transaction(con):
        con.execute(f"INSERT INTO links ({_COLUMNS}) VALUES ({marks})", astuple(link))  # noqa: S608 - fixed text


def let_sums_go(con: sqlite3.Connection, before_day: int) -> None:
    """The rows of days before this one are no longer kept; what their sums could locate is gone with them."""
    if con.execute("SELECT 1 FROM links WHERE day < ? AND sums IS NOT NULL LIMIT 1", (before_day,)).fetchone():
        with transaction(con):
            con.execute("UPDATE links SET sums = NULL WHERE day < ?", (before_day,))

