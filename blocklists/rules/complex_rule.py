# SPDX-License-Identifier: GPL-3.0-or-later
"""A rule that no hash can hold: a pattern, one with a condition, or one with an answer of its own. Pure.

Lists have few of these and millions of plain names, so these are kept as objects and the names as hashes.
"""

import ipaddress
from dataclasses import dataclass
from typing import Any

# What a rule's subject is. A pattern is an RE2 expression without regard to case; `all` has no subject; a `network` is
# one that addresses in answers are in, with an answer of its own.
SCOPES = ("exact", "suffix", "below", "pattern", "all", "network")
MAX_TEXT = 500  # characters of a rule that are kept to be shown; longer ones are cut


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks, as far as rules may look: address, the names people and the network gave its device, its tags."""

    address: str = ""
    names: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()


NOBODY = Client()


@dataclass(frozen=True, slots=True)
class When:
    """Conditions of a rule; an empty field asks for nothing. `*_out` are those it must not be.

    `types` are numbers of query types, `clients` addresses, networks or names, `spared` names that are left alone
    with all below them (`denyallow`).
    """

    types: tuple[int, ...] = ()
    types_out: tuple[int, ...] = ()
    clients: tuple[str, ...] = ()
    clients_out: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tags_out: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()

    def holds(self, name: str, qtype: int, client: Client) -> bool:
        """Whether the rule may speak of this query."""
        if qtype in self.types_out or (self.types and qtype not in self.types):
            return False
        if any(name == spared or name.endswith(f".{spared}") for spared in self.spared):
            return False
        return not self.personal or self.asks(client)

    def asks(self, client: Client) -> bool:
        """Whether the rule may speak of queries of this client."""
        if (self.tags and client.tags.isdisjoint(self.tags)) or not client.tags.isdisjoint(self.tags_out):
            return False
        if any(_is(client, client_text) for client_text in self.clients_out):
            return False
        return not self.clients or any(_is(client, client_text) for client_text in self.clients)

    @property
    def personal(self) -> bool:
        """Whether it depends on who asks."""
        return bool(self.clients or self.clients_out or self.tags or self.tags_out)


ALWAYS = When()


@dataclass(frozen=True, slots=True)
class ComplexRule:
    """One such rule. `text` is the rule as its list has it.

    `answer` is as `store.config.custom_responses` writes it, empty for the list's or the house's. `rewrite`: by
    `$dnsrewrite`, which goes before what merely blocks or allows. `cancels`: it takes the rule of the same meaning out
    of all lists that are on (`$badfilter`); `unrewrites`: it takes rewrites (of that answer, or all) away from the
    name.
    """

    scope: str
    subject: str
    text: str
    allow: bool = False
    important: bool = False
    when: When = ALWAYS
    answer: str = ""
    rewrite: bool = False
    cancels: bool = False
    unrewrites: bool = False

    def meaning(self) -> tuple[Any, ...]:
        """What makes two rules the same, whatever they look like."""
        return self.scope, self.subject, self.allow, self.important, self.when, self.answer, self.rewrite

    def covers(self, name: str) -> bool:
        """Whether the subject of a rule that has a name, or none, takes in `name`."""
        if self.scope in ("all", "network"):
            return self.scope == "all"
        if name == self.subject:
            return self.scope != "below"
        return self.scope != "exact" and name.endswith(f".{self.subject}")

    def row(self) -> list[Any]:
        """The rule as JSON holds it; empty conditions take no room."""
        flags = self.allow | self.important << 1 | self.rewrite << 2 | self.cancels << 3 | self.unrewrites << 4
        when = [list(getattr(self.when, name)) for name in _WHEN] if self.when is not ALWAYS else 0
        return [self.scope, self.subject, self.text, flags, self.answer, when]


def of_row(row: list[Any]) -> ComplexRule:
    """Read what `ComplexRule.row` wrote; raise ValueError, TypeError or IndexError for anything else."""
    scope, subject, text, flags, answer, when = row
    condition = When(**{name: tuple(values) for name, values in zip(_WHEN, when, strict=True)}) if when else ALWAYS
    bits = (bool(flags >> bit & 1) for bit in range(5))
    allow, important, rewrite, cancels, unrewrites = bits
    return ComplexRule(scope, subject, text, allow, important, condition, answer, rewrite, cancels, unrewrites)


_WHEN = tuple(When.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Network:
    """A network of a list, by which the addresses in an answer are judged; `text` as `ipaddress` writes it."""

    text: str
    allow: bool = False


def _is(client: Client, client_text: str) -> bool:
    """Whether `client_text` (an address, a network, or a name in lower case) means this client."""
    if client_text == client.address or client_text in client.names:
        return True
    return "/" in client_text and bool(client.address) and within(client.address, client_text)


def within(address: str, network: str) -> bool:
    """Whether the address lies in the network; False for what is neither."""
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
