# SPDX-License-Identifier: GPL-3.0-or-later
"""Many rows into one table, a hundred a statement: half the time of one statement a row."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice

AT_ONCE = 100  # rows a statement; the oldest SQLite about takes 999 values


def at_once() -> None:
    """Between two statements nothing is to be done."""


def insert(
    con: sqlite3.Connection,
    table: str,
    columns: Sequence[Iterable[str | int | None]],
    between: Callable[[], object] = at_once,
) -> None:
    """Insert rows that are given by columns, one for each of the table's, all of one length.

    table: a literal of the caller. `between`: called after each statement. Raises sqlite3.Error; call it within a
    transaction.
    """
    marks = f"({', '.join('?' * len(columns))})"
    head = f"INSERT INTO {table} VALUES "  # noqa: S608
    values, width = chain.from_iterable(zip(*columns, strict=True)), AT_ONCE * len(columns)
    many = head + ", ".join([marks] * AT_ONCE)
    while len(part := list(islice(values, width))) == width:
        con.execute(many, part)
        between()
    if part:
        con.execute(head + ", ".join([marks] * (len(part) // len(columns))), part)
