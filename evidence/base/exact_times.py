# SPDX-License-Identifier: GPL-3.0-or-later
"""The exact time of a record that is known to the second: looked up in the log, as long as that has it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from evidence.base.log_hours import SECOND_US

_STEP = 5_000
_SOUGHT = """
    SELECT time_us FROM records r WHERE r.time_us >= ?1 AND r.time_us < ?1 + 1000000 AND r.name_id = ?2
        AND (?3 IS NULL OR coalesce((SELECT c.device_id FROM clients c WHERE c.id = r.client_id), 0) = ?3)
    ORDER BY r.time_us {} LIMIT 1"""


class Moment(NamedTuple):
    """The first query of a device (None: of any) for a name within a second (since 1970), or the last one."""

    device: int | None
    name: str
    second: int
    last: bool


def exact_us(log: sqlite3.Connection | None, moments: Iterable[Moment]) -> Iterator[int]:
    """The time of each; of one that the log does not have, the beginning or the end of its second."""
    sought = {last: _SOUGHT.format("DESC" if last else "ASC") for last in (False, True)}
    waiting = iter(moments)
    while part := list(islice(waiting, _STEP)):
        numbers = _numbers(log, {moment.name for moment in part}) if log is not None else {}
        for moment in part:
            row = None
            if log is not None and moment.name in numbers:
                values = (moment.second * SECOND_US, numbers[moment.name], moment.device)
                row = log.execute(sought[moment.last], values).fetchone()
            yield row[0] if row else moment.second * SECOND_US + (SECOND_US - 1) * moment.last


def _numbers(log: sqlite3.Connection, names: set[str]) -> dict[str, int]:
    sql = "SELECT name, id FROM names WHERE name IN (SELECT value FROM json_each(?))"
    return dict(log.execute(sql, (json.dumps(sorted(names)),)))
