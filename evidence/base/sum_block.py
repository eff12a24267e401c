# SPDX-License-Identifier: GPL-3.0-or-later
"""What an hour or a day adds up to, by device and name, as columns (evidence.base.columns), and what it says. Pure.

    devices   device id · how many names it asked for · how many steps of beats are its own; of a day also the columns
              of sums of the whole home by name, and which devices asked: bit 0 is the first device
    sums      by device, then name: name id less the one before · outcome · queries · look-ups · first second ·
              seconds from the first to the last query; of those that are MIXED: blocked, answered, failed

Seconds are those since the block began. With the whole home beside the devices a month is read quickly.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from evidence.base import columns

HOME = -1  # in place of a device id: of all devices
MAX_MASKED = 64  # devices, bits of a mask; a home of more has no sums of its own
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


def pack(rows: Sequence[Sums], steps: Sequence[int], with_home: bool = False) -> tuple[bytes, bytes]:
    """devices and sums of rows by device and name, each once; `steps`: of each row, those of its beats."""
    devices: dict[int, list[int]] = {}
    for row, count in zip(rows, steps, strict=True):
        of_device = devices.setdefault(row.device, [0, 0])
        of_device[0] += 1
        of_device[1] += count
    counts = ([of_device[field] for of_device in devices.values()] for field in range(2))
    of_home = _of_home(rows, list(devices)) if with_home and len(devices) <= MAX_MASKED else []
    # Hours are most of the file; a page over a month reads thirty days, and a few hours at both ends.
    return columns.pack(devices, *counts, *of_home), columns.pack(*_columns(rows), tight=not with_home)


def _columns(rows: Sequence[Sums]) -> Iterator[Iterable[int]]:
    """Those of `sums`."""
    deltas, before = [], (0, 0)
    for row in rows:
        deltas.append(row.name - (before[1] if before[0] == row.device else 0))
        before = (row.device, row.name)
    outcomes = [_outcome(row) for row in rows]
    mixed = [row for row, outcome in zip(rows, outcomes, strict=True) if outcome == MIXED]
    yield from (deltas, outcomes)
    yield from ([row[field] for row in rows] for field in (2, 3, 7, 8))
    yield from ([row[field] for row in mixed] for field in (4, 5, 6))


class SumBlock:
    """One block, unpacked: columns by place, and where each device's places are."""

    __slots__ = (
        "_answered", "_blocked", "_deltas", "_failed", "_mixed", "firsts", "lookups", "outcomes", "places", "queries",
        "spans", "steps_before",
    )  # fmt: skip

    def __init__(self, devices: bytes, sums: bytes) -> None:
        """Raises CorruptDatabase."""
        ids, counts, steps = columns.unpack(devices)[:3]
        ends, steps_ends = list(accumulate(counts)), list(accumulate(steps))
        starts = [end - count for end, count in zip(ends, counts, strict=True)]
        self.places = {device: range(start, end) for device, start, end in zip(ids, starts, ends, strict=True)}
        before = (end - count for end, count in zip(steps_ends, steps, strict=True))
        self.steps_before = dict(zip(ids, before, strict=True))
        self._take(columns.unpack(sums))

    def _take(self, sums: Sequence[array[int]]) -> None:
        (self._deltas, outcomes, self.queries, self.lookups, self.firsts, self.spans,
         self._blocked, self._answered, self._failed) = sums  # fmt: skip
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


class HomeBlock(SumBlock):
    """The sums of a whole home over a day, as those of the one device HOME; and who asked."""

    __slots__ = ("devices", "masks")

    def __init__(self, heads: Sequence[array[int]]) -> None:
        self.devices, self.masks = list(heads[0]), heads[-1]
        self.places, self.steps_before = {HOME: range(len(self.masks))}, {HOME: 0}
        self._take(heads[3:-1])


def home(devices: bytes) -> HomeBlock | None:
    """None: it is not in. Raises CorruptDatabase."""
    heads = columns.unpack(devices)
    return HomeBlock(heads) if len(heads) > 3 else None


def names_of_devices(devices: bytes) -> dict[int, int]:
    """Device → how many names it asked for. Raises CorruptDatabase."""
    ids, counts = columns.unpack(devices)[:2]
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


def _of_home(rows: Sequence[Sums], devices: Sequence[int]) -> list[Iterable[int]]:
    """The columns of the whole home, by name, and the masks of who asked."""
    bit_of = {device: 1 << place for place, device in enumerate(devices)}
    total: dict[int, list[int]] = {}
    for row in rows:
        last = row.first + row.span
        sums = total.setdefault(row.name, [0, 0, 0, 0, 0, row.first, last, 0])
        for field in range(5):
            sums[field] += row[2 + field]
        sums[5], sums[6], sums[7] = min(sums[5], row.first), max(sums[6], last), sums[7] | bit_of[row.device]
    names = sorted(total)
    of_home = [
        Sums(HOME, name, queries, lookups, blocked, answered, failed, first, last - first)
        for name in names for queries, lookups, blocked, answered, failed, first, last, _ in [total[name]]
    ]  # fmt: skip
    return [*_columns(of_home), [total[name][7] for name in names]]


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
