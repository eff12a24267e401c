# SPDX-License-Identifier: GPL-3.0-or-later
"""One connection to an upstream as a channel: who waits on it, whether it may be dead, and DNS with a length before it.

What TCP, TLS and HTTPS have in common stands in `Connection`; `FramedConnection` is DNS over a stream of bytes as RFC
1035 section 4.2.2 has it, pipelined (RFC 7766), with answers in any order.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import Protocol

from resolver.transport.pipe import Pipe
from resolver.transport.waiting import Waiting
from store.base.sentences import say

MAX_PENDING = 1000  # exchanges on one connection; more fail at once
MAX_STRAYS = 100  # packets that nobody waits for; late answers are some, a server that only sends them is of no use


class Holder(Protocol):
    """Whose connections these are."""

    def opened(self, connection: Connection) -> None:
        """What is sent leaves at once from now on."""

    def packet(self, connection: Connection, packet: bytes) -> None:
        """A packet has come."""

    def told(self, fault: str) -> None:
        """What came was no answer: why."""

    def idle(self, connection: Connection) -> None:
        """Nothing waits on it any more."""

    def lost(self, connection: Connection, fault: str) -> None:
        """It has ended; why, where that is known. Called once."""


class Connection:
    """A `Channel`, and the `End` of its pipe. Whoever derives from it says how packets become bytes, and back."""

    datagrams = False
    strays = 0
    pipe: Pipe

    def __init__(self, holder: Holder) -> None:
        self.pending: dict[bytes, Waiting] = {}
        self.answers = 0
        self.is_open = self.closed = self.distrusted = False
        self.holder, self.settled = holder, asyncio.Event()  # that it is open, or never will be
        self.heard = 0.0  # when an answer came on it last; bytes that are none yet may drip for ever
        self._strays = 0

    def free_ident(self) -> bytes:
        """An id under which nothing waits here."""
        ident = os.urandom(2)
        while ident in self.pending:
            ident = os.urandom(2)
        return ident

    def send(self, packet: bytes) -> None:
        """Send now, or as soon as the connection stands."""
        raise NotImplementedError

    def release(self, ident: bytes) -> None:
        """Nothing is awaited under `ident` any more; an idle connection is closed after a while."""
        self.pending.pop(ident, None)
        if not self.pending:
            self.holder.idle(self)

    def stray(self) -> bool:
        """Nobody else can send on it."""
        return False

    def distrust(self, since: float, idle_seconds: float = 0.0) -> None:
        """Give it no more queries, unless it has shown itself alive; what waits on it may still be answered."""
        if self.is_open and self.heard <= since - idle_seconds:
            self.distrusted = True

    def close(self, fault: str = "") -> None:
        """End the connection; what still waited is told."""
        self.pipe.abort(fault)

    def came(self, packet: bytes) -> None:
        """A packet was made of what came."""
        if packet[:2] in self.pending:
            self.answers += 1
            self.heard = time.monotonic()
        else:
            self._strays += 1
            if self._strays > MAX_STRAYS:
                self.close(say("It sends answers to what it was not asked."))
                return
        self.holder.packet(self, packet)

    def on_open(self) -> None:
        """As `End`."""
        self.is_open, self.heard = True, time.monotonic()
        self.settled.set()
        self.holder.opened(self)

    def on_end(self, fault: str) -> None:
        """As `End`."""
        self.closed, self.is_open = True, False
        self.settled.set()
        self.holder.lost(self, fault)


class FramedConnection(Connection):
    """Queries go out with a two-byte length before them, and so do answers come."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder)
        self._unsent: list[bytes] = []  # until it is open; bounded by MAX_PENDING
        self._buffer = bytearray()  # of a packet that is not whole: 64 KiB at most, and what one read brings

    def send(self, packet: bytes) -> None:
        """As `Connection`."""
        frame = len(packet).to_bytes(2, "big") + packet
        if self.is_open:
            self.pipe.write(frame)
        else:
            self._unsent.append(frame)

    def on_open(self) -> None:
        """As `End`."""
        super().on_open()
        self.pipe.write(b"".join(self._unsent))
        self._unsent.clear()

    def on_data(self, data: bytes) -> None:
        """As `End`."""
        buffer = self._buffer
        if buffer:
            buffer += data
            if len(buffer) < 2 or len(buffer) < 2 + (buffer[0] << 8 | buffer[1]):
                return  # each byte may come by itself: what is there is not copied for every one
            data = bytes(buffer)
            buffer.clear()
        packets, rest = frames(data)
        buffer += rest
        for packet in packets:
            if self.closed:
                return
            self.came(packet)


def frames(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole packets in `data`, each less its length, and what is left over. Pure."""
    packets, at, size = [], 0, len(data)
    while size - at >= 2:
        end = at + 2 + (data[at] << 8 | data[at + 1])
        if end > size:
            break
        packets.append(data[at + 2 : end])
        at = end
    return packets, data[at:]
