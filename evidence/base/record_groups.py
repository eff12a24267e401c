# SPDX-License-Identifier: GPL-3.0-or-later
"""What records of the log add up to by name, where nobody asks for single look-ups: a page's part of an hour.

As evidence.base.grouping counts, with a third of the steps for each record: there are a hundred thousand.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

from evidence.base import log_hours
from evidence.base.grouping import Classes, words_of
from store.sums.lookups import ROWS, LogWalk, group_of, outcome_of

_STEP_ROWS = 20_000  # read at once, some 4 MB
_name, _time = itemgetter(1), itemgetter(4)


@dataclass(frozen=True, slots=True)
class RecordGroups:
    """Of a stretch. Names by their ids in the log."""

    words: dict[int, str]
    firsts: dict[int, int]
    """Name → µs of its first record, and of its last one."""
    lasts: dict[int, int]
    groups: list[tuple[int, int, int, int, int]]
    """(device, name, what it counts as (evidence.base.grouping), queries, look-ups); several of a kind."""


def of_log(con: sqlite3.Connection, from_us: int, to_us: int, device: int | None = None) -> RecordGroups:
    """Of from ≤ time < to, of all devices or one. Raises sqlite3.Error."""
    devices = {client: of or 0 for client, of in log_hours.devices_of(con).items()}
    where, values = _wanted(devices, device)
    walk = LogWalk(con, from_us, where, values)
    begun, others = Counter[tuple[int, int, int]](), Counter[tuple[int, int, int]]()
    firsts, lasts = dict[int, int](), dict[int, int]()
    sql = f"{ROWS} WHERE time_us >= ? AND time_us < ? {where} ORDER BY time_us"
    rows = con.execute(sql, (from_us, to_us, *values))
    while part := rows.fetchmany(_STEP_ROWS):
        walk.meet(set(map(outcome_of, part)))
        begin, go_on = walk.split(part)
        begun.update(map(group_of, begin))
        others.update(map(group_of, go_on))
        lasts.update(zip(map(_name, part), map(_time, part), strict=True))
        part.reverse()
        first = dict(zip(map(_name, part), map(_time, part), strict=True))
        firsts = {**first, **firsts}
    return RecordGroups(words_of(con, lasts), firsts, lasts, list(_groups(begun, others, devices, Classes(con))))


def _groups(
    begun: Counter[tuple[int, int, int]], others: Counter[tuple[int, int, int]], devices: dict[int, int],
    classes: Classes,
) -> Iterator[tuple[int, int, int, int, int]]:  # fmt: skip
    for (client, name, outcome), count in begun.items():
        yield devices.get(client, 0), name, classes[outcome], count, count
    for (client, name, outcome), count in others.items():
        yield devices.get(client, 0), name, classes[outcome], count, 0


def _wanted(devices: dict[int, int], device: int | None) -> tuple[str, tuple[str, ...]]:
    """The condition on records, and its values; device 0: of those that nobody knows."""
    if device is None:
        return "", ()
    clients = [client for client, of in devices.items() if (of == device if device else of)]
    sql = "AND client_id IN (SELECT value FROM json_each(?))"
    return (sql if device else sql.replace("IN", "NOT IN")), (json.dumps(clients),)
