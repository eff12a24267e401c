# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules of several scopes, each in a table that all devices of its scope share. Pure.

Of a house with thousands of rules and thousands of devices with one each, no table holds more than its scope's own. The
answers are those of one table with all rules (`blocklists.index.own_rules.RuleTable`), which a test holds.
"""

from operator import attrgetter
from typing import TYPE_CHECKING

from blocklists.index.own_rules import RuleTable, first_of
from store.household.layered_rules import LayeredRules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.household.policy import Rule

_BY_ID = attrgetter("id")


class LayeredTable(RuleTable):
    """Looks in each layer, and takes what one table would take."""

    layers: "tuple[RuleTable, ...]"

    def __init__(self, layers: "Sequence[RuleTable]") -> None:
        super().__init__()
        object.__setattr__(self, "layers", tuple(layers))

    def __len__(self) -> int:
        return sum(map(len, self.layers))

    def find(self, name: str, qtype: int = 1) -> "Rule | None":
        """Return the rule that decides this query, or None."""
        rules = [own for own in (layer.find(name, qtype) for layer in self.layers) if own is not None]
        if len(rules) < 2:
            return rules[0] if rules else None
        return first_of(sorted(rules, key=_BY_ID))

    def holding(self, name: str, qtype: int) -> "list[Rule]":
        """Return the rules that hold for this query, of those that can decide it."""
        return sorted((own for layer in self.layers for own in layer.holding(name, qtype)), key=_BY_ID)


class RuleTables:
    """The tables of one set of policies: the same rules have one table, and so has each layer of several."""

    def __init__(self) -> None:
        # By identity: the rules stand beside their table, so that no other rules get their place in memory.
        self._made: dict[int, tuple[Sequence[Rule], RuleTable]] = {}

    def of(self, rules: "Sequence[Rule]") -> RuleTable:
        """Return the table of a policy's rules."""
        made = self._made.get(id(rules))
        if made is None:
            table = (
                LayeredTable(list(map(self.of, rules.layers)))
                if isinstance(rules, LayeredRules)
                else RuleTable.build(rules)
            )
            made = self._made[id(rules)] = rules, table
        return made[1]
