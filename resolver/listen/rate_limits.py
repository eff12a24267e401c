# SPDX-License-Identifier: GPL-3.0-or-later
"""How much one client, and one network, is answered in a second, where the home has set a limit; looked at before the
memo.

    up to the limit          answered
    up to twice the limit    over UDP told to ask over TCP (TC), which shows who it is; over a stream refused
    beyond that              not answered at all over UDP, refused over a stream

Whoever is turned away gets less than it sent. No query of it is recorded; the client is counted, and health names it.
"""

from __future__ import annotations

import ipaddress
import sys
import time
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from ipaddress import ip_network

from network.home_networks import is_at_home
from resolver.listen.mmsg import name_of
from store.base.process_status import TurnedAway
from store.config.settings import Settings
from wire.addresses import LOOPBACK, Networks

WINDOW_NS = 1_000_000_000
# Counted in one table, some 100 bytes each; what comes from more in a second is a forger's. The table before it goes
# then, and whoever asks again before so many others have, as who asks too much does, takes its count along.
CLIENTS_MAX = 4096
TOLD_MAX = 500  # clients that are remembered as turned away
SHOWN = 8  # of them in the status, those that asked the most


class Fate(IntEnum):
    """What becomes of a query."""

    ANSWER = 0
    TURN_AWAY = 1
    DROP = 2


class RateLimits:
    """Of one worker, over all its sockets. `on`: whether there is any limit; `judge` is asked only then."""

    def __init__(self) -> None:
        self.on = False
        self._most = self._most_network = 0
        self._exempt: Networks = ()
        self._counts: dict[bytes, int] = {}
        self._before: dict[bytes, int] = {}  # those that came earlier in the same second, where they are many
        self._until_ns = 0
        self._away: dict[str, tuple[int, float]] = {}  # queries of a client that were turned away, and when last
        self._free: dict[bytes, bool] = {}  # whether a client that went beyond has no limit

    def settle(self, settings: Settings) -> None:
        """Go by what the settings say now."""
        self._most, self._most_network = settings.rate_limit, settings.rate_limit_network
        self._exempt = (*LOOPBACK, *map(ip_network, settings.rate_limit_exempt))
        self.on = bool(self._most or self._most_network)
        self._free.clear()

    def judge(self, client: bytes, now_ns: int) -> Fate:
        """What becomes of one more query of a client, by its packed address: a look or two into one dict."""
        counts = self._counts
        if now_ns >= self._until_ns:
            counts.clear()
            self._before.clear()
            self._until_ns = now_ns + WINDOW_NS
        elif len(counts) >= CLIENTS_MAX:
            self._before = counts
            counts = self._counts = {}
        asked = counts[client] = (counts.get(client) or self._before.get(client, 0)) + 1
        beyond = asked / self._most if self._most else 0.0
        if self._most_network:
            network = client[:3] if len(client) == 4 else client[:8]
            together = counts[network] = (counts.get(network) or self._before.get(network, 0)) + 1
            beyond = max(beyond, together / self._most_network)
        if beyond <= 1.0 or self._is_free(client):
            return Fate.ANSWER
        self._count(client)
        return Fate.TURN_AWAY if beyond <= 2.0 else Fate.DROP

    def turned_away(self) -> Iterable[TurnedAway]:
        """Who was, those that asked the most first."""
        most = sorted(self._away.items(), key=lambda each: -each[1][0])[:SHOWN]
        return (TurnedAway(client, queries, last) for client, (queries, last) in most)

    def _is_free(self, client: bytes) -> bool:
        free = self._free.get(client)
        if free is None:
            if len(self._free) >= CLIENTS_MAX:
                self._free.clear()
            free = self._free[client] = len(client) not in (4, 20) or is_at_home(name_of(client), self._exempt)
        return free

    def _count(self, client: bytes) -> None:
        name = name_of(client)
        if name not in self._away and len(self._away) >= TOLD_MAX:
            most = sorted(self._away.items(), key=lambda each: -each[1][0])
            self._away = dict(most[: TOLD_MAX // 2])
        self._away[name] = self._away.get(name, (0, 0.0))[0] + 1, time.time()


@lru_cache(maxsize=CLIENTS_MAX)
def packed(client: str) -> bytes:
    """A client's address as an `Inbox` has it, so that it is the same one over every transport; nothing for none."""
    address, _, scope = client.partition("%")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return b""
    if parsed.version == 4:
        return parsed.packed
    return parsed.packed + (int(scope) if scope.isdecimal() else 0).to_bytes(4, sys.byteorder)
