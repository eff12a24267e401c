# SPDX-License-Identifier: GPL-3.0-or-later
"""Adding up the hours and days of the query log in small steps, between two commits of the recorder.

An hour is added up some minutes after its end, the newest first; after an upgrade, or where late rows came in, the
rest follows as there is time. Until then its records are read: slower, and the same numbers. Where only what is known
of names is another than it was, only that is added up anew.
"""

import sqlite3
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from itertools import chain
from operator import itemgetter

from store.base.db import transaction
from store.log import counts, interning, packed, rollup_tables
from store.log.counts import Counts, Known, Section
from store.log.lookups import ROWS, TOGETHER_US, LogRow, LogWalk, group_of, outcome_of
from store.log.rollup_tables import HOUR_US, HOURS, HOUSE, KNOWN_HOURS, MINUTE_US
from store.names.purpose import Kind

GRACE_US = 250_000_000  # after its end an hour is left alone while rows of it may still wait: two commits and a bit
STEP_ROWS = 20_000  # read at once: some 20 ms, on a small board 100
MAX_BACK = 2  # hours that a clock may be set back without a second look at all of them
MAX_GROUPS = 150_000  # different (client, name, outcome) of an hour, some 40 MB; a busy home has a tenth of it

_STEP = f"{ROWS} WHERE time_us >= ? AND time_us < ? ORDER BY time_us LIMIT ?"
_name, _duration, _source, _time = itemgetter(1), itemgetter(0, 3), itemgetter(0, 2), itemgetter(4)


