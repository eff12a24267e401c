# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log as evidence reads it: which hours it has, and whether they changed. What one adds up to says
evidence.base.grouping; what a look-up is, store.sums.lookups.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from store.base.db import connect
from store.log.querylog import FILE_NAME
from store.log.rollup_tables import HOUR_US, HOURS, HOUSE
from store.sums import counts, packed

SECOND_US = 1_000_000
CACHE_KIB = 4_000  # of the log's pages in memory


@dataclass(frozen=True, slots=True)
class Pair:
    """What one device asked for one name; `answered` were let through, or the home's own, and got an answer."""

    device_id: int
    name: str
    queries: int
    lookups: int
    blocked: int
    answered: int
    failed: int
    first_us: int
    last_us: int

    def added(self, other: Pair) -> Pair:
        """The sum of two of one device and name."""
        return Pair(
            self.device_id, self.name, self.queries + other.queries, self.lookups + other.lookups,
            self.blocked + other.blocked, self.answered + other.answered, self.failed + other.failed,
            min(self.first_us, other.first_us), max(self.last_us, other.last_us),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class HourRow:
    """The same with the look-ups' seconds, since 1970, ascending; () where there are too many."""

    pair: Pair
    seconds: Sequence[int]


def open_log(state: Path) -> sqlite3.Connection:
    """The log, to read; little of it is held in memory. Raises sqlite3.Error, also while there is none."""
    con = connect(state / FILE_NAME, read_only=True)
    con.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return con


def open_any(state: Path) -> sqlite3.Connection | None:
    """The same; None while there is no log."""
    return open_log(state) if (state / FILE_NAME).exists() else None


def hours(con: sqlite3.Connection) -> Iterator[int]:
    """Every hour of the log that has a record, the oldest first; a step along the primary key each."""
    after = 0
    while True:
        with closing(con.execute("SELECT min(time_us) FROM records WHERE time_us >= ?", (after,))) as cursor:
            at = cursor.fetchone()[0]
        if at is None:
            return
        yield at // HOUR_US
        after = (at // HOUR_US + 1) * HOUR_US


def devices_of(con: sqlite3.Connection) -> dict[int, int]:
    """Client id → its device, as it is known now: people merge and split them."""
    return dict(con.execute("SELECT id, device_id FROM clients"))


def digest(con: sqlite3.Connection, hour: int, devices: Mapping[int, int]) -> int:
    """A number that is another once records of the hour were added, deleted, or given to another device.

    Where the recorder has added the hour up, its sums tell; else its records do.
    """
    row = con.execute(_SUMS, (HOURS, hour, packed.row(hour, HOUSE))).fetchone()
    if row is not None:
        total_us, by_client = row[0], Counter[int]()
        for client, count in packed.by_number(counts.unpack(row[1])):
            by_client[client] += count
    else:
        within = (hour * HOUR_US, (hour + 1) * HOUR_US)
        rows = con.execute(_RECORDS, within).fetchall()
        total_us, by_client = sum(each[2] for each in rows), Counter({client: count for client, count, _ in rows})
    text = repr((total_us, sorted((client, devices.get(client, 0), count) for client, count in by_client.items())))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest())


_SUMS = """SELECT h.total_us, h.clients FROM rolled r CROSS JOIN hours h
           WHERE r.level = ? AND r.block = ? AND r.kept AND h.id = ?"""
_RECORDS = """SELECT client_id, count(*), sum(duration_us) FROM records
              WHERE time_us >= ? AND time_us < ? GROUP BY client_id"""
