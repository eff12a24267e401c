# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of a policy, as those of the scopes that it is made of: what thousands of devices share is there once."""

import heapq
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from store.household.policy_values import Rule

_BY_ID = attrgetter("id")


class LayeredRules(Sequence["Rule"]):
    """Rules by id, of several scopes that each have some, also by id. Equal to any sequence of the same rules."""

    __slots__ = ("layers",)

    def __init__(self, layers: "tuple[tuple[Rule, ...], ...]") -> None:
        self.layers = layers

    def __len__(self) -> int:
        return sum(map(len, self.layers))

    def __iter__(self) -> "Iterator[Rule]":
        return heapq.merge(*self.layers, key=_BY_ID)

    @overload
    def __getitem__(self, at: int) -> "Rule": ...
    @overload
    def __getitem__(self, at: slice) -> "Sequence[Rule]": ...
    def __getitem__(self, at: int | slice) -> "Rule | Sequence[Rule]":
        return tuple(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))