class Rollup:
    """The recorder's: `step` now and then, `invalidate` within each of its commits."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self._con = con
        self._missing: list[int] = []  # hours to be added up, the newest last; bounded by the days that the log keeps
        self._listed_to: int | None = None  # every hour before this one is listed, missing, or the log's first
        self._purges = -1
        self._sum: _HourSum | None = None

    def invalidate(self, earliest_us: int, times: Iterable[int]) -> None:
        """Rows are being written: where they belong to hours that are added up, those hold no longer."""
        newest = self._con.execute("SELECT max(block) FROM rolled WHERE level = 0").fetchone()[0] or 0
        listed_to = max(newest + 1, self._listed_to or 0)
        if earliest_us >= listed_to * HOUR_US:
            return
        late = [at for at in times if at < listed_to * HOUR_US]
        rollup_tables.invalidate(self._con, late)
        ends = {(at + TOGETHER_US) // HOUR_US for at in late}
        self._miss(*{at // HOUR_US for at in late}, *(hour for hour in ends if hour < listed_to))

    def look_again(self) -> None:
        """What is known of names, or whose a client is, has changed: hours that held may hold no longer."""
        self._miss()
        self._listed_to = None

    def step(self, now_us: int) -> bool:
        """Do a little of what is due; whether there was any. Raises sqlite3.Error, and begins anew after it."""
        try:
            self._list_missing(now_us)
            if self._sum is None:
                # Hours that are not over, or that a clock which was ahead has written, stay until they are.
                due = bisect_left(self._missing, (now_us - GRACE_US) // HOUR_US)
                if not due:
                    return False
                hour = self._missing.pop(due - 1)
                whole = not rollup_tables.holds(self._con, HOURS, hour)
                self._sum = _HourSum(self._con, hour, whole)
            if self._sum.read():
                self._write(self._sum)
                self._sum = None
        except sqlite3.Error:
            self.look_again()
            raise
        return True

    def _miss(self, *hours: int) -> None:
        """Do these again, and what was begun."""
        self._missing = sorted({*self._missing, *hours, *([self._sum.hour] if self._sum else [])})
        self._sum = None

    def _list_missing(self, now_us: int) -> None:
        """Find hours that are over but do not hold. The first of the log is left to its records: they are going."""
        over, purges = (now_us - GRACE_US) // HOUR_US, _purges(self._con)
        if purges != self._purges:  # ids have changed, or records another owner, and hours may hold no longer
            self._purges = purges
            self.look_again()
        if self._listed_to is not None and over < self._listed_to - MAX_BACK:
            self._listed_to = None  # the clock was ahead
        if self._listed_to is not None and over <= self._listed_to:
            return
        oldest, newest = self._con.execute(rollup_tables.ENDS).fetchone()
        if oldest is None:
            return
        begin = max(oldest // HOUR_US + 1, self._listed_to or 0)
        over = min(over, newest // HOUR_US + 1)
        if over < begin:
            return  # the log has only just begun: the hour that is not over yet has no late rows
        both = "SELECT block FROM rolled WHERE level IN (0, 2) AND block >= ? GROUP BY block HAVING count(*) = 2"
        rolled = self._con.execute(both, (begin,))
        missing = {*range(begin, over)} - {hour for (hour,) in rolled}
        self._missing = sorted({*self._missing, *missing} - ({self._sum.hour} if self._sum else set()))
        self._listed_to = max(over, self._listed_to or 0)

    def _write(self, done: "_HourSum") -> None:
        with transaction(self._con):
            oldest = self._con.execute("SELECT min(time_us) FROM records").fetchone()[0]
            if oldest is None or oldest >= done.hour * HOUR_US:
                return  # its records are going
            if _purges(self._con) != done.purges:
                self._missing.append(done.hour)
                return
            if done.whole:
                rollup_tables.put(self._con, HOURS, done.hour, done.counts().items() if done.kept else (), done.kept)
                rollup_tables.put_day(self._con, done.hour // 24)
            known = done.known().items() if done.kept else ()
            rollup_tables.put_known(self._con, KNOWN_HOURS, done.hour, known, done.kept)
            rollup_tables.put_known_day(self._con, done.hour // 24)


class _HourSum:
    """An hour as far as it is added up; where not `whole`, only what is known of names."""

    def __init__(self, con: sqlite3.Connection, hour: int, whole: bool) -> None:
        self.hour, self.whole = hour, whole
        self.purges = _purges(con)  # ids mean something else after the next
        self._con = con
        self._at_us = hour * HOUR_US
        self._begun: Counter[tuple[int, int, int]] = Counter()  # groups: of the queries that begin a look-up …
        self._others: Counter[tuple[int, int, int]] = Counter()  # … and of those that do not
        self._kinds: dict[int, int] = {}  # of outcomes, and their verdicts
        self._verdicts: dict[int, int] = {}
        self._counts: dict[int, Counts] = {}
        self._walk = LogWalk(con, self._at_us)
        self._companies: dict[int, int] = {}  # of names, 0 for none
        self._trackers = interning.companies_of_kind(con, Kind.TRACKING)
        self._tracked = set[int]()  # names
        self._moments: dict[int, Section] = {}  # of each client
        self._tracking: dict[int, Section] = {}  # the same of names that track

    @property
    def kept(self) -> bool:
        """False when there is too much of a variety in it."""
        return len(self._begun) + len(self._others) <= MAX_GROUPS

    def read(self) -> bool:
        """Count the next STEP_ROWS rows; whether that was all."""
        rows = self._con.execute(_STEP, (self._at_us, (self.hour + 1) * HOUR_US, STEP_ROWS)).fetchall()
        self._learn(rows)
        begun, others = self._walk.split(rows)
        self._begun.update(map(group_of, begun))
        self._others.update(map(group_of, others))
        tracked = self._tracked
        self._add_moments([row for row in rows if row[1] in tracked], self._tracking)
        if self.whole:
            self._add_durations(rows)
            self._add_moments(rows, self._moments)
        if len(rows) < STEP_ROWS or not self.kept:
            return True
        self._at_us = rows[-1][4] + 1
        return False

    def counts(self) -> dict[int, Counts]:
        """Client id → sums, HOUSE → those of all; once."""
        kinds, parts = self._kinds, {client: (part.kinds, part.names) for client, part in self._counts.items()}
        for groups in (self._begun, self._others):
            verdicts = map(self._verdicts.__getitem__, map(outcome_of, groups))
            keys = packed.keys(map(_name, groups), verdicts)
            for ((client, _, outcome), count), key in zip(groups.items(), keys, strict=True):
                of_kinds, of_names = parts[client]
                kind = kinds[outcome]
                of_kinds[kind] = of_kinds.get(kind, 0) + count
                of_names[key] = of_names.get(key, 0) + count
        house = Counts()
        for client, part in self._counts.items():
            part.moments = self._moments[client]
            counts.add(house.clients, packed.of_kinds(client, part.kinds.items()))
            house.add(part)
        return {HOUSE: house, **self._counts}

    def known(self) -> dict[int, Known]:
        """The same of what is known of names."""
        clients, house = self._by_company(), Known()
        for client, part in clients.items():
            part.tracking = self._tracking.get(client, part.tracking)
            numbers = packed.numbers(part.lookups)
            tracked = [key for key, n in zip(part.lookups, numbers, strict=True) if n in self._trackers]
            counts.add(house.trackers, packed.of_one(client, ((key, part.lookups[key]) for key in tracked)))
            house.add(part)
        return {HOUSE: house, **clients}

    def _by_company(self) -> dict[int, Known]:
        """Client id → companies and look-ups."""
        clients = {client: Known() for client in {group[0] for group in chain(self._begun, self._others)}}
        for groups in (self._begun, self._others):
            companies = map(self._companies.__getitem__, map(_name, groups))
            keys = packed.keys(companies, map(self._verdicts.__getitem__, map(outcome_of, groups)))
            lookups = groups is self._begun
            sections = {client: known.lookups if lookups else known.companies for client, known in clients.items()}
            for ((client, _, _), count), key in zip(groups.items(), keys, strict=True):
                section = sections[client]
                section[key] = section.get(key, 0) + count
        for known in clients.values():
            counts.add(known.companies, known.lookups.items())
        return clients

    def _learn(self, rows: list[LogRow]) -> None:
        """Whose the names are, and what of the outcomes is counted."""
        if new := set(map(_name, rows)) - self._companies.keys():
            companies = interning.companies(self._con, new)
            self._companies.update((name, companies.get(name, 0)) for name in new)
            self._tracked.update(name for name, company in companies.items() if company in self._trackers)
        outcomes = set(map(outcome_of, rows))
        self._walk.meet(outcomes)
        kinds = interning.kinds(self._con, outcomes - self._kinds.keys())
        self._kinds.update(kinds)
        self._verdicts.update((outcome, packed.verdict_of(kind)) for outcome, kind in kinds.items())

    def _add_durations(self, rows: list[LogRow]) -> None:
        cuts: dict[int, int] = {}
        for (client, duration), count in Counter(map(_duration, rows)).items():
            part = self._counts.get(client)
            if part is None:
                part = self._counts[client] = Counts()
            part.total_us += duration * count
            cut = cuts.get(duration)
            if cut is None:
                cut = cuts[duration] = counts.rounded(duration)
            part.durations[cut] = part.durations.get(cut, 0) + count

    def _add_moments(self, rows: list[LogRow], of_clients: dict[int, Section]) -> None:
        start, verdicts = 0, self._verdicts
        while start < len(rows):
            minute_us = rows[start][4] - rows[start][4] % MINUTE_US
            end = bisect_left(rows, minute_us + MINUTE_US, start, key=_time)
            minute = minute_us % HOUR_US // MINUTE_US
            key_of = packed.keys_of(minute)  # by verdict
            for (client, outcome), count in Counter(map(_source, rows[start:end])).items():
                moments = of_clients.get(client)
                if moments is None:
                    moments = of_clients[client] = {}
                key = key_of[verdicts[outcome]]
                moments[key] = moments.get(key, 0) + count
            start = end


def _purges(con: sqlite3.Connection) -> int:
    return int(con.execute("SELECT value FROM marks WHERE key = 'names_purged'").fetchone()[0])
