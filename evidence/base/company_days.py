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
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate

from blocklists.whose.company_memo import CompanyKey, CompanyMemo
from evidence.base import columns, group_reader
from evidence.base.group_sums import GroupPart, GroupSum
from evidence.base.hours_table import DAY_HOURS, DAY_S, Piece
from evidence.base.log_hours import SECOND_US
from store.base.db import transaction
from store.names.purpose import Kind

_DAY_US = DAY_S * SECOND_US


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
    """A day that is in, by these facts."""
    with transaction(con):
        piece = Piece(day * DAY_HOURS, True)
        parts = list(group_reader.of_pieces(con, log, [piece], known.__getitem__, None).parts())
        keys = json.dumps([(part.sum.key[0], int(part.sum.key[1])) for part in parts])
        con.execute("INSERT OR REPLACE INTO company_days VALUES (?, ?, ?, ?)",
                    (day, known.version, keys, _packed(day, parts)))  # fmt: skip


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


def _packed(day: int, parts: list[GroupPart[CompanyKey]]) -> bytes:
    sums = [part.sum for part in parts]
    names = [sorted(part.names) for part in parts]
    devices = [sorted(part.devices) for part in parts]
    return columns.pack(
        *([getattr(each, field) for each in sums] for field in ("queries", "lookups", "blocked", "answered", "failed")),
        [each.first_us - day * _DAY_US for each in sums], [each.last_us - each.first_us for each in sums],
        map(len, names), map(len, devices), [step for each in names for step in _steps(each)],
        [device for each in devices for device in each],
    )  # fmt: skip


def _steps(ascending: Iterable[int]) -> Iterator[int]:
    before = 0
    for number in ascending:
        yield number - before
        before = number
