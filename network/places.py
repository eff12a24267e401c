# SPDX-License-Identifier: GPL-3.0-or-later
"""Who has a place among the connections of a process, and who gives one up when they are all taken. Pure.

One client has a few, one IPv6 network half of them: a device may take as many addresses there as it likes. Where no
place is left, the client that has most gives up the one that it has used least lately, for one who has fewer; never one
that an answer is waited for on, nor one just made.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Generic, Protocol, TypeVar

SAFE_SECONDS = 1.0  # after its last use, a connection is taken from nobody


@dataclass(frozen=True, slots=True)
class Bounds:
    """How many connections there are, of one client, and of one /64 of IPv6."""

    connections: int
    client: int
    network: int


class Placed(Protocol):
    """A connection: whose it is, when it was of use last, whether nothing is waited for on it."""

    @property
    def address(self) -> str:
        """Who is at the other end."""

    used: float

    @property
    def idle(self) -> bool:
        """Nothing is waited for."""

    def cut(self) -> None:
        """End it now."""


C = TypeVar("C", bound=Placed)


class Places(Generic[C]):
    """The places, by client and by network. Times are those of `used`."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self.taken: set[C] = set()
        self.by_client: Counter[str] = Counter()  # no more entries than connections
        self._by_network: Counter[str] = Counter()

    def take(self, connection: C, now: float) -> bool:
        """Whether it gets a place; somebody else's connection may be cut for it."""
        client, network = connection.address, network_of(connection.address)
        if self.by_client[client] >= self._bounds.client:
            return self._no_more(client)
        full = len(self.taken) >= self._bounds.connections
        if (full or self._by_network[network] >= self._bounds.network) and not self._make_room(
            client, "" if full else network, now
        ):
            return self._no_more(client)
        self.taken.add(connection)
        self.by_client[client] += 1
        if network:
            self._by_network[network] += 1
        return True

    def leave(self, connection: C) -> None:
        """It is over."""
        if connection in self.taken:
            self.taken.remove(connection)
            _less(self.by_client, connection.address)
            _less(self._by_network, network_of(connection.address))

    def _make_room(self, client: str, network: str, now: float) -> bool:
        """Cut a connection in `network`, or anywhere, of a client that has more of them than this one will have."""
        spare = [
            each for each in self.taken
            if each.idle and now - each.used >= SAFE_SECONDS and (not network or network_of(each.address) == network)
        ]  # fmt: skip
        most = max(spare, key=lambda each: (self.by_client[each.address], -each.used), default=None)
        if most is None or self.by_client[most.address] < self.by_client[client] + 1:
            return False
        self.leave(most)
        most.cut()
        return True

    def _no_more(self, client: str) -> bool:
        if not self.by_client[client]:
            del self.by_client[client]
        return False


def network_of(client: str) -> str:
    """The /64 of an IPv6 client, with its interface where it has one; "" for IPv4, where each address is a device."""
    if ":" not in client:
        return ""
    address, _, interface = client.partition("%")
    try:
        return f"{int(IPv6Address(address)) >> 64:x}%{interface}"
    except ValueError:
        return ""


def _less(counts: Counter[str], key: str) -> None:
    counts[key] -= 1
    if counts[key] <= 0:
        del counts[key]
