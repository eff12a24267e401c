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
MAX_ASKED = 60_000  # pairs, of which is counted at once what they did; a busy home's week has half as many; 10 MB
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
    """What a device asked for in so many hours that it may be a beat, the steadiest first. Raises as `find`.

    Names that come up and go, of which there may be any number, are not held beside those that stay.
    """
    asked = _asked(con, since_hour)
    ranks = _ranks(asked) if asked is not None else []
    often = _often(con, since_hour) if asked is None else []
    for start in range(0, len(often), MAX_ASKED):
        part = _asked(con, since_hour, set(often[start : start + MAX_ASKED]))
        ranks = sorted(ranks + _ranks(part or {}))[:MAX_PAIRS]
    return [(device, name) for _, _, device, name in ranks]


_Asked = dict[int, dict[int, int]]
"""By device and name: look-ups and hours, in one number, as there are many"""


def _asked(con: sqlite3.Connection, since_hour: int, names: set[int] | None = None) -> _Asked | None:
    """Of these names; of all, but None where that are more than may be held."""
    asked: _Asked = {}
    for piece in hours_table.pieces(con, since_hour, _AFTER_ALL, days=False):
        block = hours_table.block(con, piece)
        if names is None and sum(map(len, asked.values())) + len(block.outcomes) > MAX_ASKED:
            return None
        for device in filter(None, block.places):
            of_device, places = asked.setdefault(device, {}), block.places[device]
            lookups = block.lookups[places.start : places.stop]
            for name, count in zip(block.each_name_at(places), lookups, strict=True):
                if names is None or name in names:
                    of_device[name] = of_device.get(name, 0) + (count << _HOUR_BITS) + 1
    return asked


def _ranks(asked: _Asked) -> list[tuple[int, int, int, int]]:
    """Hours and look-ups, the most first, device and name of those that may be a beat."""
    return sorted(
        (-(count & _HOURS), -(count >> _HOUR_BITS), device, name)
        for device, of_device in asked.items()
        for name, count in of_device.items()
        if count & _HOURS >= LEAST_HOURS and count >> _HOUR_BITS > LEAST_INTERVALS
    )[:MAX_PAIRS]


def _often(con: sqlite3.Connection, since_hour: int) -> list[int]:
    """The names that came up so often, once for each hour and device, that one of these may be a beat."""
    counts = bytearray()
    for piece in hours_table.pieces(con, since_hour, _AFTER_ALL, days=False):
        block = hours_table.block(con, piece)
        for device in filter(None, block.places):
            names = block.names(device)
            counts.extend(bytes(max(0, names[-1] + 1 - len(counts))))
            for name in names:
                if counts[name] < LEAST_HOURS:
                    counts[name] += 1
    return [name for name, count in enumerate(counts) if count == LEAST_HOURS]


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
