# SPDX-License-Identifier: GPL-3.0-or-later
"""Over what an upstream is asked. A transport is one file beside this one, and a line in `transports`.

    forwarder, passthrough ─► Transport.place ─► channel, id ─► channel.pending[id] = waiting ─► channel.send
                                   owner.on_packet(channel, packet) ◄─ what comes back
                                   owner.on_error(channel)          ◄─ it broke: all that waits there has failed
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from resolver.transport.poller import Poller
from resolver.transport.waiting import Waiting


class Channel(Protocol):
    """A socket or connection to an upstream, and what waits on it by the two bytes of its id.

    `datagrams`: a packet stands alone, so it may be lost, cut off (TC), or forged by whoever guesses port, id and
    letters.
    """

    pending: dict[bytes, Waiting]
    answers: int  # that have come on it

    @property
    def datagrams(self) -> bool:
        """As its transport's."""

    @property
    def send(self) -> Callable[[bytes], object]:
        """Send a packet, its id included, now or as soon as the connection stands. Raises OSError."""

    def release(self, ident: bytes) -> None:
        """Nothing is awaited under `ident` any more."""

    def distrust(self) -> None:
        """A query that left by it got no answer in time: a connection may have died without a word."""


class Transport(Protocol):
    """The channels to one upstream over one protocol. `least_seconds`: what a try gets, handshakes included."""

    @property
    def datagrams(self) -> bool:
        """As a channel's."""

    @property
    def least_seconds(self) -> float:
        """0: what the settings say is enough."""

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

    def on_packet(self, channel: Channel, packet: bytes) -> None:
        """A packet has come on this channel."""

    def on_error(self, channel: Channel) -> None:
        """The channel failed: what waits there is to be told."""


# What makes a transport to an address (host, port) for its owner.
Builder = Callable[[Owner, tuple[str, int]], Transport]
