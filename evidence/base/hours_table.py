# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours in evidence.db: put in whole, taken out whole, each in one transaction. All raise sqlite3.Error."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from itertools import islice

from evidence.base import beats
from evidence.base.log_hours import SECOND_US, HourRow
from store.base.db import transaction
from store.log.rollup_tables import HOUR_US

HOUR_S = HOUR_US // SECOND_US
MAX_FIRST_ASKED = 500_000  # some 12 MB; beyond it the oldest that the log has forgotten go, and would be new again
STEP_ROWS = 4_000  # some 2 MB
MAX_GONE = 200  # hours taken out in one transaction


def read_hours(con: sqlite3.Connection) -> dict[int, int]:
    """Hour → digest, of those that are in."""
    return dict(con.execute("SELECT hour, digest FROM read_hours"))


def put(con: sqlite3.Connection, hour: int, digest: int, rows: Iterable[HourRow]) -> None:
    """An hour as the log has it, in place of what was there; rows are taken as they come, a few thousand at a time."""
    waiting = iter(rows)
    with transaction(con):
        con.execute("DELETE FROM pairs WHERE hour = ?", (hour,))
        while some := list(islice(waiting, STEP_ROWS)):
            ids = _name_ids(con, sorted({row.pair.name for row in some}))
            con.executemany(_PUT, (_values(hour, row, ids[row.pair.name]) for row in some))
        con.execute(_FIRST, (hour,))
        con.execute("INSERT OR REPLACE INTO read_hours (hour, digest) VALUES (?, ?)", (hour, digest))


def drop(con: sqlite3.Connection, hours: Sequence[int]) -> None:
    """Take out hours whose records have left the log."""
    for start in range(0, len(hours), MAX_GONE):
        gone = [(hour,) for hour in hours[start : start + MAX_GONE]]
        with transaction(con):
            con.executemany("DELETE FROM pairs WHERE hour = ?", gone)
            con.executemany("DELETE FROM read_hours WHERE hour = ?", gone)


def forget(con: sqlite3.Connection, device: int | None = None, before_us: int | None = None) -> None:
    """A person cleared the log of a device, or of all: forget what it asked first, and what was found, before a time.

    To be called once the hours are as the log has them now: what it has still is when a name was asked for first.
    """
    with transaction(con):
        con.execute(_FORGET_FIRST, (device, before_us))
        con.execute(_FORGET_FOUND, (device, before_us))
        con.execute(_FIRST_AGAIN, (device,))


def cleared(con: sqlite3.Connection) -> int:
    """The id of the last clearing of the log that was followed here."""
    row = con.execute("SELECT value FROM marks WHERE key = 'cleared'").fetchone()
    return int(row[0]) if row else 0


def note_cleared(con: sqlite3.Connection, number: int) -> None:
    con.execute("INSERT OR REPLACE INTO marks (key, value) VALUES ('cleared', ?)", (number,))


def tidy(con: sqlite3.Connection, most: int = MAX_FIRST_ASKED) -> None:
    """Keep what outlives the log within its bound, and drop names that nothing refers to any more."""
    surplus = con.execute("SELECT count(*) FROM first_asked").fetchone()[0] - most
    if surplus <= 0:
        return
    with transaction(con):
        con.execute(_SURPLUS, (surplus,))
        con.execute(_UNUSED)


_PUT = "INSERT INTO pairs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FIRST = f"""
    INSERT INTO first_asked (device_id, name_id, first_us)
    SELECT device_id, name_id, hour * {HOUR_US} + from_us FROM pairs WHERE hour = ?
    ON CONFLICT DO UPDATE SET first_us = excluded.first_us WHERE excluded.first_us < first_us"""  # noqa: S608
_FIRST_AGAIN = f"""
    INSERT OR IGNORE INTO first_asked (device_id, name_id, first_us)
    SELECT p.device_id, p.name_id, min(p.hour * {HOUR_US} + p.from_us) FROM pairs p
    WHERE ?1 IS NULL OR p.device_id = ?1 GROUP BY p.device_id, p.name_id"""  # noqa: S608
_FORGET_FIRST = "DELETE FROM first_asked WHERE (?1 IS NULL OR device_id = ?1) AND (?2 IS NULL OR first_us < ?2)"
_FORGET_FOUND = "DELETE FROM findings WHERE (?1 IS NULL OR device_id = ?1) AND (?2 IS NULL OR last_us < ?2)"
_SURPLUS = """
    DELETE FROM first_asked WHERE (device_id, name_id) IN (
        SELECT f.device_id, f.name_id FROM first_asked f
        WHERE NOT EXISTS (SELECT 1 FROM read_hours h CROSS JOIN pairs p
                          ON p.hour = h.hour AND p.device_id = f.device_id AND p.name_id = f.name_id)
        ORDER BY f.first_us LIMIT ?)"""

_UNUSED = "DELETE FROM names WHERE id NOT IN (SELECT name_id FROM pairs UNION SELECT name_id FROM first_asked)"


def _name_ids(con: sqlite3.Connection, names: Sequence[str]) -> dict[str, int]:
    con.executemany("INSERT OR IGNORE INTO names (name) VALUES (?)", ((name,) for name in names))
    sql = "SELECT n.name, n.id FROM json_each(?) j CROSS JOIN names n ON n.name = j.value"
    return dict(con.execute(sql, (json.dumps(names),)))


def _values(hour: int, row: HourRow, name_id: int) -> tuple[int | bytes | None, ...]:
    pair = row.pair
    plain = pair.lookups == 1 and row.seconds == (pair.first_us // SECOND_US,)  # which the first row tells already
    packed = beats.pack([second - hour * HOUR_S for second in row.seconds]) if row.seconds and not plain else None
    return (
        hour, pair.device_id, name_id, pair.queries, pair.lookups, pair.blocked, pair.answered, pair.failed,
        pair.first_us - hour * HOUR_US, pair.last_us - pair.first_us, packed,
    )  # fmt: skip
