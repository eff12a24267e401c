# SPDX-License-Identifier: GPL-3.0-or-later
"""A stretch of time as the fewest parts that are quick to read: whole days and hours that are added up, and records.

    from ├─ records ─┼─ hours ─┼──── days ────┼─ hours ─┼─ records ─┤ to

Read it within one transaction: what holds may change between two.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from store.log.gap_sums import GapMemory, Span
from store.log.in_gaps import InGaps
from store.log.rollup_tables import ENDS, HOUR_US, HOUSE, KNOWN_LEVELS, LENGTH_US, LEVELS, TABLE
from store.sums import counts, packed
from store.sums.counts import KNOWN, Section

_OTHER_NAMES = "names"  # beside the sections of a timespan, which are of all its parts


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
    memory: GapMemory | None = None
    span: Span = (0, 0)
    of: tuple[int, int] = LEVELS
    _sections: dict[str, Section] = field(default_factory=dict)
    _known: list["Timespan"] = field(default_factory=list)
    _in_gaps: list[InGaps] = field(default_factory=list)  # none yet, or one
    by_client: dict[str, dict[int, Section]] = field(default_factory=dict)  # of store.stats.company_counts.gaps

    @property
    def levels(self) -> tuple[tuple[int, list[int]], ...]:
        return (self.of[1], self.days), (self.of[0], self.hours)

    @property
    def in_gaps(self) -> InGaps:
        """What the records of the gaps add up to."""
        if not self._in_gaps:
            self._in_gaps.append(InGaps(self.con, self.gaps, self.clients, self.memory))
        return self._in_gaps[0]

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
        """The names of all other rows, added up: those of single clients in hours. Read once; not to be changed."""
        total = self._sections.get(_OTHER_NAMES)
        if total is None:
            total = self._sections[_OTHER_NAMES] = {}
            if self.clients is not None:
                for _, data in self.parts(*self.levels[1], "names"):
                    counts.add(total, counts.unpack(data))
        return total

    def only(self, clients: Iterable[int]) -> "Timespan":
        """The same parts for these clients alone."""
        return replace(
            self, clients=tuple(clients), _sections={}, _known=[], _in_gaps=[], by_client={}
        )

    @property
    def known(self) -> "Timespan":
        """The same stretch in parts whose sums by what is known of names hold: sections of store.sums.counts.KNOWN."""
        if self.of is KNOWN_LEVELS:
            return self
        if not self._known:
            other = split(self.con, *self.span, self.clients, KNOWN_LEVELS, self.memory)
            if other.gaps == self.gaps:
                other = replace(other, _in_gaps=[self.in_gaps])
            self._known.append(other)
        return self._known[0]

    def section(self, name: str) -> Section:
        """A section of store.sums.counts (any but names), added up over the days and hours; the gaps are not in it.

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


def split(
    con: sqlite3.Connection, from_us: int, to_us: int, clients: Iterable[int] | None = None,
    of: tuple[int, int] = LEVELS, memory: GapMemory | None = None,
) -> Timespan:  # fmt: skip
    """The parts of [from_us, to_us), which is cut to the records that there are. memory: what remembers its gaps."""
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
    some = None if clients is None else tuple(clients)
    return Timespan(con, days, hours, gaps, some, memory, (from_us, to_us), of)


def block_span(level: int, block: int) -> Span:
    """From its beginning to its end in µs."""
    return block * LENGTH_US[level], (block + 1) * LENGTH_US[level]


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
