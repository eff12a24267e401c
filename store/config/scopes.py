# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom something holds for: the house, a group or a device, as text (`house`, `group:1`, `device:3`) and in columns."""

from collections.abc import Iterable
from typing import NamedTuple, Self

from store.base.sentences import say
from store.config.choices import ScopeKind, either

# What people may write, for help and descriptions.
HINT = either([ScopeKind.HOUSE, f"{ScopeKind.GROUP}:ID", f"{ScopeKind.DEVICE}:ID"])
MAX_DIGITS = 12  # of an id; ids of ours stay below 2^31
_ORDER = {kind: place for place, kind in enumerate(ScopeKind)}


class Scope(NamedTuple):
    """As the columns `scope_kind` and `scope_id` hold it; `number` is the id of a group or device, 0 for the house."""

    kind: ScopeKind
    number: int

    def __str__(self) -> str:
        return self.kind if self.kind == ScopeKind.HOUSE else f"{self.kind}:{self.number}"

    @classmethod
    def of_row(cls, kind: str, number: int) -> Self:
        """The scope that two columns hold."""
        return cls(ScopeKind(kind), number)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError with a sentence."""
        kind, _, number = text.partition(":")
        if text == ScopeKind.HOUSE:
            return cls(ScopeKind.HOUSE, 0)
        digits = number.isascii() and number.isdigit() and len(number) <= MAX_DIGITS
        if kind in (ScopeKind.GROUP, ScopeKind.DEVICE) and digits and 0 < int(number) < 2**31:
            return cls(ScopeKind(kind), int(number))
        raise ValueError(say("'{text}' is no scope: write {hint}.", text=text, hint=HINT))


HOUSE = Scope(ScopeKind.HOUSE, 0)


def group(number: int) -> Scope:
    """The scope of a group."""
    return Scope(ScopeKind.GROUP, number)


def device(number: int) -> Scope:
    """The scope of a device."""
    return Scope(ScopeKind.DEVICE, number)


def in_order(named: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """(scope as text, what people call it): the house first, then groups and devices by name."""
    return sorted(named, key=lambda pair: (_ORDER[Scope.parse(pair[0]).kind], pair[1].casefold()))
