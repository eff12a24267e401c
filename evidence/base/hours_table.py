# SPDX-License-Identifier: GPL-3.0-or-later
"""Hours and days in evidence.db: put in whole, taken out whole, each in one transaction. All raise sqlite3.Error.

What evidence.db knows of the past beyond them, says evidence.base.first_asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice

from evidence.base import beats, name_ids, sum_block
from evidence.base.beats import Beats
from evidence.base.log_hours import SECOND_US, HourRow
from evidence.base.sum_block import SumBlock, Sums
from store.base.db import transaction
from store.base.store_errors import CorruptDatabase
from store.log.rollup_tables import HOUR_US

HOUR_S = HOUR_US // SECOND_US
DAY_HOURS = 24
DAY_S = DAY_HOURS * HOUR_S
MAX_ROWS = 16_000  # held at once: more than a busy home has in an hour, some 10 MB
MAX_DAY_PAIRS = 3_000_000  # of devices and names in its hours: some 140 MB while they are added up
MAX_GONE = 200  # hours taken out in one transaction


def read_hours(con: sqlite3.Connection) -> dict[int, int]:
    """Hour → digest, of those that are in."""
    return dict(con.execute("SELECT hour, digest FROM hour_sums"))


def put(con: sqlite3.Connection, hour: int, digest: int, rows: Iterable[HourRow], most: int = MAX_ROWS) -> None:
    """An hour as the log has it, in place of what was there; its day is to be added up anew.

    No more than `most` rows are held at once: where there are more, each such part is packed by itself, and then all
    are made one.
    """
    waiting, parts = iter(rows), list[_Packed]()
    with transaction(con):
        while part := list(islice(waiting, most)):
            ids = name_ids.noted(con, sorted({row.pair.name for row in part}))
            firsts = ((row.pair.device_id, ids[row.pair.name], row.pair.first_us) for row in part)
            con.executemany(_FIRST, firsts)
            parts.append(_packed(hour, part, ids, tight=len(part) < most))
        packed = parts[0] if len(parts) == 1 and len(part) < most else _as_one(parts)
        con.execute("INSERT OR REPLACE INTO hour_sums VALUES (?, ?, ?, ?, ?)", (hour, digest, *packed))
        con.execute("DELETE FROM day_sums WHERE day = ?", (hour // DAY_HOURS,))


def drop(con: sqlite3.Connection, hours: Sequence[int]) -> None:
    """Take out hours whose records have left the log."""
    for start in range(0, len(hours), MAX_GONE):
        gone = hours[start : start + MAX_GONE]
        with transaction(con):
            con.executemany("DELETE FROM hour_sums WHERE hour = ?", ((hour,) for hour in gone))
            con.executemany("DELETE FROM day_sums WHERE day = ?", ((day,) for day in {h // DAY_HOURS for h in gone}))


def days_due(con: sqlite3.Connection, before_hour: int) -> list[int]:
    """Days whose hours are all over before that hour, and that are not added up."""
    sql = """SELECT DISTINCT hour / 24 AS day FROM hour_sums WHERE (day + 1) * 24 <= ?
             AND day NOT IN (SELECT day FROM day_sums) ORDER BY day"""
    return [day for (day,) in con.execute(sql, (before_hour,))]


def put_day(con: sqlite3.Connection, day: int) -> None:
    """A day as its hours are now; with too many pairs it stays hours, each of which is read by itself: the numbers are
    the same, and a page takes longer. Raises CorruptDatabase as well.
    """
    with transaction(con):
        con.execute("DELETE FROM day_sums WHERE day = ?", (day,))
        if _pairs(con, day) > MAX_DAY_PAIRS:
            return
        hours = pieces(con, day * DAY_HOURS, (day + 1) * DAY_HOURS)
        rows = sum_block.added((hour.begins_s - day * DAY_S, block(con, hour)) for hour in hours)
        con.execute("INSERT INTO day_sums VALUES (?, ?, ?)", (day, *sum_block.pack_day(rows)))


def _pairs(con: sqlite3.Connection, day: int) -> int:
    """How many its hours have, those of each by itself."""
    sql = "SELECT devices FROM hour_sums WHERE hour >= ? AND hour < ?"
    rows = con.execute(sql, (day * DAY_HOURS, (day + 1) * DAY_HOURS))
    return sum(sum(sum_block.names_of_devices(devices).values()) for (devices,) in rows)


@dataclass(frozen=True, slots=True)
class Piece:
    """A whole hour or, where it is added up, a whole day."""

    hour: int
    is_day: bool

    @property
    def day(self) -> int:
        return self.hour // DAY_HOURS

    @property
    def begins_s(self) -> int:
        return self.hour * HOUR_S


def pieces(con: sqlite3.Connection, from_hour: int, to_hour: int, days: bool = True) -> list[Piece]:
    """What from ≤ hour < to is made of, as far as it is in, by time: days where they are whole, else hours."""
    sql = "SELECT day FROM day_sums WHERE day * 24 >= ? AND (day + 1) * 24 <= ?"
    whole = {day for (day,) in con.execute(sql, (from_hour, to_hour))} if days else set()
    sql = "SELECT hour FROM hour_sums WHERE hour >= ? AND hour < ?"
    hours = [hour for (hour,) in con.execute(sql, (from_hour, to_hour)) if hour // DAY_HOURS not in whole]
    return sorted(
        [Piece(day * DAY_HOURS, True) for day in whole] + [Piece(hour, False) for hour in hours],
        key=lambda piece: piece.hour,
    )


def block(con: sqlite3.Connection, piece: Piece) -> SumBlock:
    """Its sums. Raises CorruptDatabase as well."""
    if piece.is_day:
        sql, key = "SELECT devices, sums FROM day_sums WHERE day = ?", piece.hour // DAY_HOURS
    else:
        sql, key = "SELECT devices, sums FROM hour_sums WHERE hour = ?", piece.hour
    return SumBlock(*con.execute(sql, (key,)).fetchone())


def home_block(con: sqlite3.Connection, piece: Piece) -> SumBlock:
    """The same, of a day with all devices as one (HOME) where that is in. Raises CorruptDatabase as well."""
    if piece.is_day:
        sql = "SELECT devices FROM day_sums WHERE day = ?"
        home = sum_block.home(con.execute(sql, (piece.hour // DAY_HOURS,)).fetchone()[0])
        if home is not None:
            return home
    return block(con, piece)


def drop_damaged(con: sqlite3.Connection) -> int:
    """Take out hours and days whose columns cannot be read, and say how many."""
    dropped = 0
    for hour in read_hours(con):
        try:
            hour_beats(con, hour)
        except CorruptDatabase:
            drop(con, [hour])
            dropped += 1
    for piece in pieces(con, 0, 1 << 40):
        if piece.is_day:
            try:
                block(con, piece)
            except CorruptDatabase:
                con.execute("DELETE FROM day_sums WHERE day = ?", (piece.hour // DAY_HOURS,))
                dropped += 1
    return dropped


def names_of_devices(con: sqlite3.Connection, hour: int) -> dict[int, int]:
    """Device → how many names it asked for in an hour; nothing while it is not in. Raises CorruptDatabase as well."""
    row = con.execute("SELECT devices FROM hour_sums WHERE hour = ?", (hour,)).fetchone()
    return sum_block.names_of_devices(row[0]) if row else {}


def hour_beats(con: sqlite3.Connection, hour: int) -> Beats:
    """The seconds of the look-ups of an hour that is in. Raises CorruptDatabase as well."""
    devices, sums, packed = con.execute("SELECT devices, sums, beats FROM hour_sums WHERE hour = ?", (hour,)).fetchone()
    return Beats(SumBlock(devices, sums), packed)


_FIRST = """
    INSERT INTO first_asked (device_id, name_id, first_us) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET first_us = excluded.first_us WHERE excluded.first_us < first_us"""


_Packed = tuple[bytes, bytes, bytes]
"""devices, sums, beats"""


def _packed(hour: int, rows: Iterable[HourRow], ids: dict[str, int], tight: bool) -> _Packed:
    begins = hour * HOUR_S
    sums, seconds = sum_block.Packer(), beats.BeatsPacker()
    for row in sorted(rows, key=lambda row: (row.pair.device_id, ids[row.pair.name])):
        pair = row.pair
        first, last = pair.first_us // SECOND_US - begins, pair.last_us // SECOND_US - begins
        packed = Sums(
            pair.device_id, ids[pair.name], pair.queries, pair.lookups, pair.blocked, pair.answered, pair.failed,
            first, last - first,
        )  # fmt: skip
        sums.add(packed, beats.steps_of(packed.lookups))
        seconds.add(packed, [second - begins for second in row.seconds])
    return *sums.pack(tight), seconds.pack(tight)


def _as_one(parts: Iterable[_Packed]) -> _Packed:
    """Parts of an hour: no pair is in two of them."""
    blocks = [(block := SumBlock(devices, sums), Beats(block, packed)) for devices, sums, packed in parts]
    sums, seconds = sum_block.Packer(), beats.BeatsPacker()
    for device in sorted({device for block, _ in blocks for device in block.places}):
        for row, times in merge(*(zip(block.of(device), of.series(device), strict=True) for block, of in blocks)):
            sums.add(row, beats.steps_of(row.lookups))
            seconds.add(row, times)
    blocks.clear()  # before the columns are packed, which takes as much again
    return *sums.pack(), seconds.pack()
