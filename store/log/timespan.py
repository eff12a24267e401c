# SPDX-License-Identifier: GPL-3.0-or-later
"""A stretch of time as the fewest parts that are quick to read: whole days and hours that are added up, and records.

    from ├─ records ─┼─ hours ─┼──── days ────┼─ hours ─┼─ records ─┤ to

Read it within one transaction: what holds may change between two.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import Any

from store.log import counts, interning, lookups, packed
from store.log.counts import KNOWN, Section
from store.log.rollup_tables import ENDS, HOUR_US, HOUSE, KNOWN_LEVELS, LENGTH_US, LEVELS, TABLE

Span = tuple[int, int]
Groups = Counter[tuple[int, ...]]

_first, _second = itemgetter(0), itemgetter(1)

_LOOKUPS = "lookups"  # among the groups
ALL_SOURCES = "client_id, name_id, outcome_id"  # what `gap_counts` has all the rest of, but durations


@dataclass(frozen=True, slots=True)
class Timespan:
    """The parts of a stretch, each in order of time; `gaps` (from, to) in µs are what only the records know.

    `clients`: the ids that count, None for the whole house. `of`: the levels of the hours and of the days. What sums
    say by what is known of names stands in levels of its own, and may hold in fewer of them: ask `known` for it.
    """

    con: sqlite3.Connection
    days: list[int]
    hours: list[int]
    gaps: list[Span]
    clients: tuple[int, ...] | None
    span: Span = (0, 0)
    of: tuple[int, int] = LEVELS
    _sections: dict[str, Section] = field(default_factory=dict)
    _groups: dict[str, Groups] = field(default_factory=dict)
    _companies: dict[int, int] = field(default_factory=dict)
    _known: list["Timespan"] = field(default_factory=list)
    by_client: dict[str, dict[int, Section]] = field(default_factory=dict)  # of store.stats.company_counts.gaps

    @property
    def levels(self) -> tuple[tuple[int, list[int]], ...]:
        return (self.of[1], self.days), (self.of[0], self.hours)

    def newest_first(self) -> list[tuple[int | None, Span]]:
        """All parts as (level, span), the level of a gap None."""
        parts: list[tuple[int | None, Span]] = [(None, span) for span in self.gaps]
        for level, blocks in self.levels:
            parts += ((level, block_span(level, block)) for block in blocks)
        return sorted(parts, key=lambda part: -part[1][0])

    @property
    def ranked(self) -> tuple[tuple[int, list[int]], ...]:
        """The levels whose rows have leaders, presence and plain names."""
        return self.levels if self.clients is None else (self.levels[0],)

    def other_names(self) -> Section:
        """The names of all other rows, added up: those of single clients in hours."""
        total: Section = {}
        if self.clients is not None:
            for _, data in self.parts(*self.levels[1], "names"):
                counts.add(total, counts.unpack(data))
        return total

    def only(self, clients: Iterable[int]) -> "Timespan":
        """The same parts for these clients alone."""
        return Timespan(self.con, self.days, self.hours, self.gaps, tuple(clients), self.span, self.of)

    @property
    def known(self) -> "Timespan":
        """The same stretch in parts whose sums by what is known of names hold: sections of store.log.counts.KNOWN."""
        if self.of is KNOWN_LEVELS:
            return self
        if not self._known:
            other = split(self.con, *self.span, self.clients, KNOWN_LEVELS)
            same = other.gaps == self.gaps
            self._known.append(replace(other, _groups=self._groups, _companies=self._companies) if same else other)
        return self._known[0]

    def section(self, name: str) -> Section:
        """A section of store.log.counts (any but names), added up over the days and hours; the gaps are not in it.

        Those of KNOWN have only timespans that are `known`. Read once; the caller may change what it gets.
        """
        assert (name in KNOWN) == (self.of is KNOWN_LEVELS), name
        total = self._sections.get(name)
        if total is None:
            total = self._sections[name] = {}
            for level, blocks in self.levels:
                for _, data in self.parts(level, blocks, name):
                    counts.add(total, counts.unpack(data))
        return dict(total)

    def total_us(self) -> int:
        """The sum of all durations in the days and hours."""
        return sum(
            row[1]
            for level, blocks in self.levels
            for row in self.parts(level, blocks, "total_us")
        )

    def parts(self, level: int, blocks: Iterable[int], column: str) -> Iterator[tuple[int, Any]]:
        """(block, column) of each client's row, or of the house's."""
        return ((packed.block_of(row), data) for row, data in self._rows(level, blocks, column))

    def of_each_client(self, level: int, blocks: Iterable[int], column: str) -> Iterator[tuple[int, Any]]:
        """(client, column) of every client's row in these blocks, whatever `clients` says."""
        sql = f"SELECT {packed.client_sql('id')}, {column} FROM {TABLE[level]} WHERE id > ? AND id < ?"  # noqa: S608
        for block in blocks:
            yield from self.con.execute(sql, (packed.row(block, HOUSE), packed.row(block + 1, HOUSE)))

    def rows(self, level: int, block: int, columns: str) -> Iterator[tuple[Any, ...]]:
        """(id, columns) of each client's row of one block, or of the house's."""
        return self._rows(level, (block,), columns)

    def _rows(self, level: int, blocks: Iterable[int], columns: str) -> Iterator[tuple[Any, ...]]:
        who = (HOUSE,) if self.clients is None else self.clients
        ids = [packed.row(block, client) for block in blocks for client in who]
        if not ids:
            return iter(())
        # Tables and columns are literals of store; json_each has an id too.
        sql = f"SELECT b.id, {columns} FROM json_each(?) j CROSS JOIN {TABLE[level]} b ON b.id = j.value"  # noqa: S608
        return self.con.execute(sql, (json.dumps(ids),))

    def presence(self, gap_names: Iterable[int]) -> bytes:
        """Which names there are, those of the gaps given: a bit for each id (see packed.holds)."""
        bits = 0
        for level, blocks in self.ranked:
            for _, data in self.parts(level, blocks, "presence"):
                bits |= counts.presence(data)
        bits |= int.from_bytes(packed.bits({*gap_names, *packed.numbers(self.other_names())}), "little")
        return bits.to_bytes(bits.bit_length() // 8 + 1, "little")

    def who(self, level: int, blocks: Iterable[int]) -> set[int]:
        """Which of `clients` asked anything in these blocks."""
        return {packed.client_of(row) for row, _ in self._rows(level, blocks, "NULL")}

    def gap_counts(self, columns: str) -> Groups:
        """How many records of the gaps have the same values in these columns.

        Read once, and not at all when more columns than these were counted before.
        """
        groups = self._groups.get(columns)
        if groups is None:
            wanted = columns.split(", ")
            more = next((have for have in self._groups if {*wanted} <= {*have.split(", ")}), None)
            if more is None:
                groups = self._counted(columns)
            else:
                groups = _fewer(self._groups[more], [more.split(", ").index(column) for column in wanted])
            self._groups[columns] = groups
        return groups

    def gap_section(self, column: str) -> Section:
        """The records of the gaps by client_id or name_id and their verdict, keyed as sections are."""
        groups = self.gap_counts(f"{column}, outcome_id")
        verdicts = interning.verdicts(self.con, set(map(_second, groups)))
        total: Section = {}
        keys = packed.keys(map(_first, groups), map(verdicts.__getitem__, map(_second, groups)))
        counts.add(total, zip(keys, groups.values(), strict=True))
        return total

    def gap_companies(self) -> dict[int, int]:
        """Name id → company id of the names in the gaps, those of a known company. Read once."""
        if not self._companies:
            names = {name for (name,) in self.gap_counts("name_id")}
            self._companies.update(interning.companies(self.con, names))
        return self._companies

    def gap_lookups(self) -> Groups:
        """How many look-ups begin in the gaps, by client, name and outcome of the query that does. Read once."""
        groups = self._groups.get(_LOOKUPS)
        if groups is None:
            groups = self._groups[_LOOKUPS] = Counter()
            for span in self.gaps:
                groups.update(lookups.begun(self.con, *span, self.clients))
        return groups

    def _counted(self, columns: str) -> Groups:
        groups: Groups = Counter()
        where, values = records_of(self.clients)
        for span in self.gaps:
            groups.update(self.con.execute(f"SELECT {columns} FROM records {where}", (*span, *values)))  # noqa: S608
        return groups


def split(
    con: sqlite3.Connection, from_us: int, to_us: int, clients: Iterable[int] | None = None,
    of: tuple[int, int] = LEVELS,
) -> Timespan:  # fmt: skip
    """The parts of [from_us, to_us), which is cut to the records that there are."""
    oldest, newest = con.execute(ENDS).fetchone()
    at = max(from_us, oldest) if oldest is not None else to_us
    end = min(to_us, newest + 1) if newest is not None else to_us
    # An hour holds records up to its end, whatever the last one's time: it may be taken when all of it was asked for.
    whole_end = to_us
    rolled_hours = _rolled(con, of[0], at, whole_end)
    days, hours, gaps = [], [], list[Span]()
    rolled_days = _rolled(con, of[1], at, whole_end)
    at = _back_to_hour(at, from_us, rolled_hours)
    while at < end:
        hour = at // HOUR_US
        if at == hour * HOUR_US and hour % 24 == 0 and hour // 24 in rolled_days and at + 24 * HOUR_US <= whole_end:
            days.append(hour // 24)
            at += 24 * HOUR_US
        elif at == hour * HOUR_US and hour in rolled_hours and at + HOUR_US <= whole_end:
            hours.append(hour)
            at += HOUR_US
        else:
            next_at = min(end, (hour + 1) * HOUR_US)
            if gaps and gaps[-1][1] == at:
                gaps[-1] = (gaps[-1][0], next_at)
            else:
                gaps.append((at, next_at))
            at = next_at
    return Timespan(con, days, hours, gaps, None if clients is None else tuple(clients), (from_us, to_us), of)


def block_span(level: int, block: int) -> Span:
    """From its beginning to its end in µs."""
    return block * LENGTH_US[level], (block + 1) * LENGTH_US[level]


def records_of(clients: Iterable[int] | None) -> tuple[str, tuple[str, ...]]:
    """The WHERE for [?, ?) and these clients, and its further values."""
    if clients is None:
        return "WHERE time_us >= ? AND time_us < ?", ()
    where = "WHERE time_us >= ? AND time_us < ? AND client_id IN (SELECT value FROM json_each(?))"
    return where, (json.dumps(list(clients)),)


def _fewer(groups: Groups, places: list[int]) -> Groups:
    """The same counts by these places of their keys alone."""
    cut = itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))
    fewer: Groups = Counter()
    get = fewer.get
    for key, count in zip(map(cut, groups), groups.values(), strict=True):
        fewer[key] = get(key, 0) + count
    return fewer


def _back_to_hour(at: int, from_us: int, rolled_hours: set[int]) -> int:
    """The first record may stand in the middle of an hour that holds and was asked for whole."""
    hour_us = at - at % HOUR_US
    return hour_us if hour_us >= from_us and hour_us // HOUR_US in rolled_hours else at


def _rolled(con: sqlite3.Connection, level: int, from_us: int, to_us: int) -> set[int]:
    length_us = LENGTH_US[level]
    try:
        rows = con.execute(
            "SELECT block FROM rolled WHERE level = ? AND block >= ? AND block < ? AND kept",
            (level, from_us // length_us, -(-to_us // length_us)),
        ).fetchall()
    except sqlite3.OperationalError:  # a log from before, which its recorder has not brought up to date yet
        return set()
    return {row[0] for row in rows}
