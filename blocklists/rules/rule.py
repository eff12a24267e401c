# SPDX-License-Identifier: GPL-3.0-or-later
"""What one rule of a blocklist says: block or allow, that name alone or with all below it, and how urgently."""

from enum import IntEnum


class Kind(IntEnum):
    """The kinds of rule that an index holds as hashes. The numbers stand in files: change none, add at the end.

    EXACT: that name alone; SUFFIX: with all below it; BELOW: what is below it alone; ADDRESS: a network, by which
    the addresses in an answer are judged.
    """

    BLOCK_EXACT = 0
    BLOCK_SUFFIX = 1
    ALLOW_EXACT = 2
    ALLOW_SUFFIX = 3
    BLOCK_BELOW = 4
    ALLOW_BELOW = 5
    BLOCK_EXACT_IMPORTANT = 6
    BLOCK_SUFFIX_IMPORTANT = 7
    ALLOW_EXACT_IMPORTANT = 8
    ALLOW_SUFFIX_IMPORTANT = 9
    BLOCK_BELOW_IMPORTANT = 10
    ALLOW_BELOW_IMPORTANT = 11
    BLOCK_ADDRESS = 12
    ALLOW_ADDRESS = 13

    @property
    def allow(self) -> bool:
        return self.name.startswith("ALLOW")

    @property
    def scope(self) -> str:
        """`exact`, `suffix`, `below` or `address`."""
        return self.name.split("_")[1].lower()

    @property
    def subdomains(self) -> bool:
        return self.scope in ("suffix", "below")

    @property
    def important(self) -> bool:
        return self.name.endswith("IMPORTANT")

    @property
    def allowing(self) -> "Kind":
        """The kind that this one becomes in a list subscribed to as an allow list: it frees from `important` too."""
        return ALLOW_ADDRESS if self.scope == "address" else of(self.scope, allow=True, important=True)


ALLOW_ADDRESS = Kind.ALLOW_ADDRESS
_BY_MEANING = {(kind.scope, kind.allow, kind.important): kind for kind in Kind}
NAMES = tuple(kind for kind in Kind if kind.scope != "address")  # the kinds that are about names
ADDRESSES = (Kind.BLOCK_ADDRESS, Kind.ALLOW_ADDRESS)


def of(scope: str, *, allow: bool = False, important: bool = False) -> Kind:
    """Return the kind that means this; KeyError for a scope that no hash holds."""
    return _BY_MEANING[scope, allow, important]


def text(name: str, *, allow: bool, subdomains: bool) -> str:
    """Return the rule as people write it: `x` that name alone, `||x^` with all below it, `@@` before what allows."""
    return f"{'@@' if allow else ''}{f'||{name}^' if subdomains else name}"


def kind_text(kind: Kind, name: str) -> str:
    """Return a rule of any kind as people write it: `*.x` for what is below x alone, `$important` behind."""
    written = f"*.{name}" if kind.scope == "below" else f"||{name}^" if kind.scope == "suffix" else name
    return f"{'@@' if kind.allow else ''}{written}{'$important' if kind.important else ''}"


def listed_text(kind: Kind, name: str, *, allow_list: bool) -> str:
    """Return a rule as its list means it: in one that allows, every rule frees from `important` without saying so."""
    return kind_text(of(kind.scope, allow=True) if allow_list else kind, name)
