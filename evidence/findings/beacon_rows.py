# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices ask for at a beat, read from evidence.db: each device and name that was there for hours."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

from blocklists.whose.facts import Facts
from evidence.base import beats
from evidence.base.hours_table import HOUR_S
from evidence.base.log_hours import SECOND_US
from evidence.findings import beacons
from evidence.findings.beacons import LEAST_INTERVALS, RUN_SHARE, Beat
from evidence.findings.finding import Finding, FindingKind
from store.log.rollup_tables import HOUR_US
from store.names.purpose import Kind

WINDOW_HOURS = 7 * 24  # a beat shows within days; of a change of it the older half is outweighed soon
MAX_PAIRS = 3_000  # of device and name, the steadiest first; 10 ms each at the most
LEAST_HOURS = int(RUN_SHARE * beacons.LEAST_SPAN)  # a run that counts has so many
QUIET = 0.5  # of a beat that is no tracking: clocks, updates and mail go at a beat in every home


def find(
    con: sqlite3.Connection, facts: Facts, now_us: int, is_public: Callable[[str], bool] = lambda name: True
) -> Iterator[Finding]:
    """`is_public`: names that are worth a finding. Queries of devices that nobody knows are of many, and no series.

    first, last and count are of all hours that evidence.db has of the device and name. Raises sqlite3.Error.
    """
    since = now_us // HOUR_US - WINDOW_HOURS
    for device, name_id, name in con.execute(_STEADY, (since, LEAST_HOURS, LEAST_INTERVALS, MAX_PAIRS)).fetchall():
        beat = beacons.beat_of(times_of(con, device, name_id, since)) if is_public(name) else None
        if beat:
            yield _finding(con, facts, device, name_id, name, beat)


def times_of(con: sqlite3.Connection, device: int, name_id: int, since_hour: int) -> list[int]:
    """The seconds of the look-ups, ascending. Of an hour with too many of them there are none. Raises sqlite3.Error."""
    times: list[int] = []
    for hour, lookups, from_us, packed in con.execute(_TIMES, (since_hour, device, name_id)):
        if packed is not None:
            times += [hour * HOUR_S + second for second in beats.unpack(packed)]
        elif lookups == 1:
            times.append(hour * HOUR_S + from_us // SECOND_US)
    return times


_STEADY = """
    SELECT g.device_id, g.name_id, n.name FROM (
        SELECT p.device_id, p.name_id, count(*) AS hours, sum(p.lookups) AS asked
        FROM read_hours h CROSS JOIN pairs p ON p.hour = h.hour WHERE h.hour >= ?1 AND p.device_id > 0
        GROUP BY p.device_id, p.name_id HAVING hours >= ?2 AND asked > ?3) g
    JOIN names n ON n.id = g.name_id ORDER BY g.hours DESC, g.asked DESC, g.device_id, g.name_id LIMIT ?4"""
_OF_PAIR = "FROM read_hours h CROSS JOIN pairs p ON p.hour = h.hour AND p.device_id = ?2 AND p.name_id = ?3"
_TIMES = f"SELECT p.hour, p.lookups, p.from_us, p.beats {_OF_PAIR} WHERE h.hour >= ?1 ORDER BY h.hour"
_SUMS = f"""SELECT min(p.hour * {HOUR_US} + p.from_us), max(p.hour * {HOUR_US} + p.from_us + p.span_us), sum(p.lookups)
            {_OF_PAIR} WHERE h.hour >= ?1"""


def _finding(con: sqlite3.Connection, facts: Facts, device: int, name_id: int, name: str, beat: Beat) -> Finding:
    whose = facts.of(name)
    first_us, last_us, lookups = con.execute(_SUMS, (0, device, name_id)).fetchone()
    confidence = beat.confidence * (1 if whose.kind is Kind.TRACKING else QUIET)
    return Finding(
        FindingKind.BEACON, device, whose.company, name, (name,), first_us, last_us, lookups,
        period_s=round(beat.period_s, 1), jitter=round(beat.jitter, 3), confidence=round(confidence, 2),
    )  # fmt: skip
