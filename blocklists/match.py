# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of rules: which one decides a name. Pure.

1. The home's own rules over lists.
2. Allow over block.
3. The more specific name; at one name, the list that comes first in the index, where packs come first.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from blocklists import rule
from blocklists.index import Index, Match

if TYPE_CHECKING:
    from store.policy import Rule


@dataclass(frozen=True, slots=True)
class Decision:
    """What decided a name. `blocklist` is "" for a rule of the home's own; `own` then holds it, else `match`."""

    allow: bool
    blocklist: str
    rule: str
    own: "Rule | None" = None
    match: Match | None = None


@dataclass(frozen=True, slots=True)
class RuleTable:
    """The home's own rules of one policy, by name, for a look-up label by label."""

    allow_exact: "dict[str, Rule]" = field(default_factory=dict)
    allow_suffix: "dict[str, Rule]" = field(default_factory=dict)
    block_exact: "dict[str, Rule]" = field(default_factory=dict)
    block_suffix: "dict[str, Rule]" = field(default_factory=dict)

    @classmethod
    def build(cls, rules: "Iterable[Rule]") -> Self:
        """Sort `rules` into a table; of two that say the same (from two scopes) the first is named."""
        table = cls()
        for own in rules:
            table._of(allow=own.kind == "allow", subdomains=own.subdomains).setdefault(own.name, own)
        return table

    def __len__(self) -> int:
        return len(self.allow_exact) + len(self.allow_suffix) + len(self.block_exact) + len(self.block_suffix)

    def find(self, name: str) -> "Rule | None":
        """Return the rule that decides `name`, or None: allow over block, then the more specific name."""
        return _nearest(name, self.allow_exact, self.allow_suffix) or _nearest(
            name, self.block_exact, self.block_suffix
        )

    def _of(self, *, allow: bool, subdomains: bool) -> "dict[str, Rule]":
        if allow:
            return self.allow_suffix if subdomains else self.allow_exact
        return self.block_suffix if subdomains else self.block_exact


def decide(name: str, rules: RuleTable, index: Index, mask: int) -> Decision | None:
    """Return what decides `name` (lower-case, no trailing dot), or None when nothing speaks for it."""
    own = rules.find(name)
    if own is not None:
        allow = own.kind == "allow"
        return Decision(allow, "", rule.text(own.name, allow=allow, subdomains=own.subdomains), own=own)
    match = index.match(name, mask)
    if match is None:
        return None
    text = rule.text(match.name, allow=match.allow, subdomains=match.subdomains)
    return Decision(match.allow, index.slots[match.slot].blocklist_id, text, match=match)


def _nearest(name: str, exact: "dict[str, Rule]", suffix: "dict[str, Rule]") -> "Rule | None":
    """Return the rule for `name` in `exact`, else the one of its nearest ancestor (or itself) in `suffix`."""
    if name in exact:
        return exact[name]
    while suffix and name:
        if name in suffix:
            return suffix[name]
        name = name.partition(".")[2]
    return None
