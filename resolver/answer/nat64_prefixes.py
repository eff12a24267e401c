# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds out this network's NAT64 prefixes by asking for `ipv4only.arpa` (RFC 7050), now and every hour.

It asks beside the forwarder: what a server makes of this question says nothing of how it wants to be asked others.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from ipaddress import IPv6Network

from resolver.answer import private_addresses
from wire import stub
from wire.message import Response
from wire.stub import Asked, Server
from wire.types import AAAA, NOERROR, NXDOMAIN

NAME = "ipv4only.arpa"
WAIT_SECONDS = 2.0  # for one server, before the next is asked
AGAIN_SECONDS = 3600.0  # a network changes its prefix seldom
RETRY_SECONDS = 60.0  # after a question that nobody answered

log = logging.getLogger(__name__)


class PrefixLookup:
    """What a worker knows of the prefixes; `changed` is called when they are others than before."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, servers: Callable[[], Sequence[Server]], changed: Callable[[], None]
    ) -> None:
        """`servers`: whom to ask, in their order."""
        self.known: tuple[IPv6Network, ...] = ()
        self._loop, self._servers, self._changed = loop, servers, changed
        self._asked: Asked | None = None
        self._timer: asyncio.TimerHandle | None = None

    def ask(self) -> None:
        """Ask now, and again from time to time."""
        self._ask(list(self._servers()))

    def close(self) -> None:
        """Ask no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._asked is not None:
            self._loop.remove_reader(self._asked.fileno())
            self._asked.close()
        self._timer = self._asked = None

    def _ask(self, servers: list[Server]) -> None:
        self.close()
        if not servers:
            self._timer = self._loop.call_later(RETRY_SECONDS, self.ask)
            return
        query = stub.build(NAME, AAAA, secrets.randbits(16), mixed=True)
        self._timer = self._loop.call_later(WAIT_SECONDS, self._ask, servers[1:])
        try:
            self._asked = asked = Asked(query, servers[0])
        except OSError:
            return
        self._loop.add_reader(asked.fileno(), self._on_readable, query, asked, servers)

    def _on_readable(self, query: bytes, asked: Asked, servers: list[Server]) -> None:
        try:
            answer = asked.answer(lambda packet: stub.read(query, packet))
        except OSError:
            self._ask(servers[1:])
            return
        if answer is not None:
            self._take(answer, servers)

    def _take(self, answer: Response, servers: list[Server]) -> None:
        if answer.rcode not in (NOERROR, NXDOMAIN):
            self._ask(servers[1:])
            return
        self.close()
        self._timer = self._loop.call_later(AGAIN_SECONDS, self.ask)
        prefixes = private_addresses.prefixes(answer)
        if prefixes != self.known:
            log.info("the network's NAT64 prefixes: %s", ", ".join(map(str, prefixes)) or "none")
            self.known = prefixes
            private_addresses.learn(prefixes)
            self._changed()
