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

Said = tuple[int, ComplexRule]  # slot, rule
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class ComplexRules:
    """The complex rules of each slot; a slot is a bit of the masks."""

    def __init__(self, by_slot: Sequence[Sequence[ComplexRule]], allowing: int = 0) -> None:
        """`allowing`: the mask of lists that allow, from which nothing is taken back."""
        self.allowing = allowing
        self.mask = self.personal = self.addressed = 0
        self.cancelled: dict[str, list[tuple[int, Kind]]] = {}
        self._cancelled: dict[object, int] = {}
        self._named: dict[str, list[Said]] = {}
        self._always: list[Said] = []
        self._asking: list[Said] = []
        self._patterns: list[tuple[int, _Patterns]] = []
        self._networks: dict[tuple[int, int], dict[int, list[Said]]] = {}  # (version, length) → first bits → rules
        for slot, rules in enumerate(by_slot):
            if rules:
                self._take(slot, rules)

    def _take(self, slot: int, rules: Sequence[ComplexRule]) -> None:
        bit = 1 << slot
        self.mask |= bit
        patterns = []
        for said in rules:
            if said.when.personal:
                self.personal |= bit
                self._asking.append((slot, said))
            if said.cancels:
                self._cancel(bit, said)
            elif said.scope == "pattern":
                patterns.append(said)
            elif said.scope == "network":
                self._take_network(slot, said)
            elif said.scope == "all":
                self._always.append((slot, said))
            else:
                self._named.setdefault(said.subject, []).append((slot, said))
        if patterns:
            held = _Patterns(patterns)
            self._patterns.append((slot, held))
            self.addressed |= bit if held.about_addresses else 0

    def _take_network(self, slot: int, said: ComplexRule) -> None:
        network = ipaddress.ip_network(said.subject)
        bits = int(network.network_address) >> network.max_prefixlen - network.prefixlen
        by_bits = self._networks.setdefault((network.version, network.prefixlen), {})
        by_bits.setdefault(bits, []).append((slot, said))
        self.addressed |= 1 << slot

    def _cancel(self, bit: int, said: ComplexRule) -> None:
        self._cancelled[said.meaning()] = self._cancelled.get(said.meaning(), 0) | bit
        plain = said.when == ALWAYS and not (said.answer or said.rewrite or said.unrewrites)
        if plain and said.scope not in ("pattern", "all"):
            kind = rule.of(said.scope, allow=said.allow, important=said.important)
            self.cancelled.setdefault(said.subject, []).append((bit, kind))

    def gone(self, name: str, mask: int) -> list[Kind]:
        """Return the kinds of rule about just this name that the lists in `mask` take back."""
        return [kind for bit, kind in self.cancelled.get(name, ()) if bit & mask]

    def takes_name(self, name: str, kind: Kind) -> int:
        """Return the mask of the lists that take back a rule of this kind about this name."""
        return reduce(or_, (bit for bit, taken in self.cancelled.get(name, ()) if taken == kind), 0)

    def takes(self, said: ComplexRule) -> int:
        """Return the mask of the lists that take back this complex rule."""
        return self._cancelled.get(said.meaning(), 0)

    def holding(self, name: str, mask: int, qtype: int, client: Client = NOBODY) -> list[Said]:
        """Return every rule of the lists in `mask` that holds for this query, in no order."""
        if not mask & self.mask:
            return []
        found = [
            (slot, said)
            for slot, said in self._about(name, mask)
            if mask >> slot & 1 and said.when.holds(name, qtype, client)
        ]
        if not self._cancelled:
            return found
        return [
            one for one in found if self.allowing >> one[0] & 1 or not self._cancelled.get(one[1].meaning(), 0) & mask
        ]

    def about_address(self, address: Address, mask: int) -> list[Said]:
        """Return the rules of the lists in `mask` that are about addresses and hold for this one."""
        if not mask & self.addressed:
            return []
        found = [
            (slot, said)
            for slot, held in self._patterns
            if (mask & self.addressed) >> slot & 1
            for said in held.of_address(str(address))
        ]
        for (version, length), by_bits in self._networks.items():
            if version == address.version:
                bits = int(address) >> address.max_prefixlen - length
                found += [one for one in by_bits.get(bits, ()) if mask >> one[0] & 1]
        return found

    def signature(self, mask: int, client: Client) -> tuple[int, ...]:
        """Return which of the conditions on clients hold for this one; those with the same are judged alike."""
        if not mask & self.personal:
            return ()
        return tuple(
            number for number, (slot, said) in enumerate(self._asking) if mask >> slot & 1 and said.when.asks(client)
        )

    def warm(self, mask: int) -> None:
        """Compile the patterns of these lists now, rather than at the first query that needs them."""
        for slot, held in self._patterns:
            if mask >> slot & 1:
                held.of_name("")

    def matching(self, name: str) -> list[Said]:
        """Return every rule about `name`, on or off, whatever its conditions."""
        return list(self._about(name, ~0))

    def _about(self, name: str, mask: int) -> Iterator[Said]:
        yield from self._always
        if self._named:
            at: str = name
            while at:
                yield from (one for one in self._named.get(at, ()) if one[1].covers(name))
                at = at.partition(".")[2]
        for slot, held in self._patterns:
            if mask >> slot & 1:
                yield from ((slot, said) for said in held.of_name(name))


class _Patterns:
    """The patterns of one list, compiled at the first look."""

    def __init__(self, rules: Sequence[ComplexRule]) -> None:
        self._rules = rules
        self._address_rules = [said for said in rules if not re.search(r"[g-z]", _literal(said.subject))]
        self.about_addresses = bool(self._address_rules)
        self._names: PatternSet | None = None
        self._addresses: PatternSet | None = None

    def of_name(self, name: str) -> list[ComplexRule]:
        if self._names is None:
            self._names = PatternSet([said.subject for said in self._rules])
        return [self._rules[number] for number in self._names.match(name)]

    def of_address(self, address: str) -> list[ComplexRule]:
        if self._addresses is None:
            self._addresses = PatternSet([said.subject for said in self._address_rules])
        return [self._address_rules[number] for number in self._addresses.match(address)]


def _literal(pattern: str) -> str:
    """The pattern without its classes: letters beyond f that are left say that it is about names."""
    return re.sub(r"\\[a-zA-Z]|\(\?[a-z:]+|\[[^\]]*\]", "", pattern.lower())
