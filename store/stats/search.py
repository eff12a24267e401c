# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding records in the query log, the newest first, without reading hours in which there can be none.

Days and hours that are added up say which names, lists, verdicts and companies they hold, for the house and for each
client. What they cannot rule out is read, up to a bound: then the search says how far it got.
"""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from store.log import interning
from store.log.gap_sums import Span
from store.log.rollup_tables import (
    DAYS,
    HOUR_US,
    HOURS,
    HOUSE,
    KNOWN_LEVELS,
    LENGTH_US,
    LEVELS,
    TABLE,
    holds,
    is_alone,
    is_ranked,
)
from store.log.timespan import Timespan, block_span, split
from store.sums import counts, packed

MAX_READ = 400_000  # records that one search reads: some 100 ms, on a small board half a second
TEST_COSTS = 600  # to rule a block out takes as long as reading so many
LOOKED_UP = 3  # times as long it takes where each record's name is looked up
FEW_NAMES = 200  # these are looked up one by one, with their verdict

Ids = frozenset[int] | None
MAX_COUNTED = 1_000_000  # records that one look counts: some 300 ms
_PURPOSE = "COALESCE((SELECT purpose FROM names WHERE id = name_id), 0)"
_COMPANY = "COALESCE((SELECT company_id FROM names WHERE id = name_id), 0)"


@dataclass(frozen=True)
class IdFilter:
    """All must hold: ids that are let through, None for any. Of `companies` 0 is that of names without one.

    verdict: the one that all of `outcomes` have, None when they may have several. purpose: the number of what the name
    is for, which `companies` must narrow down, too. hidden: names that are left out.
    """

    clients: Ids = None
    names: Ids = None
    outcomes: Ids = None
    companies: Ids = None
    verdict: int | None = None
    purpose: int | None = None
    hidden: frozenset[int] = frozenset()

    @property
    def impossible(self) -> bool:
        return any(ids is not None and not ids for ids in (self.clients, self.names, self.outcomes, self.companies))

    @cached_property
    def terms(self) -> tuple[str, tuple[str | int, ...]]:
        """As SQL over records, to go after WHERE …, and its values."""
        sql, values = "", list[str | int]()
        for column, ids in (("client_id", self.clients), ("name_id", self.names), ("outcome_id", self.outcomes)):
            if ids is not None:
                sql += f" AND {column} IN (SELECT value FROM json_each(?))"  # noqa: S608 - a literal from above
                values.append(json.dumps(list(ids)))
        if self.companies is not None:
            sql += f" AND {_COMPANY} IN (SELECT value FROM json_each(?))"  # noqa: S608 - the same
            values.append(json.dumps(list(self.companies)))
        if self.hidden:
            sql += " AND name_id NOT IN (SELECT value FROM json_each(?))"
            values.append(json.dumps(list(self.hidden)))
        if self.purpose is not None:
            sql += f" AND {_PURPOSE} = ?"
            values.append(self.purpose)
        return sql, tuple(values)


def times(
    con: sqlite3.Connection, wanted: IdFilter, from_us: int, to_us: int, limit: int, oldest: bool = False
) -> tuple[list[int], int | None]:
    """The newest `limit` records of [from_us, to_us), and where the search gave up, None when it did not.

    Where it gave up all records from that time on were looked at. oldest: the oldest ones, the oldest first; then all
    before that time were. Call it within a transaction.
    """
    matches: list[int] = []
    if wanted.impossible:
        return matches, None
    left = max(1, MAX_READ // (LOOKED_UP if wanted.companies is not None else 1))
    for (start, end), may_hold in spans(split(con, from_us, to_us, wanted.clients), wanted, oldest):
        if left <= 0:
            return matches, start if oldest else end
        if not may_hold:
            left -= TEST_COSTS
            continue
        matches += _read(con, wanted, (start, end), left, limit - len(matches), oldest)
        if len(matches) >= limit:
            break
        rows, cut = counted(con, (start, end), left, oldest)
        if cut != (end if oldest else start):
            return matches, cut
        left -= rows
    return matches, None


def count(con: sqlite3.Connection, wanted: IdFilter, from_us: int, to_us: int) -> tuple[int, int | None]:
    """How many records of [from_us, to_us) there are, newest first, and where that was given up, as `times` has it."""
    total, left = 0, MAX_COUNTED
    if wanted.impossible:
        return total, None
    terms, values = wanted.terms
    sql = f"SELECT count(*) FROM records WHERE time_us >= ? AND time_us < ?{terms}"  # noqa: S608 - fixed text
    for (start, end), may_hold in spans(split(con, from_us, to_us, wanted.clients), wanted):
        if left <= 0:
            return total, end
        if may_hold:
            total += int(con.execute(sql, (start, end, *values)).fetchone()[0])
            left -= counted(con, (start, end), left)[0]
        left -= TEST_COSTS
    return total, None


def _read(
    con: sqlite3.Connection, wanted: IdFilter, span: Span, rows: int, limit: int, oldest: bool
) -> list[int]:  # fmt: skip
    """Those among the newest, or oldest, `rows` of the span."""
    terms, values = wanted.terms
    order = "" if oldest else "DESC"
    times = con.execute(
        f"""SELECT time_us FROM (
                SELECT * FROM records WHERE time_us >= ? AND time_us < ? ORDER BY time_us {order} LIMIT ?)
            WHERE 1{terms} LIMIT ?""",  # noqa: S608 - fixed text only
        (*span, rows, *values, limit),
    )
    return [at for (at,) in times]


def counted(con: sqlite3.Connection, span: Span, rows: int, oldest: bool = False) -> tuple[int, int]:
    """How many records the span has, `rows` at most, and the time from which on they are; of the oldest, until when."""
    where = "FROM records WHERE time_us >= ? AND time_us < ?"
    count = int(con.execute(f"SELECT count(*) {where}", span).fetchone()[0])
    if count <= rows:
        return count, span[1] if oldest else span[0]
    sql = f"SELECT time_us {where} ORDER BY time_us {'' if oldest else 'DESC'} LIMIT 1 OFFSET ?"
    return rows, int(con.execute(sql, (*span, rows)).fetchone()[0]) + (not oldest)


def spans(whole: Timespan, wanted: IdFilter, oldest: bool = False) -> Iterator[tuple[Span, bool]]:
    """All of it, newest (or oldest) first, none that may hold some longer than an hour; and which may hold some."""
    blocks = _Blocks(whole, wanted)
    parts = whole.newest_first()
    for level, (start, end) in reversed(parts) if oldest else parts:
        if level is None:
            edges = [start, *range((start // HOUR_US + 1) * HOUR_US, end, HOUR_US), end]
            gaps = list(pairwise(edges))
            yield from ((span, True) for span in (gaps if oldest else reversed(gaps)))
        elif level == HOURS or not blocks.may_hold(DAYS, start // LENGTH_US[DAYS]):
            yield (start, end), level == HOURS and blocks.may_hold(HOURS, start // HOUR_US)
        else:
            hours = range(start // HOUR_US, end // HOUR_US)
            alone = is_alone(whole.con, LEVELS, start // LENGTH_US[DAYS])
            for hour in hours if oldest else reversed(hours):
                yield block_span(HOURS, hour), alone or blocks.may_hold(HOURS, hour)


class _Blocks:
    """Which days and hours may hold what is wanted."""

    def __init__(self, whole: Timespan, wanted: IdFilter) -> None:
        self._whole, self._wanted = whole, wanted
        kinds = None if wanted.outcomes is None else interning.kinds(whole.con, wanted.outcomes).values()
        self._kinds = None if kinds is None else frozenset(kinds)
        self._bits = int.from_bytes(packed.bits(wanted.names or ()), "little")

    def may_hold(self, level: int, block: int) -> bool:
        """False when no record of the block is wanted: neither of the house nor of any one client that is."""
        wanted, ranked = self._wanted, is_ranked(level, HOUSE if self._whole.clients is None else -1)
        names = "NULL" if wanted.names is None else "presence" if ranked else "names"
        if not self._may_hold_companies(level, block):
            return False
        for row, kinds, data in self._whole.rows(level, block, f"kinds, {names}"):
            if (
                (self._kinds is None or any(kind in self._kinds for kind, _ in counts.unpack(kinds)))
                and (wanted.names is None or (self._present(row, level, data) if ranked else self._among(data)))
            ):
                return True
        return False

    def _may_hold_companies(self, level: int, block: int) -> bool:
        """Where it is not known whose names there are, they may be anybody's."""
        companies, known = self._wanted.companies, KNOWN_LEVELS[level]
        if companies is None or not holds(self._whole.con, known, block):
            return True
        rows = self._whole.rows(known, block, "companies")
        return any(not companies.isdisjoint(self._numbers(data)) for _, data in rows)

    def _numbers(self, data: bytes) -> Iterator[int]:
        """The names or companies of a section, where a verdict is wanted those that have it."""
        return packed.numbers((key for key, _ in counts.unpack(data)), self._wanted.verdict)

    def _among(self, data: bytes) -> bool:
        return not (self._wanted.names or frozenset()).isdisjoint(self._numbers(data))

    def _present(self, row: int, level: int, data: bytes) -> bool:
        """By the bits of all names; few names are looked up with their verdict too."""
        there = counts.presence(data) & self._bits
        if not there or self._wanted.verdict is None or there.bit_count() > FEW_NAMES:
            return bool(there)
        ((plain,),) = self._whole.con.execute(f"SELECT names FROM {TABLE[level]} WHERE id = ?", (row,))  # noqa: S608
        bits = there.to_bytes(there.bit_length() // 8 + 1, "little")
        names = sorted(name for name in self._wanted.names or () if packed.holds(bits, name))
        return self._wanted.verdict in packed.verdicts(key for key, _ in counts.PlainSection(plain).of(names))
