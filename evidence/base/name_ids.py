# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in evidence.db and their ids, many at once. All raise sqlite3.Error."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

_STEP = 5_000


def noted(con: sqlite3.Connection, names: Sequence[str]) -> dict[str, int]:
    """Name → id; those that are new get one."""
    con.executemany("INSERT OR IGNORE INTO names (name) VALUES (?)", ((name,) for name in names))
    return ids(con, names)


def ids(con: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """Name → id, of those that are known."""
    sql = "SELECT n.name, n.id FROM json_each(?) j CROSS JOIN names n ON n.name = j.value"
    return {name: number for part in _parts(names) for name, number in con.execute(sql, (json.dumps(part),))}


def words(con: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    """Id → name."""
    sql = "SELECT n.id, n.name FROM json_each(?) j CROSS JOIN names n ON n.id = j.value"
    return {number: name for part in _parts(numbers) for number, name in con.execute(sql, (json.dumps(part),))}


def words_between(con: sqlite3.Connection, first: int, end: int) -> Iterator[tuple[int, str]]:
    """(id, name) of first ≤ id < end."""
    return iter(con.execute("SELECT id, name FROM names WHERE id >= ? AND id < ?", (first, end)))


def _parts(values: Iterable[object]) -> Iterator[list[object]]:
    waiting = iter(values)
    while part := list(islice(waiting, _STEP)):
        yield part
