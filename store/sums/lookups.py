# SPDX-License-Identifier: GPL-3.0-or-later
"""Look-ups: what an app does once, of which its queries for the addresses of a name are made.

A query of type A, AAAA, SVCB or HTTPS begins a look-up, unless the same device asked for the same name with one of
these types within the second before. A query of any other type is one by itself. A look-up belongs to the query that
begins it: to its time, so that ranges add up, and to its client, verdict and list.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Generic, TypeVar

TOGETHER_US = 1_000_000
ADDRESS_TYPES = (1, 28, 64, 65)
ADDRESS_WORDS = ("A", "AAAA", "SVCB", "HTTPS")  # the same, as the view `queries` has them
STEP_ROWS = 20_000  # read at once
MAX_LAST = 200_000  # pairs of device and name whose last query is remembered; what is older than a second goes then

Name = TypeVar("Name", bound=Hashable)
Type = TypeVar("Type", bound=Hashable)
LogRow = tuple[int, int, int, int, int]
"""client id, name id, outcome id, duration and time in µs"""

Begun = Counter[tuple[int, ...]]
"""(client id, name id, outcome id) of the query that begins it → how many look-ups."""

ROWS = "SELECT client_id, name_id, outcome_id, duration_us, time_us FROM records"
group_of, outcome_of = itemgetter(0, 1, 2), itemgetter(2)  # of a LogRow


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
    walk = LogWalk(con, from_us, where, values)
    rows = con.execute(
        f"{ROWS} WHERE time_us >= ? AND time_us < ? {where} ORDER BY time_us", (from_us, to_us, *values)
    )
    total: Begun = Counter()
    while part := rows.fetchmany(STEP_ROWS):
        walk.meet(set(map(outcome_of, part)))
        total.update(map(group_of, walk.split(part)[0]))
    return total


class Walk(Generic[Name, Type]):
    """Goes over queries by time, part by part, and tells those that begin a look-up from the others. Pure.

    The rule stands here and in `begins_sql`. There are millions of rows, so there are few steps for each.
    """

    def __init__(self, devices: Mapping[int, int], addresses: Container[Type], most: int | None = None) -> None:
        """devices: of clients; others are of device 0. addresses: types, or outcomes of such, that ask for one.

        most: how many names are remembered, None: MAX_LAST.
        """
        self._addresses, self._most = addresses, MAX_LAST if most is None else most
        self._last = _LastAsked[Name](devices)

    def split(
        self, rows: Sequence[tuple[int, Name, Type, int, int]]
    ) -> tuple[list[tuple[int, Name, Type, int, int]], list[tuple[int, Name, Type, int, int]]]:
        """Of the next rows (client, name, type or outcome, any number, µs) those that begin one, and the others."""
        addresses, last_of, together = self._addresses, self._last, TOGETHER_US
        begun, others = list[tuple[int, Name, Type, int, int]](), list[tuple[int, Name, Type, int, int]]()
        begin, go_on = begun.append, others.append
        for row in rows:
            client, name, type_, _, at = row
            if type_ in addresses:
                last = last_of[client]
                before = last.get(name, 0)
                last[name] = at
                if at - before <= together:
                    go_on(row)
                    continue
            begin(row)
        if rows:
            last_of.forget(self._most, rows[-1][4] - TOGETHER_US)
        return begun, others

    @property
    def remembered(self) -> int:
        """Of how many devices and names the last query is remembered."""
        return self._last.size

    def fork(self) -> "Walk[Name, Type]":
        """One that goes on from here by itself."""
        copy = Walk[Name, Type]({}, self._addresses, self._most)  # devices come with what is remembered
        copy._last = self._last.copied()
        return copy


class LogWalk(Walk[int, int]):
    """The same over records of the log."""

    def __init__(
        self, con: sqlite3.Connection, from_us: int, where: str = "", values: Sequence[str] = (),
        most: int | None = None,
    ) -> None:  # fmt: skip
        """From this time on; where, values: which records these are. Reads those of the second before."""
        self._con = con
        self._met = set[int]()  # outcomes
        self._of_addresses = set[int]()  # those of queries for addresses
        super().__init__(dict(con.execute("SELECT id, device_id FROM clients")), self._of_addresses, most)
        sql = f"{ROWS} WHERE time_us >= ? AND time_us < ? {where} ORDER BY time_us"
        rows = con.execute(sql, (from_us - TOGETHER_US, from_us, *values)).fetchall()
        self.meet(set(map(outcome_of, rows)))
        self.split(rows)

    def meet(self, outcomes: set[int]) -> None:
        """To be called before rows with outcomes that are new: learn which are of queries for addresses.

        One whose word is lost is not.
        """
        if new := outcomes - self._met:
            rows = self._con.execute(
                f"SELECT o.id FROM json_each(?) j JOIN outcomes o ON o.id = j.value WHERE o.type IN {ADDRESS_TYPES}",  # noqa: S608
                (json.dumps(list(new)),),
            )
            self._of_addresses.update(number for (number,) in rows)
            self._met |= new


class _LastAsked(dict[int, dict[Name, int]], Generic[Name]):
    """Client → when its device asked for an address of each name last: clients of one device have one of these."""

    def __init__(self, devices: Mapping[int, int]) -> None:
        super().__init__()
        self._devices = devices
        self._of_device: dict[int, dict[Name, int]] = {}

    def __missing__(self, client: int) -> dict[Name, int]:
        self[client] = last = self._of_device.setdefault(self._devices.get(client, 0), {})
        return last

    @property
    def size(self) -> int:
        return sum(map(len, self._of_device.values()))

    def forget(self, most: int, before_us: int) -> None:
        """Where there are more, those from before this time: what comes next begins one anyway."""
        if self.size > most:
            for last in self._of_device.values():
                recent = {name: at for name, at in last.items() if at >= before_us}
                last.clear()
                last.update(recent)

    def copied(self) -> "_LastAsked[Name]":
        copy = _LastAsked[Name](self._devices)
        copy._of_device = {device: dict(last) for device, last in self._of_device.items()}
        return copy
