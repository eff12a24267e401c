# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours and days of the query log that are added up: where they stand, and what makes them hold no longer.

A block counts for readers while it stands in `rolled`. Its sums and that entry are written in one transaction, and
whoever changes records of a block takes the entry out in the transaction of the change: so sums and records agree at
every moment, whenever the process is killed.
"""

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from store.sums import counts, packed
from store.sums.counts import Counts, Known
from store.sums.lookups import TOGETHER_US

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
MINUTE_US = 60_000_000
HOURS, DAYS, KNOWN_HOURS, KNOWN_DAYS = range(4)  # levels; of the last two, sections of counts.Known
TABLE = ("hours", "days", "known_hours", "known_days")  # by level; the only text that is put into SQL here
LENGTH_US = (HOUR_US, DAY_US, HOUR_US, DAY_US)
LEVELS, KNOWN_LEVELS = (HOURS, DAYS), (KNOWN_HOURS, KNOWN_DAYS)
ENDS = "SELECT (SELECT min(time_us) FROM records), (SELECT max(time_us) FROM records)"  # two steps, not a pass
HOUSE = 0  # stands for all clients, and its row is the first of a block
MAX_SPARSE = 4_096  # records of a day that is added up without its hours: to read an hour of them takes no longer
MAX_NAMES = 400_000  # different names of one day in memory, some 50 MB; more leave the day to its hours


def is_ranked(level: int, client: int) -> bool:
    """Whether a row has leaders and presence, and its names plain. In the hour of one client there are few names."""
    return level == DAYS or client == HOUSE


def invalidate(con: sqlite3.Connection, times: Iterable[int]) -> set[int]:
    """The blocks around these times no longer hold. Call it in the transaction that changes their records.

    A record's look-up goes on for a moment: so the next hour's may begin elsewhere. Returns the hours of days that were
    added up at once: all of them hold no longer.
    """
    times = set(times)
    with_days = _let_go(con, LEVELS, {at // HOUR_US for at in times})
    known = {at // HOUR_US for at in times} | {(at + TOGETHER_US) // HOUR_US for at in times}
    return with_days | _let_go(con, KNOWN_LEVELS, known)


def let_known_go(con: sqlite3.Connection, hours: Iterable[int]) -> None:
    """What was known of names in these hours is known otherwise now, or look-ups of theirs begin elsewhere."""
    _let_go(con, KNOWN_LEVELS, set(hours))


def let_shared_go(con: sqlite3.Connection, moved: Collection[int], devices: Collection[int]) -> None:
    """Clients are about to go from one of these devices to another: what is known of the hours that they share with
    others of these devices, or with the end of the hour before, holds no longer. Rare; reads the ids of all hours.
    """
    marks = ", ".join("?" * len(devices))
    of_devices = con.execute(f"SELECT id FROM clients WHERE device_id IN ({marks})", (*devices,))  # noqa: S608
    others = {number for (number,) in of_devices}
    there: dict[int, set[int]] = {}
    for (row,) in con.execute("SELECT id FROM known_hours"):
        if packed.client_of(row) in others:
            there.setdefault(packed.block_of(row), set()).add(packed.client_of(row))
    rolled, days = (
        {block for (block,) in con.execute("SELECT block FROM rolled WHERE level = ? AND kept", (level,))}
        for level in KNOWN_LEVELS
    )  # fmt: skip
    alone, asked = days - {hour // 24 for hour in rolled}, set[int]()
    for (row,) in con.execute("SELECT id FROM known_days"):
        if packed.client_of(row) in moved:
            asked |= {packed.block_of(row), packed.block_of(row) + 1}
    let_known_go(con, [day * 24 for day in alone & asked])
    shared = []
    for hour in rolled & there.keys():
        before = there.get(hour - 1, set()) if hour - 1 in rolled else others
        near = there[hour] | before
        if len(near) > 1 and not near.isdisjoint(moved):
            shared.append(hour)
    let_known_go(con, shared)


def _let_go(con: sqlite3.Connection, levels: tuple[int, int], hours: set[int]) -> set[int]:
    """Returns which hours went with their day, since that was added up at once."""
    days = {hour // 24 for hour in hours}
    with_days = {hour for day in days if is_alone(con, levels, day) for hour in range(24 * day, 24 * day + 24)}
    sql = "DELETE FROM rolled WHERE level = ? AND block = ?"
    con.executemany(sql, [(levels[0], hour) for hour in hours | with_days])
    con.executemany(sql, [(levels[1], day) for day in days])
    return with_days


def invalidate_through(con: sqlite3.Connection, end_us: int, begin_us: int = 0) -> None:
    """No block from `begin_us` to this time holds, since their records go; the sums of those that lie wholly within
    that go too.
    """
    for level, length_us in enumerate(LENGTH_US):
        end = end_us if level in LEVELS else end_us + TOGETHER_US
        block, first = end // length_us, begin_us // length_us
        con.execute("DELETE FROM rolled WHERE level = ? AND block BETWEEN ? AND ?", (level, first, block))
        within = (packed.row(first, HOUSE), packed.row(block, HOUSE))
        con.execute(f"DELETE FROM {TABLE[level]} WHERE id >= ? AND id < ?", within)  # noqa: S608


def put(con: sqlite3.Connection, level: int, block: int, counted: Iterable[tuple[int, Counts]], kept: bool) -> None:
    """Write the sums of a block, (client or HOUSE, sums) each, and list it: from here on it holds."""
    rows = (_row(level, block, client, of_client) for client, of_client in counted if of_client.kinds)
    _put(con, level, block, rows, kept)


def put_known(
    con: sqlite3.Connection, level: int, block: int, counted: Iterable[tuple[int, Known]], kept: bool
) -> None:
    """The same of what is known of names; `level`: KNOWN_HOURS or KNOWN_DAYS."""
    rows: Iterator[tuple[int | bytes, ...]] = (
        (packed.row(block, client), *map(counts.pack, known.sections())) for client, known in counted if known.companies
    )
    _put(con, level, block, rows, kept)


def _put(con: sqlite3.Connection, level: int, block: int, rows: Iterable[tuple[int | bytes, ...]], kept: bool) -> None:
    whole = (packed.row(block, HOUSE), packed.row(block + 1, HOUSE))
    con.execute(f"DELETE FROM {TABLE[level]} WHERE id >= ? AND id < ?", whole)  # noqa: S608
    marks = ", ".join("?" * (9 if level in LEVELS else 1 + len(counts.KNOWN)))
    con.executemany(f"INSERT INTO {TABLE[level]} VALUES ({marks})", rows)  # noqa: S608
    con.execute("INSERT OR REPLACE INTO rolled (level, block, kept) VALUES (?, ?, ?)", (level, block, kept))


def put_sparse_day(
    con: sqlite3.Connection, day: int, counted: Iterable[tuple[int, Counts]], known: Iterable[tuple[int, Known]]
) -> None:  # fmt: skip
    """A day of few records at once: its hours are listed without sums."""
    for level in (HOURS, KNOWN_HOURS):
        for hour in range(24 * day, 24 * day + 24):
            _put(con, level, hour, (), False)
    put(con, DAYS, day, counted, True)
    put_known(con, KNOWN_DAYS, day, known, True)


def is_sparse(con: sqlite3.Connection, day: int) -> bool:
    """Whether it has few records, and no hour that holds."""
    rows = "SELECT count(*) FROM (SELECT 1 FROM records WHERE time_us >= ? AND time_us < ? LIMIT ?)"
    (count,) = con.execute(rows, (day * DAY_US, (day + 1) * DAY_US, MAX_SPARSE + 1)).fetchone()
    return count <= MAX_SPARSE and not _hours_kept(con, HOURS, day)


def is_alone(con: sqlite3.Connection, levels: tuple[int, int], day: int) -> bool:
    """Whether a day holds without its hours, which only their records know then."""
    return holds(con, levels[1], day) and not _hours_kept(con, levels[0], day)


def holds(con: sqlite3.Connection, level: int, block: int) -> bool:
    """Whether its sums are there and as the records are."""
    sql = "SELECT 1 FROM rolled WHERE level = ? AND block = ? AND kept"
    return con.execute(sql, (level, block)).fetchone() is not None


def put_day(con: sqlite3.Connection, day: int) -> bool:
    """Add the hours of a day up, if all of them hold. A day of too many names is left to its hours."""
    if con.execute("SELECT 1 FROM rolled WHERE level = 1 AND block = ?", (day,)).fetchone():
        return False
    if not _is_whole(con, HOURS, day):
        return False
    columns = "total_us, moments, kinds, durations, clients, names"
    try:
        by_client = _by_client(con, HOURS, day, columns)
        put(con, DAYS, day, ((client, _day(client, rows)) for client, rows in by_client), True)
    except _TooManyNames:
        put(con, DAYS, day, (), False)
    return True


def put_known_day(con: sqlite3.Connection, day: int) -> bool:
    """The same of what is known of names."""
    if not _is_whole(con, KNOWN_HOURS, day):
        return False
    by_client = _by_client(con, KNOWN_HOURS, day, ", ".join(counts.KNOWN))
    put_known(con, KNOWN_DAYS, day, ((client, _known_day(rows)) for client, rows in by_client), True)
    return True


def _is_whole(con: sqlite3.Connection, level: int, day: int) -> bool:
    """Whether all hours of a day hold."""
    return _hours_kept(con, level, day) == 24


def _hours_kept(con: sqlite3.Connection, level: int, day: int) -> int:
    sql = "SELECT COALESCE(sum(kept), 0) FROM rolled WHERE level = ? AND block >= ? AND block < ?"
    return int(con.execute(sql, (level, 24 * day, 24 * day + 24)).fetchone()[0])


class _TooManyNames(Exception):  # noqa: N818 - seen by nobody else
    pass


def _row(level: int, block: int, client: int, part: Counts) -> tuple[int | bytes, ...]:
    moments, kinds, *small = map(counts.pack, (part.moments, part.kinds, part.durations, part.clients))
    if is_ranked(level, client):
        names = (counts.ranked(part.names), counts.present(part.names), counts.pack_plain(part.names))
    else:
        names = (b"", b"", counts.pack(part.names))
    return (packed.row(block, client), part.total_us, moments, kinds, *small, *names)


def _day(client: int, rows: Iterable[tuple[Any, ...]]) -> Counts:
    total = Counts()
    for hour, total_us, moments, kinds, durations, clients, names in rows:
        total.total_us += total_us
        counts.add(total.moments, packed.of_one(hour, counts.unpack(moments)))
        counts.add(total.kinds, counts.unpack(kinds))
        counts.add(total.durations, counts.unpack(durations))
        if clients:
            counts.add(total.clients, counts.unpack(clients))
        ranked = is_ranked(HOURS, client)
        counts.add(total.names, counts.PlainSection(names).pairs() if ranked else counts.unpack(names))
        if len(total.names) > MAX_NAMES:
            raise _TooManyNames
    return total


def _known_day(rows: Iterable[tuple[Any, ...]]) -> Known:
    total = Known()
    for hour, companies, lookups, tracking, trackers in rows:
        counts.add(total.companies, counts.unpack(companies))
        if lookups:
            counts.add(total.lookups, counts.unpack(lookups))
        if tracking:
            counts.add(total.tracking, packed.of_one(hour, counts.unpack(tracking)))
        if trackers:
            counts.add(total.trackers, counts.unpack(trackers))
    return total


def _by_client(
    con: sqlite3.Connection, level: int, day: int, columns: str
) -> Iterator[tuple[int, Iterator[tuple[Any, ...]]]]:
    """Client, or HOUSE, and its rows (hour of the day, columns) in the hours of a day; one client at a time."""
    client = packed.client_sql("id")
    sql = f"""SELECT {client} AS client, {packed.block_sql("id")} % 24, {columns} FROM {TABLE[level]}
              WHERE id >= ? AND id < ? ORDER BY client"""  # noqa: S608
    rows = con.execute(sql, (packed.row(24 * day, HOUSE), packed.row(24 * day + 24, HOUSE)))
    return ((client, (row[1:] for row in group)) for client, group in groupby(rows, itemgetter(0)))
