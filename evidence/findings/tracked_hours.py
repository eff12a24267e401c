# SPDX-License-Identifier: GPL-3.0-or-later
"""What was asked of trackers in the last days, hour by hour, with what became of it: read from the log once an hour.

An hour is read again where its records changed, or the facts did, which say what tracks. All raise sqlite3.Error.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from blocklists.whose.facts import Facts
from evidence.base import hours_table
from store.base.db import transaction
from store.log.records import counted_sql
from store.log.rollup_tables import HOUR_US
from store.names.purpose import Kind

WINDOW_HOURS = 7 * 24  # as long as what leaks is told of; some hundred bytes to some kilobytes each

_HOUR = f"""
    SELECT coalesce(c.device_id, 0), n.name, {counted_sql("o")} AS verdict, coalesce(l.key, ''), coalesce(rn.name, ''),
           o.source_id <> 0, sum(g.queries), min(g.first), max(g.last)
    FROM (SELECT client_id, name_id, outcome_id, count(*) AS queries, min(time_us) AS first, max(time_us) AS last
          FROM records WHERE time_us >= ?1 AND time_us < ?2 GROUP BY client_id, name_id, outcome_id) g
        JOIN names n ON n.id = g.name_id JOIN outcomes o ON o.id = g.outcome_id
        LEFT JOIN clients c ON c.id = g.client_id LEFT JOIN lists l ON l.id = o.list_id
        LEFT JOIN names rn ON rn.id = o.rule_id
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 8"""  # noqa: S608 - fixed text


@dataclass(frozen=True, slots=True)
class Asked:
    """Queries of one device for one name in an hour that were judged alike; verdict as they count (records.COUNTED)."""

    device_id: int
    name: str
    verdict: int
    blocklist: str
    rule: str
    imported: bool
    queries: int
    first_us: int
    last_us: int


def update(con: sqlite3.Connection, log: sqlite3.Connection, facts: Facts, now_us: int) -> None:
    """Make the hours of the window equal to those that evidence.db has; `con` writes it, `log` reads the query log."""
    since = now_us // HOUR_US - WINDOW_HOURS
    due = {hour: digest for hour, digest in hours_table.read_hours(con).items() if hour >= since}
    there = {
        hour: digest for hour, digest, version in con.execute("SELECT hour, digest, facts FROM tracked_hours")
        if version == facts.version
    }  # fmt: skip
    gone = [(hour,) for (hour,) in con.execute("SELECT hour FROM tracked_hours") if hour not in due]
    with transaction(con):
        con.executemany("DELETE FROM tracked_hours WHERE hour = ?", gone)
    for hour, digest in due.items():
        if there.get(hour) != digest:
            rows = list(of_range(log, hour * HOUR_US, (hour + 1) * HOUR_US, _tracks(facts)))
            with transaction(con):
                values = (hour, digest, facts.version, _packed(rows, hour * HOUR_US))
                con.execute("INSERT OR REPLACE INTO tracked_hours VALUES (?, ?, ?, ?)", values)


def load(con: sqlite3.Connection, now_us: int) -> Iterator[Asked]:
    """What the window holds, an hour after the other."""
    since = now_us // HOUR_US - WINDOW_HOURS
    for hour, packed in con.execute("SELECT hour, rows FROM tracked_hours WHERE hour >= ? ORDER BY hour", (since,)):
        begin = hour * HOUR_US
        for device, name, verdict, blocklist, rule, imported, queries, first, last in json.loads(
            zlib.decompress(packed)
        ):
            yield Asked(
                device, name, verdict, blocklist, rule, bool(imported), queries, begin + first, begin + last
            )


def of_range(
    log: sqlite3.Connection, from_us: int, to_us: int, tracks: Callable[[str], bool] = lambda name: True
) -> Iterator[Asked]:
    """The same of from ≤ time < to, out of the log itself."""
    for device, name, verdict, blocklist, rule, imported, queries, first, last in log.execute(_HOUR, (from_us, to_us)):
        if tracks(name):
            yield Asked(device, name, verdict, blocklist, rule, bool(imported), queries, first, last)


def _tracks(facts: Facts) -> Callable[[str], bool]:
    return lambda name: facts.of(name).kind is Kind.TRACKING


def _packed(rows: list[Asked], begin_us: int) -> bytes:
    values = [
        [row.device_id, row.name, row.verdict, row.blocklist, row.rule, row.imported, row.queries,
         row.first_us - begin_us, row.last_us - begin_us]
        for row in rows
    ]  # fmt: skip
    return zlib.compress(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())
