# SPDX-License-Identifier: GPL-3.0-or-later
"""The very same things among many, and a number for each: so a batch of records says of its rows which key they have.

A key comes from a memo, so that whoever asks for a name again has the same one; to compare two by what they hold would
cost a worker more than to answer the query. Where there is a compiler, identities.pyx beside this file takes its place
(`native`): what a dict of `id`s takes 0.17 µs for takes 0.011 there, one thing after the other.
"""

from __future__ import annotations

from array import array
from itertools import count
from typing import TypeVar

from store.log.batches import NUMBERS

T = TypeVar("T")


def numbered(things: list[T]) -> tuple[list[T], array[int]]:
    """The different ones in their order, and for each thing its number among them. Equal ones are different.

    Raises OverflowError where they are more than 65,536.
    """
    ids = list(map(id, things))
    of_id = dict(zip(ids, things, strict=True))
    places = dict(zip(of_id, count()))
    return list(of_id.values()), array(NUMBERS, list(map(places.__getitem__, ids)))
