# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes to a server and back over TCP, as they are; `tls` makes another of it, which hides them on the way.

    connection ─► write ─► pipe ─► server
    connection ◄─ on_open, on_data, on_end ◄─ pipe
"""

from __future__ import annotations

import asyncio
from typing import Protocol, cast

from store.base.sentences import say

MAX_UNSENT = 1 << 20  # bytes that the server does not take; those who ask have long given up by then


class End(Protocol):
    """Whom a pipe serves. None of this raises; `on_end` is called once at most."""

    def on_open(self) -> None:
        """What is written leaves from now on."""

    def on_data(self, data: bytes) -> None:
        """Bytes have come."""

    def on_end(self, fault: str) -> None:
        """Nothing comes any more; `fault`: why, as a sentence, "" where the server just closed."""


class Pipe(asyncio.Protocol):
    """The protocol of one TCP connection."""

    def __init__(self, end: End) -> None:
        self.end = end
        self._transport: asyncio.Transport | None = None
        self._over = False

    def write(self, data: bytes) -> None:
        """Send; only after `on_open`."""
        if self._transport is not None:
            self._transport.write(data)

    def abort(self, fault: str = "") -> None:
        """End at once, and say so."""
        if self._transport is not None:
            self._transport.abort()
        if not self._over:
            self._over = True
            self.end.on_end(fault)

    def begin(self) -> None:
        """The TCP connection stands."""
        self.end.on_open()

    def take(self, data: bytes) -> None:
        """Bytes have come over TCP."""
        self.end.on_data(data)

    # --- what asyncio calls ---

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are none by birth
        if self._over:
            self._transport.abort()
            return
        self._transport.set_write_buffer_limits(high=MAX_UNSENT)
        self.begin()

    def data_received(self, data: bytes) -> None:
        if not self._over:
            self.take(data)

    def pause_writing(self) -> None:
        self.abort(say("It takes no more of what it is asked."))

    def connection_lost(self, exc: Exception | None) -> None:
        self.abort(say("It broke the connection off.") if exc is not None else "")
