# SPDX-License-Identifier: GPL-3.0-or-later
"""After a pass: every kind of finding is looked for in evidence.db, and what is found is kept there.

Each kind is a pure function in a file of its own; here is what they are given to look at.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import cache
from statistics import median

from blocklists.whose.facts import Facts
from evidence.base import hours_table
from evidence.findings import beacon_rows, finding_rows, news
from evidence.findings.finding import Cause, Finding, FindingKind
from evidence.findings.first_rows import FirstRows
from evidence.findings.news import LEARNING_US, TooManyWords
from store.log.rollup_tables import HOUR_US

DAY_US = 24 * HOUR_US
RECENT_US = 7 * DAY_US  # what came up in the last week is news; findings of before are kept
MAX_WORDS = 30_000  # that may be news, each of a device, looked for at once; a home's week has some thousand; a kB each
_AFTER_ALL = 1 << 62
NIGHT = range(1, 5)  # hours of the home's own time in which people sleep
USUAL_HOURS = 24  # a device that was up for less has no habit yet
IDLE_SHARE, IDLE_NAMES = 4, 2  # idle: no more than a quarter of the names of its usual hour, or two
LOCAL_ENDINGS = (".arpa", ".local", ".lan", ".home", ".internal", ".localdomain")


def find_all(
    con: sqlite3.Connection, facts: Facts, now_us: int, log: sqlite3.Connection | None = None
) -> int:
    """Look for findings, keep them, and say how many are new. `con`: of evidence.db, to write; `log`: the query log.

    Raises sqlite3.Error and CorruptDatabase.
    """
    added = finding_rows.keep(con, _news(con, facts, now_us), now_us)  # one after the other: there may be thousands
    beacons = list(beacon_rows.find(con, facts, now_us, is_public, log))
    added += finding_rows.keep(con, beacons, now_us)
    finding_rows.fade(con, [FindingKind.BEACON], beacons, now_us)
    return added


def is_public(name: str) -> bool:
    """None of the home's own."""
    return "." in name and not name.endswith(LOCAL_ENDINGS)


def cause_of(con: sqlite3.Connection) -> Callable[[int, int], Cause]:
    """Whether a device was idle at a moment, or it was at night."""

    @cache
    def asked(hour: int) -> dict[int, int]:
        """How many names each device asked for."""
        return hours_table.names_of_devices(con, hour)

    @cache
    def usual(device: int, day: int) -> float:
        """Names of its usual hour in the week before; 0 while it has no habit."""
        counts = [count for hour in range(24 * (day - 7), 24 * day) if (count := asked(hour).get(device, 0))]
        return median(counts) if len(counts) >= USUAL_HOURS else 0.0

    def cause(device: int, at_us: int) -> Cause:
        names = asked(at_us // HOUR_US).get(device, 0)
        if names <= max(usual(device, at_us // DAY_US) / IDLE_SHARE, IDLE_NAMES) and usual(device, at_us // DAY_US):
            return Cause.IDLE
        return Cause.NIGHT if time.localtime(at_us // 1_000_000).tm_hour in NIGHT else Cause.NONE

    return cause


def _news(con: sqlite3.Connection, facts: Facts, now_us: int) -> Iterator[Finding]:
    """While the home is learned nothing is read: each name would be news then, and is none."""
    begun_us = con.execute("SELECT min(first_us) FROM first_asked").fetchone()[0]
    if begun_us is None or now_us < begun_us + LEARNING_US:
        return
    since_us = now_us - RECENT_US
    (count,) = con.execute("SELECT count(*) FROM first_asked WHERE first_us >= ?", (since_us,)).fetchone()
    parts = count // MAX_WORDS + 1
    recent = FirstRows(con, (since_us, _AFTER_ALL), facts, is_public, parts)
    older = FirstRows(con, (0, since_us), facts, is_public, parts)
    try:
        yield from news.find(recent.read(), older.read(), cause_of(con), MAX_WORDS)
    except TooManyWords:
        yield from news.find_by_parts(lambda part: (recent.read(part), older.read(part)), parts, cause_of(con))
