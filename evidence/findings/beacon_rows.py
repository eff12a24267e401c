# SPDX-License-Identifier: GPL-3.0-or-later
"""What devices ask for at a beat, read from evidence.db: each device and name that was there for hours."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

from blocklists.whose.facts import Facts
from evidence.base import hours_table, name_ids
from evidence.base.exact_times import Moment, exact_us
from evidence.findings import beacons
from evidence.findings.beacons import LEAST_INTERVALS, RUN_SHARE, Beat
from evidence.findings.finding import Finding, FindingKind
from store.base.db import transaction
from store.log.rollup_tables import HOUR_US
from store.names.purpose import Kind

WINDOW_HOURS = 7 * 24  # a beat shows within days; of a change of it the older half is outweighed soon
MAX_PAIRS = 2_000  # of device and name, the steadiest first; 2 ms each, and 8 kB while they are judged
PART_PAIRS = 200  # whose look-ups are in memory at once, or those of one device: some 2 MB
LEAST_HOURS = int(RUN_SHARE * beacons.LEAST_SPAN)  # a run that counts has so many
QUIET = 0.5  # of a beat that is no tracking: clocks, updates and mail go at a beat in every home
_AFTER_ALL = 1 << 40  # an hour
_HOUR_BITS = 20  # no log has as many hours
_HOURS = (1 << _HOUR_BITS) - 1

Pair = tuple[int, int]
"""(device, name id)"""


def find(
    con: sqlite3.Connection, facts: Facts, now_us: int, is_public: Callable[[str], bool] = lambda name: True,
    log: sqlite3.Connection | None = None,
) -> Iterator[Finding]:  # fmt: skip
    """`is_public`: names that are worth a finding. Queries of devices that nobody knows are of many, and no series.

    first, last and count are of all hours that evidence.db has of the device and name; `log`: the query log, which
    tells first and last beyond the second. Raises sqlite3.Error and CorruptDatabase.
    """
    since = now_us // HOUR_US - WINDOW_HOURS
    with transaction(con, "DEFERRED"):
        pairs = steady(con, since)
        words = name_ids.words(con, {name for _, name in pairs})
        beats: dict[Pair, Beat] = {}
        for part in _parts([pair for pair in pairs if is_public(words[pair[1]])]):
            times = times_of(con, part, since)
            beats.update((pair, beat) for pair in part if (beat := beacons.beat_of(times[pair])))
        sums = _sums(con, beats)
    moments = (
        Moment(device, words[name], sums[device, name][last], last) for device, name in beats for last in (False, True)
    )
    exact = exact_us(log, moments)
    for (device, name), beat in beats.items():
        yield _finding(facts, device, words[name], beat, next(exact), next(exact), sums[device, name][2])


def steady(con: sqlite3.Connection, since_hour: int) -> list[Pair]:
    """What a device asked for in so many hours that it may be a beat, the steadiest first. Raises as `find`."""
    asked: dict[int, dict[int, int]] = {}  # by device and name: look-ups and hours, in one number, as there are many
    for piece in hours_table.pieces(con, since_hour, _AFTER_ALL, days=False):
        block = hours_table.block(con, piece)
        for device, places in block.places.items():
            if device:
                of_device = asked.setdefault(device, {})
                for name, lookups in zip(block.names(device), block.lookups[places.start : places.stop], strict=True):
                    of_device[name] = of_device.get(name, 0) + (lookups << _HOUR_BITS) + 1
    ranks = [
        (-(count & _HOURS), -(count >> _HOUR_BITS), device, name)
        for device, of_device in asked.items()
        for name, count in of_device.items()
        if count & _HOURS >= LEAST_HOURS and count >> _HOUR_BITS > LEAST_INTERVALS
    ]
    return [(device, name) for _, _, device, name in sorted(ranks)[:MAX_PAIRS]]


def _parts(pairs: Iterable[Pair]) -> Iterator[list[Pair]]:
    """By device, some hundreds at a time."""
    part: list[Pair] = []
    for _, of_device in groupby(sorted(pairs), key=itemgetter(0)):
        part += of_device
        if len(part) >= PART_PAIRS:
            yield part
            part = []
    if part:
        yield part


def times_of(con: sqlite3.Connection, pairs: Iterable[Pair], since_hour: int) -> dict[Pair, array[int]]:
    """The seconds of their look-ups, ascending. Of an hour with too many of them there are none. Raises as `find`."""
    times = {pair: array("I") for pair in pairs}
    names: dict[int, dict[int, array[int]]] = {}
    for (device, name), seconds in times.items():
        names.setdefault(device, {})[name] = seconds
    for piece in hours_table.pieces(con, since_hour, _AFTER_ALL, days=False):
        beats = hours_table.hour_beats(con, piece.hour)
        for device, of_device in names.items():
            for name, within in beats.of_device(device, of_device):
                of_device[name].extend(piece.begins_s + second for second in within)
    return times


def _sums(con: sqlite3.Connection, pairs: Iterable[Pair]) -> dict[Pair, list[int]]:
    """The first and the last second, and the look-ups, of all that evidence.db has."""
    names: dict[int, set[int]] = {}
    for device, name in pairs:
        names.setdefault(device, set()).add(name)
    sums: dict[Pair, list[int]] = {}
    for piece in hours_table.pieces(con, 0, _AFTER_ALL):
        block = hours_table.block(con, piece)
        for device, of_device in names.items():
            for row in block.of(device, of_device):
                sum_ = sums.setdefault((device, row.name), [piece.begins_s + row.first, 0, 0])
                sum_[1] = piece.begins_s + row.first + row.span
                sum_[2] += row.lookups
    return sums


def _finding(
    facts: Facts, device: int, name: str, beat: Beat, first_us: int, last_us: int, lookups: int
) -> Finding:
    whose = facts.of(name)
    confidence = beat.confidence * (1 if whose.kind is Kind.TRACKING else QUIET)
    return Finding(
        FindingKind.BEACON, device, whose.company, name, (name,), first_us, last_us, lookups,
        period_s=round(beat.period_s, 1), jitter=round(beat.jitter, 3), confidence=round(confidence, 2),
    )  # fmt: skip
