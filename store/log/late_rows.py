# SPDX-License-Identifier: GPL-3.0-or-later
"""What the log notes of itself for the chain of days: rows that came after their day was over, and how far it deleted.

A row may wait for a commit, or in the spool of a recorder that was killed, for as long as the machine was off.
"""

import sqlite3
from collections import Counter
from collections.abc import Sequence

DAY_US = 86_400_000_000
LATE_US = 3_600_000_000  # after the end of its day a row is late; a commit takes a minute


def note(con: sqlite3.Connection, times: Sequence[int], now_us: int) -> None:
    """In the transaction that writes rows with these times, in order."""
    begin_us = (now_us - LATE_US) // DAY_US * DAY_US  # of the first day that may still be written
    if times[0] >= begin_us:
        return
    days = Counter(at // DAY_US for at in times if at < begin_us)
    sql = "INSERT INTO late_rows (day, rows) VALUES (?, ?) ON CONFLICT DO UPDATE SET rows = rows + excluded.rows"
    con.executemany(sql, days.items())


def note_deleted(con: sqlite3.Connection, newest_us: int) -> None:
    """In the transaction that deletes the log's oldest records, up to this one."""
    con.execute("UPDATE marks SET value = max(value, ?) WHERE key = 'deleted_to'", (newest_us,))


def of_day(con: sqlite3.Connection, day: int) -> int:
    """How many rows of a day came late."""
    row = con.execute("SELECT rows FROM late_rows WHERE day = ?", (day,)).fetchone()
    return int(row[0]) if row else 0


def deleted_to(con: sqlite3.Connection) -> int:
    """Up to when records were deleted because of their age or the log's size, in µs; 0: none were."""
    row = con.execute("SELECT value FROM marks WHERE key = 'deleted_to'").fetchone()
    return int(row[0]) if row else 0
