# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups: what an app does once, of which its queries for the addresses of a name are made.

A query of type A, AAAA, SVCB or HTTPS begins a look-up, unless the same device asked for the same name with one of
these types within the second before. A query of any other type is one by itself. A look-up belongs to the query that
begins it: to its time, so that ranges add up, and to its client, verdict and list.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from operator import itemgetter

TOGETHER_US = 1_000_000
ADDRESS_TYPES = (1, 28, 64, 65)
ADDRESS_WORDS = ("A", "AAAA", "SVCB", "HTTPS")  # the same, as the view `queries` has them
STEP_ROWS = 20_000  # read at once
_PAIRS = 10**12  # no log has as many names
MAX_LAST = 200_000  # pairs of device and name whose last query is remembered; what is older than a second goes then

LogRow = tuple[int, int, int, int, int]
"""client id, name id, outcome id, duration and time in µs"""

Begun = Counter[tuple[int, int, int]]
"""(client id, name id, outcome id) of the query that begins it → how many look-ups."""

ROWS = "SELECT client_id, name_id, outcome_id, duration_us, time_us FROM records"
_group, _outcome = itemgetter(0, 1, 2), itemgetter(2)


def begins_sql(time_us: str, of: str) -> str:
    """Whether a row begins a look-up, in SQL over rows with a column `address` (asks for one), from a second before.

    time_us: what the time is called; of: whose and which name, as in PARTITION BY.
    """
    before = f"lag({time_us}, 1, 0) OVER (PARTITION BY {of}, address ORDER BY {time_us})"
    return f"NOT address OR {time_us} - {before} > {TOGETHER_US}"


def begun(con: sqlite3.Connection, from_us: int, to_us: int, clients: Iterable[int] | None = None) -> Begun:
    """The look-ups that begin in from ≤ time < to: of the house, or of these clients, which are all of one device."""
    where, values = "", tuple[str, ...]()
    if clients is not None:
        where, values = "AND client_id IN (SELECT value FROM json_each(?))", (json.dumps(list(clients)),)
    walk = Walk(con, from_us, where, values)
    rows = con.execute(
        f"{ROWS} WHERE time_us >= ? AND time_us < ? {where} ORDER BY time_us", (from_us, to_us, *values)
    )
    total: Begun = Counter()
    while part := rows.fetchmany(STEP_ROWS):
        total.update(map(_group, walk.begin(part)))
    return total


class Walk:
    """Goes over records by time, part by part, and tells those that begin a look-up."""

    def __init__(self, con: sqlite3.Connection, from_us: int, where: str = "", values: Sequence[str] = ()) -> None:
        """From this time on; where, values: which records these are. Reads those of the second before."""
        self._con = con
        self._devices: dict[int, int] = dict(con.execute("SELECT id, device_id FROM clients"))
        self._addresses = set[int]()  # outcomes of queries for addresses, of those that were met
        self._met = set[int]()
        self._last: dict[int, int] = {}
        sql = f"{ROWS} WHERE time_us >= ? AND time_us < ? {where} ORDER BY time_us"
        self.begin(con.execute(sql, (from_us - TOGETHER_US, from_us, *values)).fetchall())

    def begin(self, rows: Sequence[LogRow]) -> list[LogRow]:
        """Of the next rows those that begin a look-up."""
        self._meet(set(map(_outcome, rows)))
        addresses, devices, last = self._addresses, self._devices, self._last
        before = last.get
        begun = []
        for row in rows:
            if row[2] in addresses:
                pair = devices.get(row[0], 0) * _PAIRS + row[1]
                at = row[4]
                previous = before(pair, 0)
                last[pair] = at
                if at - previous <= TOGETHER_US:
                    continue
            begun.append(row)
        if len(last) > MAX_LAST:
            newest = rows[-1][4]
            self._last = {pair: at for pair, at in last.items() if newest - at <= TOGETHER_US}
        return begun

    def _meet(self, outcomes: set[int]) -> None:
        """Learn which outcomes are of queries for addresses; one whose word is lost is not."""
        if new := outcomes - self._met:
            rows = self._con.execute(
                f"SELECT o.id FROM json_each(?) j JOIN outcomes o ON o.id = j.value WHERE o.type IN {ADDRESS_TYPES}",  # noqa: S608
                (json.dumps(list(new)),),
            )
            self._addresses.update(number for (number,) in rows)
            self._met |= new
