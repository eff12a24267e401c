# SPDX-License-Identifier: GPL-3.0-or-later
"""What records of a stretch of time add up to, in one pass over them: a few steps for each, since there are millions.

    records = RecordPass(con, from_us)
    records.add(rows)        the next rows of the stretch, by time
    summed(records, 60)      by client, as an hour is kept
"""

import sqlite3
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter

from store.log import interning
from store.log.rollup_tables import HOUSE
from store.names.purpose import Kind
from store.sums import counts, packed
from store.sums.counts import Counts, Known, Section
from store.sums.lookups import LogRow, LogWalk, group_of, outcome_of

MINUTE_US = 60_000_000
Groups = Counter[tuple[int, ...]]

_name, _duration, _source, _time = itemgetter(1), itemgetter(0, 3), itemgetter(0, 2), itemgetter(4)


@dataclass(slots=True)
class RecordSums:
    """Each counts records by a client id and more. The keys of moments begin with its number since 1970."""

    begun: Groups = field(default_factory=Counter)
    """(client, name, outcome) of those that begin a look-up …"""
    others: Groups = field(default_factory=Counter)
    """… and of those that do not."""
    durations: Groups = field(default_factory=Counter)
    """(client, µs)"""
    moments: Groups = field(default_factory=Counter)
    """(moment, client, verdict)"""
    tracked: Groups = field(default_factory=Counter)
    """The same of names that track."""

    @property
    def size(self) -> int:
        """How many different groups there are."""
        return len(self.begun) + len(self.others)


class RecordPass:
    """Takes the records of a stretch, part by part."""

    def __init__(
        self, con: sqlite3.Connection, from_us: int, moment_us: int = MINUTE_US, whole: bool = True,
        of: tuple[str, tuple[str, ...]] = ("", ()),
    ) -> None:  # fmt: skip
        """moment_us: the length of a moment. whole: durations and moments of all names as well.

        of: which records come (SQL after the times, with its values).
        """
        self.sums = RecordSums()
        self.kinds: dict[int, int] = {}  # of outcomes
        self.verdicts: dict[int, int] = {}
        self.companies: dict[int, int] = {}  # of names, 0 for none
        self.trackers = interning.companies_of_kind(con, Kind.TRACKING)
        self._con, self._moment_us, self._whole = con, moment_us, whole
        self._walk = LogWalk(con, from_us, *of)
        self._tracked = set[int]()  # names

    def add(self, rows: list[LogRow]) -> None:
        """The next ones, by time. Raises sqlite3.Error."""
        self._learn(rows)
        sums = self.sums
        begun, others = self._walk.split(rows)
        sums.begun.update(map(group_of, begun))
        sums.others.update(map(group_of, others))
        tracked = self._tracked
        self._add_moments([row for row in rows if row[1] in tracked], sums.tracked)
        if self._whole:
            sums.durations.update(map(_duration, rows))
            self._add_moments(rows, sums.moments)

    def _learn(self, rows: list[LogRow]) -> None:
        """Whose the names are, and what of the outcomes is counted."""
        if new := set(map(_name, rows)) - self.companies.keys():
            companies = interning.companies(self._con, new)
            self.companies.update((name, companies.get(name, 0)) for name in new)
            self._tracked.update(name for name, company in companies.items() if company in self.trackers)
        outcomes = set(map(outcome_of, rows))
        self._walk.meet(outcomes)
        kinds = interning.kinds(self._con, outcomes - self.kinds.keys())
        self.kinds.update(kinds)
        self.verdicts.update((outcome, packed.verdict_of(kind)) for outcome, kind in kinds.items())

    def _add_moments(self, rows: list[LogRow], moments: Groups) -> None:
        start, verdicts, length_us = 0, self.verdicts, self._moment_us
        get = moments.get
        while start < len(rows):
            moment = rows[start][4] // length_us
            end = bisect_left(rows, (moment + 1) * length_us, start, key=_time)
            for (client, outcome), count in Counter(map(_source, rows[start:end])).items():
                key = moment, client, verdicts[outcome]
                moments[key] = get(key, 0) + count
            start = end


def summed(records: RecordPass, moments: int) -> dict[int, Counts]:
    """Client id → sums, HOUSE → those of all. moments: how many a block has."""
    sums, kinds = records.sums, records.kinds
    clients = _durations(sums.durations)
    parts = {client: (part.kinds, part.names) for client, part in clients.items()}
    for groups in (sums.begun, sums.others):
        keys = packed.keys(map(_name, groups), map(records.verdicts.__getitem__, map(outcome_of, groups)))
        for ((client, _, outcome), count), key in zip(groups.items(), keys, strict=True):
            of_kinds, of_names = parts[client]
            kind = kinds[outcome]
            of_kinds[kind] = of_kinds.get(kind, 0) + count
            of_names[key] = of_names.get(key, 0) + count
    house, of_moments = Counts(), _moments(sums.moments, moments)
    for client, part in clients.items():
        part.moments = of_moments[client]
        counts.add(house.clients, packed.of_kinds(client, part.kinds.items()))
        house.add(part)
    return {HOUSE: house, **clients}


def known(records: RecordPass, moments: int) -> dict[int, Known]:
    """The same of what is known of names."""
    clients, house = _by_company(records), Known()
    tracking = _moments(records.sums.tracked, moments)
    for client, part in clients.items():
        part.tracking = tracking.get(client, part.tracking)
        numbers = packed.numbers(part.lookups)
        tracked = [key for key, n in zip(part.lookups, numbers, strict=True) if n in records.trackers]
        counts.add(house.trackers, packed.of_one(client, ((key, part.lookups[key]) for key in tracked)))
        house.add(part)
    return {HOUSE: house, **clients}


def _by_company(records: RecordPass) -> dict[int, Known]:
    """Client id → companies and look-ups."""
    sums = records.sums
    clients = {client: Known() for client in {group[0] for group in chain(sums.begun, sums.others)}}
    for groups in (sums.begun, sums.others):
        companies = map(records.companies.__getitem__, map(_name, groups))
        keys = packed.keys(companies, map(records.verdicts.__getitem__, map(outcome_of, groups)))
        lookups = groups is sums.begun
        sections = {client: known.lookups if lookups else known.companies for client, known in clients.items()}
        for ((client, _, _), count), key in zip(groups.items(), keys, strict=True):
            section = sections[client]
            section[key] = section.get(key, 0) + count
    for of_client in clients.values():
        counts.add(of_client.companies, of_client.lookups.items())
    return clients


def _durations(durations: Groups) -> dict[int, Counts]:
    clients: dict[int, Counts] = {}
    cuts: dict[int, int] = {}
    for (client, duration), count in durations.items():
        part = clients.get(client)
        if part is None:
            part = clients[client] = Counts()
        part.total_us += duration * count
        cut = cuts.get(duration)
        if cut is None:
            cut = cuts[duration] = counts.rounded(duration)
        part.durations[cut] = part.durations.get(cut, 0) + count
    return clients


def _moments(moments: Groups, of_block: int) -> dict[int, Section]:
    """Client id → moment of the block and verdict, packed, → count."""
    clients: dict[int, Section] = {}
    for (moment, client, verdict), count in moments.items():
        section = clients.get(client)
        if section is None:
            section = clients[client] = {}
        section[packed.key(moment % of_block, verdict)] = count
    return clients
