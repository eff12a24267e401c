# SPDX-License-Identifier: GPL-3.0-or-later
"""A block by parts of its names: what is made of its rows, hundreds of bytes each, is never there for all. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import merge
from itertools import groupby, repeat
from operator import itemgetter

from evidence.base.sum_block import SumBlock


def parts(block: SumBlock, most: int) -> Iterator[SumBlock]:
    """Blocks of `most` rows or some more, which share its columns; all rows of a name are in one of them, and names
    ascend. The block itself where it has no more.
    """
    if len(block.outcomes) <= most:
        yield block
        return
    begun = {device: places.start for device, places in block.places.items()}
    at, names = dict(begun), dict.fromkeys(begun, 0)
    befores, count = dict(names), 0
    rows = merge(*(zip(block.each_name_at(places), repeat(device)) for device, places in block.places.items()))
    for name, of_name in groupby(rows, itemgetter(0)):
        if count >= most:
            yield _part(block, begun, at, befores)
            begun, befores, count = dict(at), dict(names), 0
        for _, device in of_name:
            at[device] += 1
            names[device] = name
            count += 1
    yield _part(block, begun, at, befores)


def _part(block: SumBlock, begun: dict[int, int], at: dict[int, int], befores: dict[int, int]) -> SumBlock:
    places = {device: range(start, at[device]) for device, start in begun.items() if at[device] > start}
    return block.part(places, {device: befores[device] for device in places})
