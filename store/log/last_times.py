# SPDX-License-Identifier: GPL-3.0-or-later
"""Times as the log's writer keeps them: when each client was seen first and last, and which no record holds yet."""

import sqlite3
from collections.abc import Iterable
from itertools import accumulate, count
from operator import add, sub

from store.base.db import transaction

MAX_TAKEN = 100_000  # times that are looked through for free ones at once, some 10 MB


def write(con: sqlite3.Connection, seen: Iterable[tuple[int, tuple[int, int]]], newest_us: int) -> None:
    """Client id → (first, last) of new rows. Nothing is seen past `newest_us`; what was, gives way."""
    con.executemany(
        """UPDATE clients SET first_us = min(COALESCE(first_us, ?1), ?1),
               last_us = CASE WHEN last_us > ?4 THEN ?2 ELSE max(COALESCE(last_us, ?2), ?2) END WHERE id = ?3""",
        [(first, min(last, newest_us), client, newest_us) for client, (first, last) in seen],
    )


def heal(con: sqlite3.Connection, newest_us: int) -> None:
    """Where a clock that was ahead said when a client was last seen, let its rows before `newest_us` say it.

    Reads all records, once, and only where there is such a client. Raises sqlite3.Error.
    """
    ahead = [number for (number,) in con.execute("SELECT id FROM clients WHERE last_us > ?", (newest_us,))]
    if not ahead:
        return
    last = dict(con.execute("SELECT client_id, max(time_us) FROM records WHERE time_us <= ? GROUP BY 1", (newest_us,)))
    with transaction(con):
        con.executemany("UPDATE clients SET last_us = ? WHERE id = ?", [(last.get(client), client) for client in ahead])


def missed(con: sqlite3.Connection, newest_us: int) -> dict[int, tuple[int, int]]:
    """What a writer that was killed did not come to write, of rows up to `newest_us`."""
    written = con.execute("SELECT max(last_us) FROM clients").fetchone()[0]
    if written is None:
        return {}
    rows = con.execute(
        "SELECT client_id, min(time_us), max(time_us) FROM records WHERE time_us > ? AND time_us <= ? GROUP BY 1",
        (written, newest_us),
    )
    return {client: (first, last) for client, first, last in rows}


def free(con: sqlite3.Connection, times: list[int]) -> list[int]:
    """The same times, in order, each moved to the next microsecond that neither the log nor another one holds."""
    sql = "SELECT time_us FROM records WHERE time_us >= ? ORDER BY time_us DESC LIMIT ?"
    taken = {at for (at,) in con.execute(sql, (times[0], MAX_TAKEN + 1))}
    if not taken:  # as nearly always: each is later than the one before, or is made so
        if len(set(times)) == len(times):
            return times
        return list(map(add, accumulate(map(sub, times, count()), max), count()))
    many = len(taken) > MAX_TAKEN  # late by hours, as when a clock was set back
    moved, before = list[int](), 0
    for at in times:
        if at <= before:
            at = before + 1
        if many:
            at = _free_from(con, at)
        while at in taken:
            at += 1
        moved.append(at)
        before = at
    return moved


def _free_from(con: sqlite3.Connection, at: int) -> int:
    """The first microsecond from this one on that no record holds."""
    for (taken,) in con.execute("SELECT time_us FROM records WHERE time_us >= ? ORDER BY time_us", (at,)):
        if taken != at:
            break
        at += 1
    return at
