# SPDX-License-Identifier: GPL-3.0-or-later
"""What an hour or a day adds up to, by device and name, as columns (evidence.base.columns), and what it says. Pure.

    devices   device id · how many names it asked for · how many steps of beats are its own
    sums      by device, then name: name id less the one before · outcome · queries · look-ups · first second ·
              seconds from the first to the last query; of those that are MIXED: blocked, answered, failed

Seconds are those since the block began. A day also has the whole home as a device, so that a month is read quickly.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from evidence.base import columns

HOME = 0xFFFF_FFFF  # in place of a device id: of all devices
ANSWERED, BLOCKED, FAILED, MIXED = range(4)  # what all queries of a pair came to; MIXED: they did not come to one thing


class Sums(NamedTuple):
    """What one device asked for one name in a block."""

    device: int
    name: int
    queries: int
    lookups: int
    blocked: int
    answered: int
    failed: int
    first: int
    span: int


def pack(rows: Sequence[Sums], steps: Sequence[int]) -> tuple[bytes, bytes]:
    """devices and sums of rows by device and name, each once; `steps`: of each row, those of its beats."""
    devices: dict[int, list[int]] = {}
    deltas, before = [], (-1, 0)
    for row, count in zip(rows, steps, strict=True):
        of_device = devices.setdefault(row.device, [0, 0])
        of_device[0] += 1
        of_device[1] += count
        deltas.append(row.name - (before[1] if before[0] == row.device else 0))
        before = (row.device, row.name)
    outcomes = [_outcome(row) for row in rows]
    mixed = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome == MIXED]
    counts = ([of_device[field] for of_device in devices.values()] for field in range(2))
    sums = ([row[field] for row in rows] for field in (2, 3, 7, 8))
    came_to = ([row[field] for row in mixed] for field in (4, 5, 6))
    return columns.pack(devices, *counts), columns.pack(deltas, outcomes, *sums, *came_to)


class SumBlock:
    """One block, unpacked: columns by place, and where each device's places are."""

    __slots__ = (
        "_answered", "_blocked", "_deltas", "_failed", "_mixed", "firsts", "home", "lookups", "outcomes", "places",
        "queries", "spans", "steps_before",
    )  # fmt: skip

    def __init__(self, devices: bytes, sums: bytes) -> None:
        """Raises CorruptDatabase."""
        ids, counts, steps = columns.unpack(devices)
        ends, steps_ends = list(accumulate(counts)), list(accumulate(steps))
        starts = [end - count for end, count in zip(ends, counts, strict=True)]
        self.places = {device: range(start, end) for device, start, end in zip(ids, starts, ends, strict=True)}
        self.home = self.places.pop(HOME, None)  # None: hours have none
        before = (end - count for end, count in zip(steps_ends, steps, strict=True))
        self.steps_before = dict(zip(ids, before, strict=True))
        (self._deltas, outcomes, self.queries, self.lookups, self.firsts, self.spans,
         self._blocked, self._answered, self._failed) = columns.unpack(sums)  # fmt: skip
        self.outcomes = outcomes.tobytes()
        self._mixed: dict[int, int] | None = None

    def names(self, device: int) -> list[int]:
        """The name ids of a device, by place; ascending."""
        return self.names_at(self.places.get(device, range(0)))

    def names_at(self, places: range) -> list[int]:
        """The same of all places of a device, or of the home."""
        return list(accumulate(self._deltas[places.start : places.stop]))

    def mixed_places(self, within: range) -> Iterator[int]:
        """The places whose outcome is MIXED."""
        return _places_of(self.outcomes, MIXED, within.start, within.stop)

    def mixed(self, place: int) -> tuple[int, int, int]:
        """blocked, answered and failed of a place whose outcome is MIXED."""
        if self._mixed is None:
            self._mixed = {at: number for number, at in enumerate(self.mixed_places(range(len(self.outcomes))))}
        number = self._mixed[place]
        return self._blocked[number], self._answered[number], self._failed[number]

    def of(self, device: int, names: set[int] | None = None) -> Iterator[Sums]:
        """A device's rows: all, or those of these names."""
        for place, name in zip(self.places.get(device, ()), self.names(device), strict=True):
            if names is None or name in names:
                yield self.row(device, name, place)

    def row(self, device: int, name: int, place: int) -> Sums:
        queries, outcome = self.queries[place], self.outcomes[place]
        came_to = self.mixed(place) if outcome == MIXED else (
            queries * (outcome == BLOCKED), queries * (outcome == ANSWERED), queries * (outcome == FAILED)
        )  # fmt: skip
        return Sums(device, name, queries, self.lookups[place], *came_to, self.firsts[place], self.spans[place])


def names_of_devices(devices: bytes) -> dict[int, int]:
    """Device → how many names it asked for. Raises CorruptDatabase."""
    ids, counts, _ = columns.unpack(devices)
    return dict(zip(ids, counts, strict=True))


def added(
    parts: Iterable[tuple[int, SumBlock]], device: int | None = None, names: set[int] | None = None
) -> list[Sums]:
    """Blocks as one, by device and name; each with the second at which it begins in that one.

    All, or of this device or these names alone.
    """
    total: dict[tuple[int, int], array[int]] = {}
    for begins, block in parts:
        for whose in block.places if device is None else block.places.keys() & {device}:
            for row in block.of(whose, names):
                last = begins + row.first + row.span
                sums = total.get(row[:2])
                if sums is None:
                    total[row[:2]] = array("Q", (*row[2:7], begins + row.first, last))
                    continue
                for field in range(5):
                    sums[field] += row[2 + field]
                sums[5], sums[6] = min(sums[5], begins + row.first), max(sums[6], last)
    return [
        Sums(*key, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6] - sums[5])
        for key, sums in sorted(total.items())
    ]


def of_home(rows: Sequence[Sums]) -> list[Sums]:
    """The same rows of the whole home, by name."""
    total: dict[int, list[int]] = {}
    for row in rows:
        last = row.first + row.span
        sums = total.setdefault(row.name, [0, 0, 0, 0, 0, row.first, last])
        for field in range(5):
            sums[field] += row[2 + field]
        sums[5], sums[6] = min(sums[5], row.first), max(sums[6], last)
    return [
        Sums(HOME, name, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6] - sums[5])
        for name, sums in sorted(total.items())
    ]


def _outcome(row: Sums) -> int:
    for outcome, count in ((ANSWERED, row.answered), (BLOCKED, row.blocked), (FAILED, row.failed)):
        if count == row.queries:
            return outcome
    return MIXED


def _places_of(outcomes: bytes, wanted: int, start: int, stop: int) -> Iterator[int]:
    at = outcomes.find(wanted, start, stop)
    while at >= 0:
        yield at
        at = outcomes.find(wanted, at + 1, stop)
