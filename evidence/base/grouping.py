# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices asked for by name, from the log's records: one pass over a range, by time.

What a look-up is says store.sums.lookups; it belongs to where it begins, so ranges add up.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from itertools import accumulate, islice

from evidence.base import log_hours
from evidence.base.beats import MAX_BEATS
from evidence.base.log_hours import SECOND_US, HourRow, Pair
from store.log.records import ANSWERED, FAILED, Verdict, counted_sql
from store.sums.lookups import ROWS, LogRow, LogWalk, outcome_of

IS_BLOCKED, IS_ANSWERED, IS_FAILED = 1, 2, 3  # what a query counts as; 0: as none of these
_LOOKUPS, _FIRST, _LAST = range(4, 7)  # of a group's numbers, after how many count as each
_SEAT_BITS = 24  # a home meets a few thousand devices at the most
_SEAT = (1 << _SEAT_BITS) - 1
_BEATS = 32  # look-ups of which the seconds take as much memory as a pair: half a kB
_LEFT = 0.875  # of what may be held, after a cut: cuts are rare then
_STEP_ROWS = 2_000  # read at once, half a MB
_STEP_NAMES = 5_000
_COUNTS_AS = {
    int(Verdict.BLOCK): IS_BLOCKED, **{int(verdict): IS_ANSWERED for verdict in ANSWERED}, FAILED: IS_FAILED,
}  # fmt: skip


def grouped(
    con: sqlite3.Connection, from_us: int, to_us: int, device: int | None = None,
    names: Iterable[str] | None = None, most_beats: int = MAX_BEATS, most: int | None = None,
) -> Iterator[HourRow]:  # fmt: skip
    """What was asked in from ≤ time < to, by device and name; with the seconds of `most_beats` look-ups or fewer.

    most: pairs that may be held at once. Where there are more, the range is read again and again, a part of the names
    each time. Raises sqlite3.Error.
    """
    seats, classes = _Seats(con), Classes(con)
    wanted, wanted_values = where, values = _wanted(con, seats, device, names)
    while True:
        groups = _Groups(seats, classes, most_beats, most)
        groups.take(partial(_read, con, to_us, where, values), from_us, LogWalk(con, from_us, where, values, most))
        yield from groups.rows(con)
        if groups.below is None:
            return
        where, values = f"{wanted} AND name_id >= ?", (*wanted_values, str(groups.below))


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


def _read(
    con: sqlite3.Connection, to_us: int, where: str, values: tuple[str, ...], from_us: int, below: int | None
) -> sqlite3.Cursor:
    """Rows of from ≤ time < to, by time."""
    names = "" if below is None else f"AND name_id < {below:d}"
    sql = f"{ROWS} WHERE time_us >= ? AND time_us < ? {where} {names} ORDER BY time_us"
    return con.execute(sql, (from_us, to_us, *values))


class _Groups:
    """What rows add up to by device and name; of the lowest names alone, where there are too many for all."""

    __slots__ = ("_classes", "_groups", "_most", "_most_beats", "_seats", "_seconds", "below")

    def __init__(self, seats: _Seats, classes: Mapping[int, int], most_beats: int, most: int | None) -> None:
        self._seats, self._classes, self._most_beats, self._most = seats, classes, most_beats, most
        self._groups: dict[int, list[int]] = {}
        self._seconds: dict[int, array[int]] = {}
        self.below: int | None = None
        """The name from which on names were left out."""

    def take(self, read: Callable[[int, int | None], sqlite3.Cursor], from_us: int, walk: LogWalk) -> None:
        """All rows of a range, by time; `read`: from a time on, of names below one."""
        rows, beats = read(from_us, None), 0
        while part := rows.fetchmany(_STEP_ROWS):
            walk.meet(set(map(outcome_of, part)))
            begun, others = walk.split(part)
            self._add(begun, others)
            beats += len(begun)
            if self._most is not None and len(self._groups) + beats / _BEATS > self._most:
                beats = sum(map(len, self._seconds.values()))
                if len(self._groups) + beats / _BEATS > self._most:
                    beats = self._cut(self._most * _LEFT)
                    rows = read(part[-1][4] + 1, self.below)  # no two have one time

    def _add(self, begun: Iterable[LogRow], others: Iterable[LogRow]) -> None:
        """A few steps a row: there are millions."""
        groups, seconds, most_beats = self._groups, self._seconds, self._most_beats
        seat_of, classes = self._seats.of_client, self._classes
        for client, name, outcome, _, at in begun:
            key = name << _SEAT_BITS | seat_of[client]
            group = groups.get(key)
            if group is None:
                group = groups[key] = [0, 0, 0, 0, 1, at, at]
            else:
                group[_LAST] = at
                group[_LOOKUPS] += 1
            group[classes[outcome]] += 1
            if group[_LOOKUPS] > most_beats:
                seconds.pop(key, None)
            elif (times := seconds.get(key)) is None:
                seconds[key] = array("q", (at // SECOND_US,))
            else:
                times.append(at // SECOND_US)
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

    def _cut(self, most: float) -> int:
        """Leave the highest names to another part; at least one name stays. How many seconds are left."""
        weights: defaultdict[int, float] = defaultdict(float)
        for key in self._groups:
            weights[key >> _SEAT_BITS] += 1 + len(self._seconds.get(key, ())) / _BEATS
        names = sorted(weights)
        sums = list(accumulate(weights[name] for name in names))
        count = max(1, bisect_right(sums, most))
        self.below = names[count] if count < len(names) else names[-1] + 1
        for key in [key for key in self._groups if key >> _SEAT_BITS >= self.below]:
            del self._groups[key]
            self._seconds.pop(key, None)
        return sum(map(len, self._seconds.values()))

    def rows(self, con: sqlite3.Connection) -> Iterator[HourRow]:
        """What came of it, with words."""
        words = words_of(con, {key >> _SEAT_BITS for key in self._groups})
        for key, (other, blocked, answered, failed, lookups, first, last) in self._groups.items():
            word = words.get(key >> _SEAT_BITS)
            if word == "":  # names that are not kept say nothing
                continue
            pair = Pair(
                self._seats.devices[key & _SEAT], word or "", other + blocked + answered + failed,
                lookups, blocked, answered, failed, first, last,
            )  # fmt: skip
            yield HourRow(pair, self._seconds.get(key, ()))


def words_of(con: sqlite3.Connection, numbers: Collection[int]) -> dict[int, str]:
    """Name ids of the log → names."""
    words: dict[int, str] = {}
    waiting = iter(sorted(numbers))
    while part := list(islice(waiting, _STEP_NAMES)):
        sql = "SELECT n.id, n.name FROM json_each(?) j JOIN names n ON n.id = j.value"
        words.update(con.execute(sql, (json.dumps(part),)))
    return words
