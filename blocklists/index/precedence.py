# SPDX-License-Identifier: GPL-3.0-or-later
"""What the index finds at a name, and which of the kinds that stand there comes first. Pure."""

from typing import NamedTuple

from blocklists.rules.rule import ADDRESSES, Kind


class Match(NamedTuple):
    """One rule that holds for a name: in which slot, and the name (or network) that the rule itself is about.

    `below`: for what is below that name alone.
    """

    allow: bool
    slot: int
    name: str
    subdomains: bool
    important: bool = False
    below: bool = False

    @property
    def kind(self) -> Kind:
        """The kind that this rule has in the index."""
        return _KIND_OF[self.allow, self.subdomains, self.below, self.important]


_KIND_OF = {
    (kind.allow, kind.subdomains, kind.scope == "below", kind.important): kind for kind in Kind if kind not in ADDRESSES
}
_MEANS = {kind: (kind.allow, kind.subdomains, kind.important, kind.scope == "below") for kind in Kind}
# What decides over what, among the rules of lists: an important one over others, allow over block.
TIERS = ((True, True), (True, False), (False, True), (False, False))  # (important, allow)
Column = tuple[Kind, int]  # a kind, and its place in a set in bits


def match_of(kind: Kind, slot: int, name: str) -> Match:
    allow, subdomains, important, below = _MEANS[kind]
    return Match(allow, slot, name, subdomains, important, below)


def tiers(kinds: tuple[Kind, ...], width: int) -> list[tuple[int, list[Column], list[Column]]]:
    """Return the tiers in which an index has any rule: number, columns for the name itself, for what is below."""
    present = []
    for number, (important, allow) in enumerate(TIERS):
        columns = [
            (kind, at * width)
            for at, kind in enumerate(kinds)
            if kind not in ADDRESSES and (kind.important, kind.allow) == (important, allow)
        ]
        if columns:
            itself = [column for column in columns if column[0].scope != "below"]
            present.append((number, itself, [column for column in columns if column[0].subdomains]))
    return present
