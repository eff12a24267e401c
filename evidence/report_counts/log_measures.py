# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rows of a report add up to: one pass over the log, a day at a time, so that a year takes no more memory.

A look-up is what store.sums.lookups says, and what became of it is what became of the query that begins it. Each
sum is what the statements of `report_sql` count.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from evidence.report_counts.subject import Subject
from store.log.records import ANSWERED, FAILED, Verdict, counted_sql
from store.log.rollup_tables import HOUR_US
from store.sums.lookups import ADDRESS_TYPES, TOGETHER_US, begins_sql

STEP_US = 24 * HOUR_US  # of one statement
MAX_NAMES = 500_000  # that are counted one by one; a device asks for some thousands in a year, 200 bytes each


@dataclass(slots=True)
class Sum:
    """Look-ups by what became of them; `other`: refused. Times in µs."""

    queries: int = 0
    lookups: int = 0
    blocked: int = 0
    answered: int = 0
    failed: int = 0
    other: int = 0
    first_us: int = 0
    last_us: int = 0

    def add(self, fate: str, queries: int, lookups: int, first_us: int, last_us: int) -> None:
        self.queries += queries
        self.lookups += lookups
        setattr(self, fate, getattr(self, fate) + lookups)
        self.first_us = min(self.first_us or first_us, first_us)
        self.last_us = max(self.last_us, last_us)


class HourKey(NamedTuple):
    """An hour since 1970 (UTC), and the id of a kind."""

    hour: int
    kind: int


@dataclass(slots=True)
class Measures:
    """By ids of the log: of names, of devices (with a kind), of lists. `hours`: look-ups; `imported`: queries."""

    total: Sum = field(default_factory=Sum)
    names: dict[int, Sum] = field(default_factory=dict)
    devices: dict[tuple[int, int], Sum] = field(default_factory=dict)
    lists: dict[int, int] = field(default_factory=dict)
    hours: dict[HourKey, int] = field(default_factory=dict)
    imported: int = 0


class TooMuch(Exception):  # noqa: N818 - what it is
    """More names than are counted one by one."""


FATES = {int(Verdict.BLOCK): "blocked", **{int(verdict): "answered" for verdict in ANSWERED}, FAILED: "failed"}

_SQL = f"""
    WITH asked AS (
        SELECT {{device}} AS device, r.name_id AS name, r.time_us AS at, {counted_sql("o")} AS verdict,
               coalesce(o.type, 0) IN {ADDRESS_TYPES} AS address, coalesce(o.list_id, 0) AS list,
               coalesce(o.source_id, 0) > 0 AS imported
        FROM records r LEFT JOIN clients c ON c.id = r.client_id LEFT JOIN outcomes o ON o.id = r.outcome_id
        WHERE r.time_us >= ?1 - {TOGETHER_US} AND r.time_us < ?2 AND r.{{mine}}
    ), timed AS (
        SELECT *, {begins_sql("at", "device, name")} AS begins
        FROM asked
    )
    SELECT device, name, at / {HOUR_US}, verdict, list, imported, count(*), sum(begins), min(at), max(at)
    FROM timed WHERE at >= ?1 GROUP BY 1, 2, 3, 4, 5, 6"""  # noqa: S608 - fixed text


def measure(
    log: sqlite3.Connection, subject: Subject, from_us: int, to_us: int, kind_of: Callable[[int], int],
    progress: Callable[[float], None] = lambda share: None,
) -> Measures:  # fmt: skip
    """Of from ≤ time < to; `kind_of`: the number of the kind of a name's id. Raises sqlite3.Error and TooMuch."""
    measures = Measures()
    # One device is one, whatever addresses it has: people split and merge devices later.
    device = "0" if subject.clients is not None else "coalesce(c.device_id, 0)"
    sql = _SQL.format(device=device, mine=subject.where.replace("?", "?3"))
    for begin, end in steps(log, from_us, to_us):
        for row in log.execute(sql, (begin, end, *subject.values)):
            _add(measures, row, kind_of)
        progress((end - from_us) / (to_us - from_us))
    return measures


def steps(log: sqlite3.Connection, from_us: int, to_us: int) -> Iterator[tuple[int, int]]:
    """(begin, end) of each day of a range that has rows; where the log has nothing, nothing is read."""
    at = from_us
    while at < to_us:
        start = log.execute("SELECT min(time_us) FROM records WHERE time_us >= ?", (at,)).fetchone()[0]
        if start is None or start >= to_us:
            return
        at = max(at, start // STEP_US * STEP_US)
        end = min((at // STEP_US + 1) * STEP_US, to_us)
        yield at, end
        at = end


def _add(measures: Measures, row: tuple[int, ...], kind_of: Callable[[int], int]) -> None:
    device, name, hour, verdict, blocklist, imported, queries, lookups, first_us, last_us = row
    fate, kind = FATES.get(verdict, "other"), kind_of(name)
    if name not in measures.names and len(measures.names) >= MAX_NAMES:
        raise TooMuch
    sums = (
        measures.total, measures.names.setdefault(name, Sum()), measures.devices.setdefault((device, kind), Sum())
    )  # fmt: skip
    for each in sums:
        each.add(fate, queries, lookups, first_us, last_us)
    key = HourKey(hour, kind)
    measures.hours[key] = measures.hours.get(key, 0) + lookups
    if fate == "blocked":
        measures.lists[blocklist] = measures.lists.get(blocklist, 0) + lookups
    measures.imported += queries if imported else 0
