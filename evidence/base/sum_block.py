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
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from heapq import merge
from itertools import accumulate, groupby, islice
from operator import itemgetter
from typing import NamedTuple, Self

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


class Packer:
    """Takes rows by device and name, each once, and holds no more of them than their columns."""

    __slots__ = ("_before", "_columns", "_devices")

    def __init__(self) -> None:
        self._devices: dict[int, list[int]] = {}  # → how many names, how many steps
        self._columns = [array("B") for _ in range(9)]
        self._before = (0, 0)

    def add(self, row: Sums, steps: int = 0) -> None:
        """`steps`: those of its beats."""
        of_device = self._devices.setdefault(row.device, [0, 0])
        of_device[0] += 1
        of_device[1] += steps
        outcome = _outcome(row)
        delta = row.name - (self._before[1] if self._before[0] == row.device else 0)
        self._before = (row.device, row.name)
        values: tuple[int, ...] = (delta, outcome, row.queries, row.lookups, row.first, row.span)
        if outcome == MIXED:
            values += (row.blocked, row.answered, row.failed)
        columns.append(self._columns, values)

    def pack(self, tight: bool = True) -> tuple[bytes, bytes]:
        """devices and sums."""
        return columns.pack(*self.heads()), columns.pack(*self._columns, tight=tight)

    def pack_day(self) -> tuple[bytes, bytes]:
        """The same with the sums of the whole home. A page over a month reads thirty days, and a few hours at both
        ends: those are most of the file, and no day is packed as tight.
        """
        devices, sums = self.pack(tight=False)
        if len(self._devices) <= MAX_MASKED:
            self._columns.clear()  # they are in the block now
            devices = columns.pack(*self.heads(), *_of_home(SumBlock(devices, sums)))
        return devices, sums

    def heads(self) -> list[Iterable[int]]:
        counts = self._devices.values()
        return [self._devices, *([each[field] for each in counts] for field in range(2))]

    def columns(self) -> list[array[int]]:
        return self._columns


def pack(rows: Iterable[Sums], steps: Iterable[int], tight: bool = True) -> tuple[bytes, bytes]:
    """devices and sums of rows by device and name, each once; `steps`: of each row, those of its beats."""
    packer = Packer()
    for row, count in zip(rows, steps, strict=True):
        packer.add(row, count)
    return packer.pack(tight)


def pack_day(rows: Iterable[Sums]) -> tuple[bytes, bytes]:
    """The same of a day, with the sums of the whole home."""
    packer = Packer()
    for row in rows:
        packer.add(row)
    return packer.pack_day()


class SumBlock:
    """One block, unpacked: columns by place, and where each device's places are."""

    __slots__ = (
        "_answered", "_befores", "_blocked", "_deltas", "_failed", "_mixed", "firsts", "lookups", "outcomes", "places",
        "queries", "spans", "steps_before",
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
        self._mixed: array[int] | None = None
        self._befores: Mapping[int, int] = {}  # of a part: where a device's places begin → the name before

    def part(self, places: Mapping[int, range], befores: Mapping[int, int]) -> Self:
        """A block of some of its places alone, which shares the columns. `befores`: device → the name before them."""
        self._note_mixed()  # once for all parts
        part = copy(self)
        part.places = dict(places)
        part._befores = {places[device].start: name for device, name in befores.items()}
        return part

    def names(self, device: int) -> list[int]:
        """The name ids of a device, by place; ascending."""
        return self.names_at(self.places.get(device, range(0)))

    def names_at(self, places: range) -> list[int]:
        """The same of all places of a device, or of the home."""
        return list(self.each_name_at(places))

    def each_name_at(self, places: range) -> Iterator[int]:
        """The same, one after the other."""
        before = self._befores.get(places.start, 0)
        return islice(accumulate(self._deltas[places.start : places.stop], initial=before), 1, None)

    def mixed_places(self, within: range) -> Iterator[int]:
        """The places whose outcome is MIXED."""
        return _places_of(self.outcomes, MIXED, within.start, within.stop)

    def mixed(self, place: int) -> tuple[int, int, int]:
        """blocked, answered and failed of a place whose outcome is MIXED."""
        number = bisect_left(self._note_mixed(), place)
        return self._blocked[number], self._answered[number], self._failed[number]

    def _note_mixed(self) -> array[int]:
        if self._mixed is None:
            self._mixed = array("I", self.mixed_places(range(len(self.outcomes))))
        return self._mixed

    def of(self, device: int, names: set[int] | None = None) -> Iterator[Sums]:
        """A device's rows: all, or those of these names."""
        places = self.places.get(device, range(0))
        for place, name in zip(places, self.each_name_at(places), strict=True):
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

    __slots__ = ("_masks", "devices")

    def __init__(self, heads: Sequence[array[int]]) -> None:
        self.devices, self._masks = list(heads[0]), heads[-1]
        self.places, self.steps_before = {HOME: range(len(self._masks))}, {HOME: 0}
        self._take(heads[3:-1])

    @property
    def masks(self) -> array[int]:
        """Who asked, by place."""
        places = self.places[HOME]
        return self._masks[places.start : places.stop]


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
) -> Iterator[Sums]:
    """Blocks as one, by device and name; each with the second at which it begins in that one.

    All, or of this device or these names alone. Row by row: no more is in memory than the blocks.
    """
    blocks = list(parts)
    devices = {whose for _, block in blocks for whose in block.places}
    for whose in sorted(devices if device is None else devices & {device}):
        rows = merge(*(_later(block.of(whose, names), begins) for begins, block in blocks if whose in block.places))
        for (_, name), same in groupby(rows, itemgetter(0, 1)):
            yield _sum_of(whose, name, same)


def _later(rows: Iterable[Sums], begins: int) -> Iterator[Sums]:
    return (Sums(*row[:7], begins + row[7], row[8]) for row in rows)


def _sum_of(device: int, name: int, rows: Iterable[Sums]) -> Sums:
    """Rows as one of this device and name."""
    total = next(each := iter(rows))
    queries, lookups, blocked, answered, failed, first, span = total[2:]
    last = first + span
    for row in each:
        queries += row.queries
        lookups += row.lookups
        blocked += row.blocked
        answered += row.answered
        failed += row.failed
        first, last = min(first, row.first), max(last, row.first + row.span)
    return Sums(device, name, queries, lookups, blocked, answered, failed, first, last - first)


def _of_home(day: SumBlock) -> Iterator[Iterable[int]]:
    """The columns of the whole home, by name, and the masks of who asked."""
    bit_of = {device: 1 << place for place, device in enumerate(day.places)}
    packer, masks = Packer(), [array("B")]
    rows = merge(*(day.of(device) for device in day.places), key=itemgetter(1))
    for name, same in groupby(rows, itemgetter(1)):
        of_devices = list(same)
        packer.add(_sum_of(HOME, name, of_devices))
        columns.append(masks, (sum(bit_of[row.device] for row in of_devices),))
    return iter((*packer.columns(), *masks))


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
