# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows of the log, in the order of time, to what a device asked for in an idle test. Pure.

    rows ─► Tally.add ─► by name: counts, times ─► result (whose each is, its beat)
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from blocklists.whose.facts import Facts
from evidence.base.log_hours import SECOND_US
from evidence.idle_test import idle_beat
from evidence.idle_test.idle_test import IdleTest
from evidence.idle_test.result import Counts, Limits, NameAsked, TestResult, total
from store.log.records import ANSWERED, FAILED, Verdict
from store.sums.lookups import ADDRESS_WORDS, Walk

MAX_NAMES = 5_000  # a device of a busy day has a thousand; of more the sum is kept
MAX_LEFT_OUT = 100_000  # of those that are told apart; a device that makes names up has no end of them
MAX_TIMES = 3_000  # of one name: every half a minute of a whole day
MAX_LISTS = 5  # titles of one name


class AskedRow(NamedTuple):
    """A query of the device. `verdict` as it counts (records.counted); list_title of what blocked it, or ""."""

    time_us: int
    client: str
    name: str
    type: str
    verdict: int
    list_title: str


@dataclass(slots=True)
class NameSum:
    """What a tally has of one name: counts without and with blocking, and when its look-ups began (µs)."""

    first_us: int
    last_us: int = 0
    unblocked: list[int] = field(default_factory=lambda: [0] * 8)
    blocked: list[int] = field(default_factory=lambda: [0] * 8)
    lists: tuple[str, ...] = ()
    times_us: list[int] = field(default_factory=list)

    @property
    def counts(self) -> Counts:
        return Counts(*map(sum, zip(self.unblocked, self.blocked, strict=True)))


class Tally:
    """The rows of one device from `from_us` on; before `unblocked_us` blocking is paused for it. Bounded."""

    def __init__(self, from_us: int, unblocked_us: int | None) -> None:
        self._from_us, self._unblocked_us = from_us, unblocked_us or 0
        self.names: dict[str, NameSum] = {}
        self.rest = [[0] * 8, [0] * 8]  # of names that are not kept, or beyond MAX_NAMES: without blocking, and with it
        self.left_out: set[int] = set()
        self._walk = Walk[str, str]({}, ADDRESS_WORDS, 2 * MAX_NAMES)

    def add(self, row: AskedRow) -> None:
        """The next row. Of one before the start only whether its look-up goes on counts."""
        begins = bool(self._walk.split([(0, row.name, row.type, 0, row.time_us)])[0])
        if row.time_us < self._from_us:
            return
        summed = self.names.get(row.name)
        if summed is None:
            if not row.name or len(self.names) >= MAX_NAMES:
                if row.name and len(self.left_out) < MAX_LEFT_OUT:
                    self.left_out.add(hash(row.name))
                _count(self.rest[row.time_us >= self._unblocked_us], row.verdict, begins)
                return
            summed = self.names[row.name] = NameSum(row.time_us)
        summed.last_us = row.time_us
        _count(summed.blocked if row.time_us >= self._unblocked_us else summed.unblocked, row.verdict, begins)
        if begins and len(summed.times_us) < MAX_TIMES:
            summed.times_us.append(row.time_us)
        if row.list_title and row.list_title not in summed.lists and len(summed.lists) < MAX_LISTS:
            summed.lists = (*summed.lists, row.list_title)

    def fork(self) -> Tally:
        """A copy that can be added to by itself."""
        copy = Tally(self._from_us, self._unblocked_us)
        copy.names = {
            name: replace(summed, unblocked=summed.unblocked[:], blocked=summed.blocked[:], times_us=summed.times_us[:])
            for name, summed in self.names.items()
        }
        copy.rest, copy.left_out = [self.rest[0][:], self.rest[1][:]], set(self.left_out)
        copy._walk = self._walk.fork()
        return copy


def result_of(
    test: IdleTest, rows: Iterable[AskedRow], facts: Facts, limits: Limits, computed_us: int, utc_offset_s: int = 0
) -> TestResult:
    """The result of a test from all its rows, and those of the second before it, in the order of time."""
    tally = Tally(test.from_us, test.unblocked_us)
    for row in rows:
        tally.add(row)
    return result(test, tally, facts, limits, computed_us, utc_offset_s)


def result(
    test: IdleTest, tally: Tally, facts: Facts, limits: Limits, computed_us: int, utc_offset_s: int = 0,
    beats: bool = True,
) -> TestResult:  # fmt: skip
    """The same of a tally; `beats`: whether to look for them, which takes a while."""
    names = [_asked(test, name, each, facts, utc_offset_s, beats) for name, each in tally.names.items()]
    names.sort(key=lambda each: (-each.counts.lookups, -each.counts.queries, each.name))
    rest = Counts(*tally.rest[0])
    return TestResult(
        test.id, test.device_id, test.device, test.title, test.from_us, test.to_us, test.unblocked_us, test.stopped,
        computed_us, facts.version, total([*(each.counts for each in names), rest, Counts(*tally.rest[1])]),
        total([*(each.unblocked for each in names), rest]), tuple(names), len(tally.left_out), limits,
    )  # fmt: skip


def utc_offset_of(time_us: int) -> int:
    """Seconds by which the home's clock is ahead of UTC then."""
    return time.localtime(time_us // SECOND_US).tm_gmtoff


# Of a verdict: the places of what it counts as, of queries and of look-ups, in Counts.
_PLACES: Mapping[int, tuple[int, int]] = {
    int(Verdict.BLOCK): (1, 5), FAILED: (3, 7), **{int(verdict): (2, 6) for verdict in ANSWERED},
}  # fmt: skip


def _count(counts: list[int], verdict: int, begins: bool) -> None:
    counts[0] += 1
    counts[4] += begins
    places = _PLACES.get(verdict)
    if places:
        counts[places[0]] += 1
        counts[places[1]] += begins


def _asked(test: IdleTest, name: str, summed: NameSum, facts: Facts, utc_offset_s: int, beats: bool) -> NameAsked:
    whose = facts.of(name)
    beat = idle_beat.beat_of([at / SECOND_US for at in summed.times_us], utc_offset_s) if beats else None
    return NameAsked(
        name, whose.company, whose.product, whose.purpose, whose.kind, whose.country, whose.source, summed.counts,
        Counts(*summed.unblocked), summed.first_us, summed.last_us, beat, summed.lists,
        tuple((at - test.from_us) // SECOND_US for at in summed.times_us),
    )  # fmt: skip
