# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours and days of the query log that are added up: where they stand, and what makes them hold no longer.

A block counts for readers while it stands in `rolled`. Its sums and that entry are written in one transaction, and
whoever changes records of a block takes the entry out in the transaction of the change: so sums and records agree at
every moment, whenever the process is killed.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from store.log import counts, packed
from store.log.counts import Counts

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
MINUTE_US = 60_000_000
HOURS, DAYS = 0, 1  # levels
TABLE = ("hours", "days")  # by level; the only text that is put into SQL here
LENGTH_US = (HOUR_US, DAY_US)
ENDS = "SELECT (SELECT min(time_us) FROM records), (SELECT max(time_us) FROM records)"  # two steps, not a pass
HOUSE = 0  # stands for all clients, and its row is the first of a block
MAX_NAMES = 400_000  # different names of one day in memory, some 50 MB; more leave the day to its hours


def is_ranked(level: int, client: int) -> bool:
    """Whether a row has leaders and presence, and its names plain. In the hour of one client there are few names."""
    return level == DAYS or client == HOUSE


def invalidate(con: sqlite3.Connection, times: Iterable[int]) -> None:
    """The blocks around these times no longer hold. Call it in the transaction that changes their records."""
    hours = {at // HOUR_US for at in times}
    con.executemany("DELETE FROM rolled WHERE level = 0 AND block = ?", [(hour,) for hour in hours])
    con.executemany("DELETE FROM rolled WHERE level = 1 AND block = ?", [(day,) for day in {h // 24 for h in hours}])


def invalidate_through(con: sqlite3.Connection, end_us: int, begin_us: int = 0) -> None:
    """No block from `begin_us` to this time holds, since their records go; the sums of those that lie wholly within
    that go too.
    """
    for level, length_us in enumerate(LENGTH_US):
        block, first = end_us // length_us, begin_us // length_us
        con.execute("DELETE FROM rolled WHERE level = ? AND block BETWEEN ? AND ?", (level, first, block))
        within = (packed.row(first, HOUSE), packed.row(block, HOUSE))
        con.execute(f"DELETE FROM {TABLE[level]} WHERE id >= ? AND id < ?", within)  # noqa: S608


def put(con: sqlite3.Connection, level: int, block: int, counted: Iterable[tuple[int, Counts]], kept: bool) -> None:
    """Write the sums of a block, (client or HOUSE, sums) each, and list it: from here on it holds."""
    whole = (packed.row(block, HOUSE), packed.row(block + 1, HOUSE))
    con.execute(f"DELETE FROM {TABLE[level]} WHERE id >= ? AND id < ?", whole)  # noqa: S608
    con.executemany(
        f"INSERT INTO {TABLE[level]} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
        (_row(level, block, client, of_client) for client, of_client in counted if of_client.kinds),
    )
    con.execute("INSERT OR REPLACE INTO rolled (level, block, kept) VALUES (?, ?, ?)", (level, block, kept))


def put_day(con: sqlite3.Connection, day: int) -> bool:
    """Add the hours of a day up, if all of them hold. A day of too many names is left to its hours."""
    within = (24 * day, 24 * day + 24)
    sql = "SELECT sum(kept) FROM rolled WHERE level = 0 AND block >= ? AND block < ?"
    if con.execute(sql, within).fetchone()[0] != 24:
        return False
    ids = con.execute("SELECT id FROM hours WHERE id >= ? AND id < ?", [packed.row(hour, HOUSE) for hour in within])
    clients = sorted({packed.client_of(number) for (number,) in ids})
    try:
        put(con, DAYS, day, ((client, _day(con, day, client)) for client in clients), True)
    except _TooManyNames:
        put(con, DAYS, day, (), False)
    return True


class _TooManyNames(Exception):  # noqa: N818 - seen by nobody else
    pass


def _row(level: int, block: int, client: int, part: Counts) -> tuple[int | bytes, ...]:
    small = map(counts.pack, (part.moments, part.kinds, part.companies, part.durations, part.clients))
    if is_ranked(level, client):
        names = (counts.ranked(part.names), counts.present(part.names), counts.pack_plain(part.names))
    else:
        names = (b"", b"", counts.pack(part.names))
    return (packed.row(block, client), part.total_us, *small, *names)


def _day(con: sqlite3.Connection, day: int, client: int) -> Counts:
    total = Counts()
    for hour, total_us, moments, kinds, companies, durations, clients, names in _hours_of(con, day, client):
        total.total_us += total_us
        counts.add(total.moments, packed.of_one(hour, counts.unpack(moments)))
        counts.add(total.kinds, counts.unpack(kinds))
        counts.add(total.companies, counts.unpack(companies))
        counts.add(total.durations, counts.unpack(durations))
        counts.add(total.clients, counts.unpack(clients))
        ranked = is_ranked(HOURS, client)
        counts.add(total.names, counts.PlainSection(names).pairs() if ranked else counts.unpack(names))
        if len(total.names) > MAX_NAMES:
            raise _TooManyNames
    return total


def _hours_of(con: sqlite3.Connection, day: int, client: int) -> Iterator[tuple[Any, ...]]:
    ids = [packed.row(24 * day + hour, client) for hour in range(24)]
    return iter(
        con.execute(
            f"""SELECT {packed.block_sql("h.id")} % 24, total_us, moments, kinds, companies, durations, clients, names
                FROM json_each(?) j CROSS JOIN hours h ON h.id = j.value""",  # noqa: S608
            (json.dumps(ids),),
        )
    )
