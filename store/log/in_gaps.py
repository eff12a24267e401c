# SPDX-License-Identifier: GPL-3.0-or-later
"""What the records of gaps add up to: those parts of a stretch of time (store.log.timespan) that only the records know.

Short gaps come as sums, of which some are remembered (store.log.gap_sums); long ones are of a log that is being added
up: there each question reads the records, as far as it needs them.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

from store.log import interning
from store.log.gap_sums import GapMemory, GapSums, Span
from store.log.record_sums import Groups
from store.log.rollup_tables import HOUSE
from store.sums import counts, lookups, packed
from store.sums.counts import Section

ALL_SOURCES = "client_id, name_id, outcome_id"  # what `counts` has all the rest of, but durations
_LOOKUPS = "lookups"  # among the groups

_first, _second = itemgetter(0), itemgetter(1)


class InGaps:
    """Of some gaps, for all clients (None) or for some; within one transaction. All raise sqlite3.Error."""

    def __init__(
        self, con: sqlite3.Connection, spans: Sequence[Span], clients: tuple[int, ...] | None, memory: GapMemory | None
    ) -> None:
        self._con, self._spans, self._clients, self._memory = con, spans, clients, memory
        self._sums = list[list[GapSums] | None]()  # none yet, or one
        self._groups: dict[str, Groups] = {}
        self._companies: dict[int, int] = {}

    def sums(self) -> list[GapSums] | None:
        """The sums of the gaps, in one pass over their records, of which some are remembered. Read once.

        None where they are too long for that, or nobody remembers: then each question reads the records.
        """
        if not self._sums:
            memory = self._memory
            self._sums.append(None if memory is None else memory.parts(self._con, self._spans, self._clients))
        return self._sums[0]

    def by_client(self) -> Iterator[tuple[GapSums, int]]:
        """Each of `sums` with its clients that count, those of the house one by one."""
        for part in self.sums() or ():
            yield from ((part, client) for client in part.counts if self._counts(client))

    def by_house(self) -> Iterator[tuple[GapSums, int]]:
        """The same with HOUSE for all clients."""
        if self._clients is not None:
            yield from self.by_client()
        else:
            yield from ((part, HOUSE) for part in self.sums() or ())

    def kinds(self) -> Section:
        """How many records of the gaps are of each kind (store.sums.packed)."""
        total: Section = {}
        if self.sums() is not None:
            for part, client in self.by_house():
                counts.add(total, part.counts[client].kinds.items())
            return total
        groups = self.counts("outcome_id")
        of = interning.kinds(self._con, {outcome for (outcome,) in groups})
        counts.add(total, ((of[outcome], count) for (outcome,), count in groups.items()))
        return total

    def durations(self) -> tuple[int, Section]:
        """The sum of all durations in the gaps, and how many there are of each, cut as store.sums.counts does."""
        total_us, durations = 0, dict[int, int]()
        if self.sums() is not None:
            for part, client in self.by_house():
                total_us += part.counts[client].total_us
                counts.add(durations, part.counts[client].durations.items())
            return total_us, durations
        for (duration,), count in self.counts("duration_us").items():
            total_us += duration * count
            counts.add(durations, ((counts.rounded(duration), count),))
        return total_us, durations

    def section(self, column: str) -> Section:
        """The records of the gaps by client_id or name_id and their verdict, keyed as sections are."""
        total: Section = {}
        if self.sums() is not None:
            if column == "name_id":
                for part, client in self.by_house():
                    counts.add(total, part.counts[client].names.items())
            else:
                for part, client in self.by_client():
                    counts.add(total, packed.of_kinds(client, part.counts[client].kinds.items()))
            return total
        groups = self.counts(f"{column}, outcome_id")
        verdicts = interning.verdicts(self._con, set(map(_second, groups)))
        keys = packed.keys(map(_first, groups), map(verdicts.__getitem__, map(_second, groups)))
        counts.add(total, zip(keys, groups.values(), strict=True))
        return total

    def counts(self, columns: str) -> Groups:
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

    def companies(self) -> dict[int, int]:
        """Name id → company id of the names in the gaps, those of a known company. Read once."""
        if not self._companies:
            names = {name for (name,) in self.counts("name_id")}
            self._companies.update(interning.companies(self._con, names))
        return self._companies

    def lookups(self) -> Groups:
        """How many look-ups begin in the gaps, by client, name and outcome of the query that does. Read once."""
        groups = self._groups.get(_LOOKUPS)
        if groups is None:
            groups = self._groups[_LOOKUPS] = Counter()
            for span in self._spans:
                groups.update(lookups.begun(self._con, *span, self._clients))
        return groups

    def _counts(self, client: int) -> bool:
        return client != HOUSE if self._clients is None else client in self._clients

    def _counted(self, columns: str) -> Groups:
        groups: Groups = Counter()
        where, values = records_of(self._clients)
        for span in self._spans:
            groups.update(self._con.execute(f"SELECT {columns} FROM records {where}", (*span, *values)))  # noqa: S608
        return groups


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
