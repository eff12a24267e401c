# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log as evidence reads it: which hours it has, whether they changed, and what one adds up to.

A *look-up* is what a person's app does once: a query of type A, AAAA, HTTPS or SVCB begins one, unless the same device
asked for the same name with one of these types within the second before. A query of any other type is one by itself.
It belongs to where it begins, so ranges add up.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from evidence.base.beats import MAX_BEATS
from store.base.db import connect
from store.log import counts, packed
from store.log.querylog import FILE_NAME
from store.log.records import FAILED, Verdict, counted_sql
from store.log.rollup_tables import HOUR_US, HOURS, HOUSE

SECOND_US = 1_000_000
TOGETHER_US = SECOND_US  # queries for addresses of one name within this are one look-up
ADDRESS_TYPES = (1, 28, 64, 65)  # A, AAAA, SVCB, HTTPS
CACHE_KIB = 4_000  # of the log's pages in memory; what an hour needs to be sorted beyond this goes to a file

_ANSWERED = (int(Verdict.PASS), int(Verdict.ALLOW), int(Verdict.LOCAL))
# One pass over the records of a range; the second before it only tells which look-ups have begun already.
_GROUPED = f"""
    WITH asked AS (
        SELECT coalesce(c.device_id, 0) AS device, r.name_id AS name, r.time_us AS at, {counted_sql("o")} AS verdict,
               coalesce(o.type, 0) IN {ADDRESS_TYPES} AS address
        FROM records r LEFT JOIN clients c ON c.id = r.client_id LEFT JOIN outcomes o ON o.id = r.outcome_id
        WHERE r.time_us >= ?1 - {TOGETHER_US} AND r.time_us < ?2
    ), timed AS (
        SELECT device, name, at, verdict,
               NOT address OR at - lag(at, 1, 0) OVER (PARTITION BY device, name, address ORDER BY at) > {TOGETHER_US}
               AS begins
        FROM asked
    )
    SELECT g.device, coalesce(n.name, ''), g.queries, g.lookups, g.blocked, g.answered, g.failed, g.first, g.last,
           IIF(g.lookups <= ?5, g.beats, NULL)
    FROM (
        SELECT device, name, count(*) AS queries, sum(begins) AS lookups,
               sum(verdict = {int(Verdict.BLOCK)}) AS blocked, sum(verdict IN {_ANSWERED}) AS answered,
               sum(verdict = {FAILED}) AS failed, min(at) AS first, max(at) AS last,
               group_concat(IIF(begins, at / {SECOND_US} - ?1 / {SECOND_US}, NULL)) AS beats
        FROM timed WHERE at >= ?1 AND (?3 IS NULL OR device = ?3)
            AND (?4 IS NULL OR name IN (SELECT w.id FROM json_each(?4) j JOIN names w ON w.name = j.value))
        GROUP BY device, name
    ) g LEFT JOIN names n ON n.id = g.name"""  # noqa: S608 - fixed text


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
    seconds: tuple[int, ...]


def open_log(state: Path) -> sqlite3.Connection:
    """The log, to read; little of it is held in memory. Raises sqlite3.Error, also while there is none."""
    con = connect(state / FILE_NAME, read_only=True)
    con.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    return con


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


def grouped(
    con: sqlite3.Connection, from_us: int, to_us: int, device: int | None = None,
    names: Iterable[str] | None = None, most_beats: int = MAX_BEATS,
) -> Iterator[HourRow]:  # fmt: skip
    """What was asked in from ≤ time < to, by device and name; with the seconds of `most_beats` look-ups or fewer."""
    base = from_us // SECOND_US
    wanted = None if names is None else json.dumps(list(names))
    for row in con.execute(_GROUPED, (from_us, to_us, device, wanted, most_beats)):
        seconds = sorted(map(int, row[9].split(","))) if row[9] else []
        yield HourRow(Pair(*row[:9]), tuple(base + second for second in seconds))


_SUMS = """SELECT h.total_us, h.clients FROM rolled r CROSS JOIN hours h
           WHERE r.level = ? AND r.block = ? AND r.kept AND h.id = ?"""
_RECORDS = """SELECT client_id, count(*), sum(duration_us) FROM records
              WHERE time_us >= ? AND time_us < ? GROUP BY client_id"""
