# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole days by company and kind, so that a month is added up from thirty of them instead of a million names.

Whose a name is, facts say, which get better: a day holds for those of one version alone, and is made again for others
after the next pass (`follow`). Until then it is read name by name: the numbers are the same either way. All raise
sqlite3.Error and, where evidence.db is damaged, CorruptDatabase.
"""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterator
from itertools import accumulate

from blocklists.whose.company_memo import CompanyKey, CompanyMemo
from evidence.base import columns, group_reader
from evidence.base.group_sums import GroupPart, GroupSum
from evidence.base.hours_table import DAY_HOURS, DAY_S, Piece
from evidence.base.log_hours import SECOND_US
from store.base.db import transaction
from store.names.purpose import Kind

MAX_PAIRS = 16_000  # of which more is held than their columns at once: a home's usual day, some 8 MB
_DAY_US = DAY_S * SECOND_US
_NEVER_US = 1 << 63
_COUNTS = ("queries", "lookups", "blocked", "answered", "failed")


def follow(
    con: sqlite3.Connection, log: sqlite3.Connection | None, known: CompanyMemo,
    rest: Callable[[float], None] = lambda seconds: None,
) -> int:  # fmt: skip
    """Make the days that are missing, or of other facts, the newest first; how many there were."""
    sql = "SELECT day FROM day_sums WHERE day NOT IN (SELECT day FROM company_days WHERE version = ?) ORDER BY day DESC"
    due = [day for (day,) in con.execute(sql, (known.version,))]
    for day in due:
        begun = time.monotonic()
        put(con, log, day, known)
        rest(time.monotonic() - begun)
    return len(due)


def put(con: sqlite3.Connection, log: sqlite3.Connection | None, day: int, known: CompanyMemo) -> None:
    """A day that is in, by these facts; with no more than `MAX_PAIRS` of its pairs at once beside its columns."""
    with transaction(con):
        sums: dict[CompanyKey, _Sum] = {}
        piece = Piece(day * DAY_HOURS, True)
        for part in group_reader.parts_of_piece(con, log, piece, known.__getitem__, MAX_PAIRS):
            sums.setdefault(part.sum.key, _Sum()).add(part)
        keys = json.dumps([(company, int(kind)) for company, kind in sums])
        con.execute("INSERT OR REPLACE INTO company_days VALUES (?, ?, ?, ?)",
                    (day, known.version, keys, _packed(day, list(sums.values()))))  # fmt: skip


def days(con: sqlite3.Connection, version: str) -> set[int]:
    """Those that are as facts of this version tell."""
    return {day for (day,) in con.execute("SELECT day FROM company_days WHERE version = ?", (version,))}


def read(con: sqlite3.Connection, day: int) -> Iterator[GroupPart[CompanyKey]]:
    """A day that is in `days`."""
    written, packed = con.execute("SELECT companies, sums FROM company_days WHERE day = ?", (day,)).fetchone()
    (queries, lookups, blocked, answered, failed, firsts, spans, many_names, many_devices,
     names, devices) = columns.unpack(packed)  # fmt: skip
    names_end, devices_end = list(accumulate(many_names)), list(accumulate(many_devices))
    for place, (company, kind) in enumerate(json.loads(written)):
        first_us = day * _DAY_US + firsts[place]
        own_names = names[names_end[place] - many_names[place] : names_end[place]]
        yield GroupPart(
            GroupSum(
                (company, Kind(kind)), many_names[place], many_devices[place], queries[place], lookups[place],
                blocked[place], answered[place], failed[place], first_us, first_us + spans[place],
            ),
            accumulate(own_names), devices[devices_end[place] - many_devices[place] : devices_end[place]],
        )  # fmt: skip


class _Sum:
    """What parts of a day, whose names ascend, add up to for one company and kind."""

    __slots__ = ("_last", "_steps", "counts", "devices", "first_us", "last_us", "names")

    def __init__(self) -> None:
        self.counts = [0] * len(_COUNTS)
        self.first_us, self.last_us = _NEVER_US, 0
        self.names, self.devices = 0, set[int]()
        self._steps, self._last = [array("B")], 0

    def add(self, part: GroupPart[CompanyKey]) -> None:
        self.counts = [count + getattr(part.sum, field) for count, field in zip(self.counts, _COUNTS, strict=True)]
        self.first_us, self.last_us = min(self.first_us, part.sum.first_us), max(self.last_us, part.sum.last_us)
        self.devices.update(part.devices)
        self.names += part.sum.names
        for name in sorted(part.names):
            columns.append(self._steps, (name - self._last,))
            self._last = name

    @property
    def steps(self) -> array[int]:
        """Its names, each less the one before."""
        return self._steps[0]


def _packed(day: int, sums: list[_Sum]) -> bytes:
    return columns.pack(
        *([each.counts[field] for each in sums] for field in range(len(_COUNTS))),
        [each.first_us - day * _DAY_US for each in sums], [each.last_us - each.first_us for each in sums],
        [each.names for each in sums], [len(each.devices) for each in sums],
        columns.joined([each.steps for each in sums]),
        [device for each in sums for device in sorted(each.devices)],
    )  # fmt: skip
