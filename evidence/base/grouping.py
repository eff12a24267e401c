# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices asked for by name, from the log's records: one pass over a range, by time.

What a look-up is says store.sums.lookups; it belongs to where it begins, so ranges add up.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice

from evidence.base import log_hours
from evidence.base.beats import MAX_BEATS
from evidence.base.log_hours import SECOND_US, HourRow, Pair
from store.log.records import ANSWERED, FAILED, Verdict, counted_sql
from store.sums.lookups import ROWS, LogWalk, outcome_of

IS_BLOCKED, IS_ANSWERED, IS_FAILED = 1, 2, 3  # what a query counts as; 0: as none of these
_LOOKUPS, _FIRST, _LAST = range(4, 7)  # of a group's numbers, after how many count as each
_SEAT_BITS = 24  # a home meets a few thousand devices at the most
_SEAT = (1 << _SEAT_BITS) - 1
_STEP_ROWS = 2_000  # read at once, half a MB
_STEP_NAMES = 5_000
_COUNTS_AS = {
    int(Verdict.BLOCK): IS_BLOCKED, **{int(verdict): IS_ANSWERED for verdict in ANSWERED}, FAILED: IS_FAILED,
}  # fmt: skip


def grouped(
    con: sqlite3.Connection, from_us: int, to_us: int, device: int | None = None,
    names: Iterable[str] | None = None, most_beats: int = MAX_BEATS,
) -> Iterator[HourRow]:  # fmt: skip
    """What was asked in from ≤ time < to, by device and name; with the seconds of `most_beats` look-ups or fewer.

    Raises sqlite3.Error.
    """
    seats, classes = _Seats(con), Classes(con)
    where, values = _wanted(con, seats, device, names)
    sql = f"{ROWS} WHERE time_us >= ? AND time_us < ? {where} ORDER BY time_us"
    walk = LogWalk(con, from_us, where, values)
    groups, seconds = _groups(con.execute(sql, (from_us, to_us, *values)), walk, seats, classes, most_beats)
    words = words_of(con, {key >> _SEAT_BITS for key in groups})
    unnamed = {number for number, word in words.items() if not word}  # names that are not kept say nothing
    for key, (other, blocked, answered, failed, lookups, first, last) in groups.items():
        if key >> _SEAT_BITS in unnamed:
            continue
        pair = Pair(
            seats.devices[key & _SEAT], words.get(key >> _SEAT_BITS, ""), other + blocked + answered + failed,
            lookups, blocked, answered, failed, first, last,
        )  # fmt: skip
        yield HourRow(pair, tuple(seconds.get(key, ())) if lookups <= most_beats else ())


class _Seats:
    """The devices of the log by a small number each, and that of each client; 0: of no known device."""

    def __init__(self, con: sqlite3.Connection) -> None:
        devices = log_hours.devices_of(con)
        self.devices = [0, *sorted({device for device in devices.values() if device})]
        seat_of = {device: seat for seat, device in enumerate(self.devices)}
        self.of_client: defaultdict[int, int] = defaultdict(int)
        self.of_client.update((client, seat_of[device or 0]) for client, device in devices.items())

    def clients(self, device: int) -> list[int]:
        return [client for client, seat in self.of_client.items() if self.devices[seat] == device]

    def clients_of_any(self) -> list[int]:
        return [client for client, seat in self.of_client.items() if seat]


class Classes(dict[int, int]):
    """Outcome → what it counts as (IS_BLOCKED and the others, else 0). Looked up as they come."""

    def __init__(self, con: sqlite3.Connection) -> None:
        super().__init__()
        self._con = con

    def __missing__(self, outcome: int) -> int:
        sql = f"SELECT {counted_sql('o')} FROM outcomes o WHERE o.id = ?"  # noqa: S608
        verdict = self._con.execute(sql, (outcome,)).fetchone()
        self[outcome] = class_ = _COUNTS_AS.get(verdict[0], 0) if verdict else 0
        return class_


def _wanted(
    con: sqlite3.Connection, seats: _Seats, device: int | None, names: Iterable[str] | None
) -> tuple[str, tuple[str, ...]]:
    """The condition on records, and its values."""
    where, values = "", list[str]()
    if device is not None:
        where += f" AND client_id {'' if device else 'NOT'} IN (SELECT value FROM json_each(?))"  # noqa: S608
        values.append(json.dumps(seats.clients(device) if device else seats.clients_of_any()))
    if names is not None:
        where += " AND name_id IN (SELECT value FROM json_each(?))"
        sql = "SELECT id FROM names WHERE name IN (SELECT value FROM json_each(?))"
        values.append(json.dumps([number for (number,) in con.execute(sql, (json.dumps(list(names)),))]))
    return where, tuple(values)


def _groups(
    rows: sqlite3.Cursor, walk: LogWalk, seats: _Seats, classes: Mapping[int, int], most_beats: int
) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Key → numbers, key → seconds; as far as they are wanted. A few steps a row: there are millions."""
    groups: dict[int, list[int]] = {}
    seconds: dict[int, list[int]] = {}
    seat_of = seats.of_client
    while part := rows.fetchmany(_STEP_ROWS):
        walk.meet(set(map(outcome_of, part)))
        begun, others = walk.split(part)
        for client, name, outcome, _, at in begun:
            key = name << _SEAT_BITS | seat_of[client]
            group = groups.get(key)
            if group is None:
                group = groups[key] = [0, 0, 0, 0, 1, at, at]
            else:
                group[_LAST] = at
                group[_LOOKUPS] += 1
            group[classes[outcome]] += 1
            if group[_LOOKUPS] <= most_beats:
                seconds.setdefault(key, []).append(at // SECOND_US)
        for client, name, outcome, _, at in others:
            key = name << _SEAT_BITS | seat_of[client]
            group = groups.get(key)
            if group is None:
                group = groups[key] = [0, 0, 0, 0, 0, at, at]
            elif at > group[_LAST]:
                group[_LAST] = at
            elif at < group[_FIRST]:  # the look-up began before the range, and one that begins in it came by above
                group[_FIRST] = at
            group[classes[outcome]] += 1
    return groups, seconds


def words_of(con: sqlite3.Connection, numbers: Collection[int]) -> dict[int, str]:
    """Name ids of the log → names."""
    words: dict[int, str] = {}
    waiting = iter(sorted(numbers))
    while part := list(islice(waiting, _STEP_NAMES)):
        sql = "SELECT n.id, n.name FROM json_each(?) j JOIN names n ON n.id = j.value"
        words.update(con.execute(sql, (json.dumps(part),)))
    return words
