# SPDX-License-Identifier: GPL-3.0-or-later
"""All complex rules of an index, sorted so that a query looks at few of them. Immutable once built.

Those with a name are found label by label in a dict; patterns are searched for together, one set a list, and a set is
compiled when its list is first asked for. Lists that have none of these cost a query one comparison of two integers.
"""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from blocklists.rules import rule
from blocklists.rules.complex_rule import ALWAYS, NOBODY, Client, ComplexRule
from blocklists.rules.patterns import PatternSet
from blocklists.rules.rule import Kind

SlotRule = tuple[int, ComplexRule]  # slot, rule
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ComplexRules:
    """The complex rules of each slot; a slot is a bit of the masks."""

    def __init__(self, by_slot: Sequence[Sequence[ComplexRule]], allowing: int = 0) -> None:
        """`allowing`: the mask of lists that allow, from which nothing is taken back."""
        self.allowing = allowing
        self.mask = self.personal = self.addressed = 0
        self.cancelled: dict[str, list[tuple[int, Kind]]] = {}
        self._cancelled: dict[object, int] = {}
        self._named: dict[str, list[SlotRule]] = {}
        self._always: list[SlotRule] = []
        self._asking: list[SlotRule] = []
        self._patterns: list[tuple[int, _Patterns]] = []
        self._networks: dict[tuple[int, int], dict[int, list[SlotRule]]] = {}  # (version, length) → first bits → rules
        for slot, rules in enumerate(by_slot):
            if rules:
                self._take(slot, rules)

    def _take(self, slot: int, rules: Sequence[ComplexRule]) -> None:
        bit = 1 << slot
        self.mask |= bit
        patterns = []
        for complex_rule in rules:
            if complex_rule.when.personal:
                self.personal |= bit
                self._asking.append((slot, complex_rule))
            if complex_rule.cancels:
                self._cancel(bit, complex_rule)
            elif complex_rule.scope == "pattern":
                patterns.append(complex_rule)
            elif complex_rule.scope == "network":
                self._take_network(slot, complex_rule)
            elif complex_rule.scope == "all":
                self._always.append((slot, complex_rule))
            else:
                self._named.setdefault(complex_rule.subject, []).append((slot, complex_rule))
        if patterns:
            compiled = _Patterns(patterns)
            self._patterns.append((slot, compiled))
            self.addressed |= bit if compiled.about_addresses else 0

    def _take_network(self, slot: int, complex_rule: ComplexRule) -> None:
        network = ipaddress.ip_network(complex_rule.subject)
        bits = int(network.network_address) >> network.max_prefixlen - network.prefixlen
        by_bits = self._networks.setdefault((network.version, network.prefixlen), {})
        by_bits.setdefault(bits, []).append((slot, complex_rule))
        self.addressed |= 1 << slot

    def _cancel(self, bit: int, complex_rule: ComplexRule) -> None:
        self._cancelled[complex_rule.meaning()] = self._cancelled.get(complex_rule.meaning(), 0) | bit
        answers = complex_rule.answer or complex_rule.rewrite or complex_rule.unrewrites
        plain = complex_rule.when == ALWAYS and not answers
        if plain and complex_rule.scope not in ("pattern", "all"):
            kind = rule.of(complex_rule.scope, allow=complex_rule.allow, important=complex_rule.important)
            self.cancelled.setdefault(complex_rule.subject, []).append((bit, kind))

    def gone(self, name: str, mask: int) -> list[Kind]:
        """Return the kinds of rule about just this name that the lists in `mask` take back."""
        return [kind for bit, kind in self.cancelled.get(name, ()) if bit & mask]

    def takes_name(self, name: str, kind: Kind) -> int:
        """Return the mask of the lists that take back a rule of this kind about this name."""
        return reduce(or_, (bit for bit, taken in self.cancelled.get(name, ()) if taken == kind), 0)

    def takes(self, complex_rule: ComplexRule) -> int:
        """Return the mask of the lists that take back this complex rule."""
        return self._cancelled.get(complex_rule.meaning(), 0)

    def holding(self, name: str, mask: int, qtype: int, client: Client = NOBODY) -> list[SlotRule]:
        """Return every rule of the lists in `mask` that holds for this query, in no order."""
        if not mask & self.mask:
            return []
        holding = [
            (slot, complex_rule)
            for slot, complex_rule in self._about(name, mask)
            if mask >> slot & 1 and complex_rule.when.holds(name, qtype, client)
        ]
        if not self._cancelled:
            return holding
        return [
            (slot, complex_rule)
            for slot, complex_rule in holding
            if self.allowing >> slot & 1 or not self._cancelled.get(complex_rule.meaning(), 0) & mask
        ]

    def about_address(self, address: Address, mask: int) -> list[SlotRule]:
        """Return the rules of the lists in `mask` that are about addresses and hold for this one."""
        if not mask & self.addressed:
            return []
        holding = [
            (slot, complex_rule)
            for slot, patterns in self._patterns
            if (mask & self.addressed) >> slot & 1
            for complex_rule in patterns.of_address(str(address))
        ]
        for (version, length), by_bits in self._networks.items():
            if version == address.version:
                bits = int(address) >> address.max_prefixlen - length
                holding += [slot_rule for slot_rule in by_bits.get(bits, ()) if mask >> slot_rule[0] & 1]
        return holding

    def signature(self, mask: int, client: Client) -> tuple[int, ...]:
        """Return which of the conditions on clients hold for this one; those with the same are judged alike."""
        if not mask & self.personal:
            return ()
        return tuple(
            number
            for number, (slot, complex_rule) in enumerate(self._asking)
            if mask >> slot & 1 and complex_rule.when.asks(client)
        )

    def warm(self, mask: int) -> None:
        """Compile the patterns of these lists now, rather than at the first query that needs them."""
        for slot, patterns in self._patterns:
            if mask >> slot & 1:
                patterns.of_name("")

    def matching(self, name: str) -> list[SlotRule]:
        """Return every rule about `name`, on or off, whatever its conditions."""
        return list(self._about(name, ~0))

    def _about(self, name: str, mask: int) -> Iterator[SlotRule]:
        yield from self._always
        if self._named:
            at: str = name
            while at:
                yield from (slot_rule for slot_rule in self._named.get(at, ()) if slot_rule[1].covers(name))
                at = at.partition(".")[2]
        for slot, patterns in self._patterns:
            if mask >> slot & 1:
                yield from ((slot, complex_rule) for complex_rule in patterns.of_name(name))


class _Patterns:
    """The patterns of one list, compiled at the first look."""

    def __init__(self, rules: Sequence[ComplexRule]) -> None:
        self._rules = rules
        self._address_rules = [
            complex_rule for complex_rule in rules if not re.search(r"[g-z]", _literal(complex_rule.subject))
        ]
        self.about_addresses = bool(self._address_rules)
        self._names: PatternSet | None = None
        self._addresses: PatternSet | None = None

    def of_name(self, name: str) -> list[ComplexRule]:
        if self._names is None:
            self._names = PatternSet([complex_rule.subject for complex_rule in self._rules])
        return [self._rules[number] for number in self._names.match(name)]

    def of_address(self, address: str) -> list[ComplexRule]:
        if self._addresses is None:
            self._addresses = PatternSet([complex_rule.subject for complex_rule in self._address_rules])
        return [self._address_rules[number] for number in self._addresses.match(address)]


def _literal(pattern: str) -> str:
    """The pattern without its classes: letters beyond f that are left say that it is about names."""
    return re.sub(r"\\[a-zA-Z]|\(\?[a-z:]+|\[[^\]]*\]", "", pattern.lower())
