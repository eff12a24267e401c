# SPDX-License-Identifier: GPL-3.0-or-later
"""When something was asked last, or first: from the newest part of a timespan back, or from the oldest on, passing over
what has nothing of it.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator

from store.log.gap_sums import Span
from store.log.in_gaps import records_of
from store.log.records import counted_sql
from store.log.rollup_tables import DAYS, HOUR_US, LENGTH_US, is_alone
from store.log.timespan import Timespan, block_span
from store.sums import counts, packed

# of → (key of a record in SQL, over records r with these joins)
_KEYS = {
    "names": ("r.name_id", ""),
    "companies": ("COALESCE(n.company_id, 0)", "JOIN names n ON n.id = r.name_id"),
    "devices": ("c.device_id", "JOIN clients c ON c.id = r.client_id"),
    "lists": ("o.list_id", "JOIN outcomes o ON o.id = r.outcome_id"),
}

FEW = 16  # companies of which each is met soon; of more one is not, and to add all up is quicker


def times(
    timespan: Timespan, of: str, verdict: int | None, ids: Iterable[int], companies: Collection[int] | None = None,
    first: bool = False, only_that: bool = False,
) -> dict[int, int]:  # fmt: skip
    """Id → time in µs of its last record in the timespan (with this verdict), or its first, for those that have one.

    Of devices only what was asked of these companies counts, where they are given. `only_that`: only of the id that is
    met, where any of them will do.
    """
    if of == "companies" or companies is not None:
        timespan = timespan.known
    wanted, last = set(ids), dict[int, int]()
    search = _Search(timespan, of, verdict, companies, first, only_that)
    for level, start in (reversed(timespan.newest_first()) if first else timespan.newest_first()):
        if not wanted or (only_that and last):
            break
        last.update(search.at(level, start, wanted))
        wanted -= last.keys()
    return last


def devices_seen(con: sqlite3.Connection) -> dict[int, tuple[int, int]]:
    """Device id → the times of the first and last record that were ever written for it."""
    rows = con.execute(
        "SELECT device_id, min(first_us), max(last_us) FROM clients WHERE device_id AND last_us GROUP BY device_id"
    )
    return {device: (first, last) for device, first, last in rows}


class _Search:
    """What is looked for, and in what it may be."""

    def __init__(
        self, timespan: Timespan, of: str, verdict: int | None, companies: Collection[int] | None, first: bool,
        only_that: bool,
    ) -> None:
        self._first, self._only_that = first, only_that
        self._timespan, self._of, self._verdict, self._companies = timespan, of, verdict, companies
        self._devices = dict(timespan.con.execute("SELECT id, device_id FROM clients")) if of == "devices" else {}

    def at(self, level: int | None, span: Span, wanted: set[int]) -> dict[int, int]:
        """Those of `wanted` that are in this part."""
        if level is not None:
            wanted = self._present(level, span[0] // LENGTH_US[level], wanted)
        if not wanted:
            return {}
        of_hours, of_days = self._timespan.of
        if level != of_days or is_alone(self._timespan.con, self._timespan.of, span[0] // LENGTH_US[level]):
            return self._records(span, wanted)
        last: dict[int, int] = {}
        hours = range(span[0] // HOUR_US, span[1] // HOUR_US)
        for hour in hours if self._first else reversed(hours):
            last.update(self.at(of_hours, block_span(of_hours, hour), wanted - last.keys()))
            if self._only_that and last:
                break
        return last

    def _present(self, level: int, block: int, wanted: set[int]) -> set[int]:
        if self._companies is not None:
            return {device for device in wanted if self._asked_companies(level, block, device)}
        return wanted.intersection(packed.numbers(self._keys(level, block, wanted), self._verdict))

    def _keys(self, level: int, block: int, wanted: set[int]) -> Iterator[int]:
        """Id and verdict, packed, of what the block holds, at least of those that are wanted."""
        of, timespan = self._of, self._timespan
        column = {"lists": "kinds", "devices": "kinds" if timespan.clients else "clients"}.get(of, of)
        for _, data in timespan.parts(level, (block,), column):
            if of == "names" and (level == DAYS or timespan.clients is None):
                yield from (key for key, _ in counts.PlainSection(data).of(wanted))
            elif of == "lists":
                yield from (key for key, _ in packed.list_keys(counts.unpack(data)))
            elif of == "devices" and timespan.clients:
                device = self._devices[timespan.clients[0]]
                yield from (key for key, _ in packed.of_kinds(device, counts.unpack(data)))
            elif of == "devices":
                yield from (key for key, _ in packed.renumbered(counts.unpack(data), self._devices))
            else:
                yield from (key for key, _ in counts.unpack(data))

    def _asked_companies(self, level: int, block: int, device: int) -> bool:
        """Whether one of its clients asked one of the companies in this block."""
        companies = self._companies or ()
        own = self._timespan.only(client for client, owner in self._devices.items() if owner == device)
        return any(
            number in companies
            for _, data in own.parts(level, (block,), "companies")
            for number in packed.numbers((key for key, _ in counts.unpack(data)), self._verdict)
        )

    def _records(self, span: Span, wanted: set[int]) -> dict[int, int]:
        if self._companies is not None or (self._of == "companies" and len(wanted) <= FEW):
            return self._one_by_one(span, wanted)
        where, values = self._where(self._timespan.clients)
        key, joins = _KEYS[self._of]
        rows = self._timespan.con.execute(
            f"""SELECT {key}, {"min" if self._first else "max"}(r.time_us) FROM records r {joins} {where}
                AND {key} IN (SELECT value FROM json_each(?)) GROUP BY 1""",  # noqa: S608 - fixed text only
            (*span, *values, json.dumps(list(wanted))),
        )
        return dict(rows)

    def _one_by_one(self, span: Span, wanted: set[int]) -> dict[int, int]:
        """The same of companies, or of devices that asked some, until each has been met: most of them are soon, and to
        find out whose a name is takes longest.
        """
        owners = {client: device for client, device in self._devices.items() if device in wanted}
        where, values = self._where(self._timespan.clients if self._companies is None else owners)
        rows = self._timespan.con.execute(
            f"""SELECT time_us, client_id, company FROM (
                    SELECT time_us, client_id, COALESCE((SELECT company_id FROM names WHERE id = name_id), 0) AS company
                    FROM records {where} ORDER BY time_us {"ASC" if self._first else "DESC"})
                WHERE company IN (SELECT value FROM json_each(?))""",  # noqa: S608 - fixed text only
            (*span, *values, json.dumps(list(wanted if self._companies is None else self._companies))),
        )
        met: dict[int, int] = {}
        for at_us, client, company in rows:
            met.setdefault(company if self._companies is None else owners[client], at_us)
            if self._only_that or len(met) == len(wanted):
                break
        return met

    def _where(self, clients: Iterable[int] | None) -> tuple[str, tuple[str | int, ...]]:
        """The WHERE for a span, these clients and the verdict, and its values beyond the span's."""
        where, values = records_of(clients)
        if self._verdict is None:
            return where, values
        where += f" AND outcome_id IN (SELECT o.id FROM outcomes o WHERE {counted_sql('o')} = ?)"  # noqa: S608 - fixed
        return where, (*values, self._verdict)
