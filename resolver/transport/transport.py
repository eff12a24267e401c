# SPDX-License-Identifier: GPL-3.0-or-later
"""Over what an upstream is asked. A transport is one file beside this one, and a line in `transports`.

    forwarder, passthrough ─► Transport.place ─► channel, id ─► channel.pending[id] = waiting ─► channel.send
                                   owner.on_packet(channel, packet) ◄─ what comes back
                                   owner.on_error(channel)          ◄─ it broke: all that waits there has failed
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from resolver.transport.endpoint import Endpoint
from resolver.transport.poller import Poller
from resolver.transport.waiting import Waiting


class Channel(Protocol):
    """A socket or connection to an upstream, and what waits on it by the two bytes of its id.

    `datagrams`: a packet stands alone, so it may be lost, cut off (TC), or forged by whoever guesses port, id and
    letters.
    """

    pending: dict[bytes, Waiting]
    answers: int  # that have come on it
    strays: int  # packets that nobody waited for

    @property
    def is_open(self) -> bool:
        """Whether what is sent leaves at once: no handshake comes first."""

    @property
    def distrusted(self) -> bool:
        """Whether it gets no more queries."""

    @property
    def datagrams(self) -> bool:
        """As its transport's."""

    @property
    def send(self) -> Callable[[bytes], object]:
        """Send a packet, its id included, now or as soon as the connection stands. Raises OSError."""

    def release(self, ident: bytes) -> None:
        """Nothing is awaited under `ident` any more."""

    def stray(self) -> bool:
        """A packet came that nobody waits for: whether there were so many by now that somebody guesses ids. It is
        given no more queries then."""

    def distrust(self, since: float, idle_seconds: float = 0.0) -> None:
        """A query that left by it at `since` (of `time.monotonic`) has no answer yet: a connection on which nothing at
        all has come since then, and for `idle_seconds` before, may have died without a word."""


class Transport(Protocol):
    """The channels to one upstream over one protocol. `least_seconds`: what a try gets, handshakes included."""

    @property
    def datagrams(self) -> bool:
        """As a channel's."""

    @property
    def least_seconds(self) -> float:
        """0: what the settings say is enough."""

    @property
    def encrypted(self) -> bool:
        """Whether nobody on the way can read what is asked; queries are padded then."""

    @property
    def fault(self) -> str:
        """Why it carries nothing, as a sentence for people; "" while it does, and where nothing is known."""

    @property
    def is_open(self) -> bool:
        """Whether what is placed now leaves at once."""

    @property
    def handshakes(self) -> int:
        """Connections that were begun."""

    def place(self) -> tuple[Channel, bytes]:
        """A channel and an id that is free on it. Whoever waits there says so in `pending`. Raises OSError."""

    def close(self) -> None:
        """Close all channels."""


class Owner(Protocol):
    """Whom a transport works for: the loop and poller to use, and where what comes back goes."""

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """On which everything runs."""

    @property
    def poller(self) -> Poller:
        """For sockets that live shortly."""

    async def find_addresses(self, host: str) -> Sequence[str]:
        """The addresses of an upstream that is known by its name. Raises OSError with a sentence."""

    def on_packet(self, channel: Channel, packet: bytes) -> None:
        """A packet has come on this channel."""

    def on_error(self, channel: Channel) -> None:
        """The channel failed: what waits there is to be told."""


# What makes a transport to a server for its owner.
Builder = Callable[[Owner, Endpoint], Transport]
