# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules of one policy, for a look-up label by label. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from blocklists.rules import rule
from blocklists.rules.patterns import PatternSet
from store.config.choices import RuleForm, RuleKind
from wire.types import type_number

if TYPE_CHECKING:
    from store.household.policy import Rule



@dataclass(frozen=True, slots=True)
class RuleTable:
    """Plain rules by name; beside them the few that ask for a query type, and the regular expressions."""

    allow_exact: "dict[str, Rule]" = field(default_factory=dict)
    allow_suffix: "dict[str, Rule]" = field(default_factory=dict)
    block_exact: "dict[str, Rule]" = field(default_factory=dict)
    block_suffix: "dict[str, Rule]" = field(default_factory=dict)
    typed: "dict[str, list[Rule]]" = field(default_factory=dict)
    expressions: "list[Rule]" = field(default_factory=list)
    patterns: "list[PatternSet]" = field(default_factory=list)

    @classmethod
    def build(cls, rules: "Iterable[Rule]") -> Self:
        """Sort `rules` into a table; of two that say the same (from two scopes) the first is named."""
        table = cls()
        for own in rules:
            if own.form == RuleForm.REGEX:
                table.expressions.append(own)
            elif own.types:
                table.typed.setdefault(own.name, []).append(own)
            else:
                table._of(allow=own.kind == RuleKind.ALLOW, subdomains=own.subdomains).setdefault(own.name, own)
        if table.expressions:
            table.patterns.append(PatternSet([own.name for own in table.expressions]))
        return table

    def __len__(self) -> int:
        plain = (self.allow_exact, self.allow_suffix, self.block_exact, self.block_suffix)
        return sum(map(len, plain)) + sum(map(len, self.typed.values())) + len(self.expressions)

    def find(self, name: str, qtype: int = 1) -> "Rule | None":
        """Return the rule that decides this query, or None: allow over block, then the more specific.

        A rule for a query type is more specific than one for all types of the same name, an expression less than any.
        """
        if self.typed or self.expressions:
            return first_of(self.holding(name, qtype))
        return _nearest(name, self.allow_exact, self.allow_suffix) or _nearest(
            name, self.block_exact, self.block_suffix
        )

    def holding(self, name: str, qtype: int) -> "list[Rule]":
        """Return the rules that hold for this query, of those that can decide it."""
        plain = (
            _nearest(name, self.allow_exact, self.allow_suffix),
            _nearest(name, self.block_exact, self.block_suffix),
        )
        rules = [own for own in plain if own]
        at = name
        while at and self.typed:
            rules += [own for own in self.typed.get(at, ()) if (own.subdomains or at == name) and asks(own, qtype)]
            at = at.partition(".")[2]
        for patterns in self.patterns:
            hits = set(patterns.match(name))
            rules += [
                own
                for number, own in enumerate(self.expressions)
                if (number in hits) != own.inverted and asks(own, qtype)
            ]
        return rules

    def _of(self, *, allow: bool, subdomains: bool) -> "dict[str, Rule]":
        if allow:
            return self.allow_suffix if subdomains else self.allow_exact
        return self.block_suffix if subdomains else self.block_exact


def asks(own: "Rule", qtype: int) -> bool:
    """Whether the rule speaks of this query type: `types` is empty, `A,AAAA`, or `~A,AAAA` for all others."""
    if not own.types:
        return True
    return (qtype in _numbers(own.types.removeprefix("~"))) != own.types.startswith("~")


def first_of(rules: "Sequence[Rule]") -> "Rule | None":
    """Return the rule that decides, of those that hold: allow over block, then the more specific, then the first."""
    return min(
        rules,
        key=lambda own: (
            own.kind != RuleKind.ALLOW,
            0 if own.form == RuleForm.REGEX else -len(own.name),
            not own.types,
            own.subdomains,
        ),
        default=None,
    )


def own_text(own: "Rule") -> str:
    """Return the rule as the adblock syntax has it."""
    allow = own.kind == RuleKind.ALLOW
    inverted = "!" if own.inverted else ""
    if own.form == RuleForm.REGEX:
        text = f"{'@@' if allow else ''}{inverted}/{own.name}/"
    else:
        text = rule.text(own.name, allow=allow, subdomains=own.subdomains)
    types = own.types.replace(",", "|~" if own.types.startswith("~") else "|")
    modifiers = [f"dnstype={types}"] if types else []
    if own.answer:
        modifiers.append(f"answer={own.answer}")
    return f"{text}{'$' if modifiers else ''}{','.join(modifiers)}"


# A home's rules ask for a few combinations of types, again for each query.
@lru_cache(maxsize=64)
def _numbers(words: str) -> frozenset[int | None]:
    return frozenset(map(type_number, words.split(",")))


def _nearest(name: str, exact: "dict[str, Rule]", suffix: "dict[str, Rule]") -> "Rule | None":
    """Return the rule for `name` in `exact`, else the one of its nearest ancestor (or itself) in `suffix`."""
    if name in exact:
        return exact[name]
    while suffix and name:
        if name in suffix:
            return suffix[name]
        name = name.partition(".")[2]
    return None
