# SPDX-License-Identifier: GPL-3.0-or-later
"""A small table of names beside the compiled index: lists that ship with us and are off in nearly every home.

They are no bits of the compiled masks, so a query pays nothing for them while none is on: not a byte of a row, and no
longer walk for names below theirs. Their slots follow those of the index, so that a mask, a policy and an explanation
know no difference. Immutable; one is shared by all snapshots of a process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from blocklists.index.precedence import Match, match_of
from blocklists.rules.rule import Kind


@dataclass(frozen=True, slots=True)
class BesideList:
    """One list: its id, title and rules, which all block a name, alone or with all below it."""

    blocklist_id: str
    title: str
    rules: Sequence[tuple[Kind, str]]


class Beside:
    """The lists in their order, and which of them hold a name."""

    def __init__(self, lists: Sequence[BesideList]) -> None:
        self.lists = tuple(lists)
        # name → the lists that block it alone, and those that block it with all below it, each as a mask
        self._masks: dict[str, tuple[int, int]] = {}
        self._kinds: dict[tuple[str, int], Kind] = {}
        for place, listed in enumerate(lists):
            for kind, name in listed.rules:
                alone, below = self._masks.get(name, (0, 0))
                bit = 1 << place
                self._masks[name] = (alone, below | bit) if kind.subdomains else (alone | bit, below)
                self._kinds[name, place] = kind

    @classmethod
    def none(cls) -> Self:
        """No list at all."""
        return cls(())

    def match(self, name: str, mask: int, first_slot: int) -> Match | None:
        """The most specific rule for `name` of the lists in `mask`, whose lowest bit is the first list's."""
        masks, at = self._masks, name
        while at:
            if at in masks:
                alone, below = masks[at]
                if bits := (alone | below if at == name else below) & mask:
                    return self._match(at, (bits & -bits).bit_length() - 1, first_slot)
            at = at.partition(".")[2]
        return None

    def matching(self, name: str, first_slot: int) -> list[Match]:
        """Every rule for `name`, of lists on or off, the most specific first."""
        matches, at = list[Match](), name
        while at:
            alone, below = self._masks.get(at, (0, 0))
            bits = alone | below if at == name else below
            matches += [self._match(at, place, first_slot) for place in range(bits.bit_length()) if bits >> place & 1]
            at = at.partition(".")[2]
        return matches

    def _match(self, subject: str, place: int, first_slot: int) -> Match:
        return match_of(self._kinds[subject, place], first_slot + place, subject)
