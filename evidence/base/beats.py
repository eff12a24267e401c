# SPDX-License-Identifier: GPL-3.0-or-later
"""When the look-ups of an hour began, to the second, beside its sums (evidence.base.sum_block). Pure.

    by place   seconds from the first query to the first look-up · from the last look-up to the last query
    steps      of each pair with three look-ups or more: from one to the next, but for the last, which the sums tell
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from evidence.base import columns
from evidence.base.sum_block import SumBlock, Sums

MAX_BEATS = 240  # of an hour: what asks more often than every fifteen seconds is no beacon, and is not stored


def steps_of(lookups: int) -> int:
    """How many steps a pair with so many look-ups has."""
    return lookups - 2 if 2 < lookups <= MAX_BEATS else 0


class BeatsPacker:
    """Takes those of a row after the other, and holds no more of them than their columns."""

    __slots__ = ("_heads", "_steps", "_tails")

    def __init__(self) -> None:
        self._heads, self._tails, self._steps = array("H"), array("H"), array("H")

    def add(self, row: Sums, times: Sequence[int]) -> None:
        """`times`: the seconds of its look-ups since the hour began, ascending; () for too many."""
        self._heads.append(times[0] - row.first if times else 0)
        self._tails.append(row.first + row.span - times[-1] if len(times) > 1 else 0)
        self._steps.extend(later - earlier for earlier, later in pairwise(times[:-1]))

    def pack(self, tight: bool = True) -> bytes:
        return columns.pack(self._heads, self._tails, self._steps, tight=tight)


def pack(rows: Iterable[Sums], seconds: Iterable[Sequence[int]]) -> bytes:
    """`seconds`: of each row."""
    packer = BeatsPacker()
    for row, times in zip(rows, seconds, strict=True):
        packer.add(row, times)
    return packer.pack()


class Beats:
    """Those of one hour, unpacked."""

    __slots__ = ("_block", "_heads", "_steps", "_tails")

    def __init__(self, block: SumBlock, packed: bytes) -> None:
        """Raises CorruptDatabase."""
        self._block = block
        self._heads, self._tails, self._steps = columns.unpack(packed)

    def of_name(self, device: int, name: int) -> list[int] | None:
        """The seconds of one pair, since the hour began; None: there are too many of them."""
        names = self._block.names(device)
        if name not in names:
            return []
        place = self._block.places[device].start + names.index(name)
        before = self._block.lookups[self._block.places[device].start : place]
        return self._at(place, self._block.steps_before[device] + sum(map(steps_of, before)))

    def of_device(self, device: int, names: Mapping[int, object]) -> Iterator[tuple[int, list[int]]]:
        """(name id, seconds) of each of these names that the device asked for; nothing of those with too many."""
        block = self._block
        at = block.steps_before.get(device, 0)
        for place, name in zip(block.places.get(device, ()), block.names(device), strict=True):
            lookups = block.lookups[place]
            if name in names and (seconds := self._at(place, at)):
                yield name, seconds
            if 2 < lookups <= MAX_BEATS:
                at += lookups - 2

    def series(self, device: int) -> Iterator[Sequence[int]]:
        """The seconds of each name that the device asked for, by place; () where there are too many, or none."""
        at = self._block.steps_before.get(device, 0)
        for place in self._block.places.get(device, ()):
            yield self._at(place, at) or ()
            at += steps_of(self._block.lookups[place])

    def _at(self, place: int, steps_at: int) -> list[int] | None:
        lookups, first = self._block.lookups[place], self._block.firsts[place]
        if not lookups or lookups > MAX_BEATS:
            return None if lookups else []
        begun = first + self._heads[place]
        if lookups == 1:
            return [begun]
        last = first + self._block.spans[place] - self._tails[place]
        return [*accumulate(self._steps[steps_at : steps_at + lookups - 2], initial=begun), last]
