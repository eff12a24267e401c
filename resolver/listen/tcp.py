# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over TCP for clients (RFC 7766): two bytes of length, then the packet; many in flight, in any order.

A connection is worth its place for as long as whole queries come over it: bytes that trickle in are none. Which of them
goes when places are scarce, `places` decides.
"""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from typing import Any, cast

from network.places import Bounds, Places
from resolver.answer.pipeline import Resolver
from resolver.listen.rate_limits import Fate, RateLimits, packed
from resolver.listen.senders import peer_of
from store.log.records import Transport
from wire.response import turned_away

# Of a worker, each a file descriptor and some KiB; of one device, so that it cannot take them all; of one /64 of IPv6.
BOUNDS = Bounds(connections=300, client=20, network=150)
MAX_WAITING = 100  # queries of one connection without an answer; then it is read no further
MAX_QUERY = 4096  # bytes; what is longer is no query, as over UDP
MAX_UNSENT = 128 * 1024  # bytes that a client does not read before its connection is cut: two large answers
MAX_UNSENT_ALL = 8 << 20  # of all connections of a worker together
READS_SLOWLY = 16 * 1024  # unsent bytes from which on a connection is looked at for the bound on all
BATCH = 32  # queries of one connection answered before other connections and UDP get their turn
IDLE_SECONDS = 10.0  # without a whole query or an answer taken: RFC 7766 section 6.2.3 asks for seconds, not minutes
TOTAL_SECONDS = 300.0  # then a connection ends as soon as nothing is waited for, however busy it was


class TcpConnections:
    """All connections of one worker."""

    def __init__(self, resolver: Resolver, limits: RateLimits | None = None) -> None:
        self.resolver, self.limits = resolver, limits or RateLimits()
        self.places: Places[TcpConnection] = Places(BOUNDS)

    @property
    def open(self) -> set[TcpConnection]:
        """Those that have a place."""
        return self.places.taken

    def accept(self) -> TcpConnection:
        """The protocol for a connection just made."""
        return TcpConnection(self)

    def close(self) -> None:
        """Cut all connections."""
        for connection in list(self.open):
            connection.cut()

    def unsent(self) -> int:
        """Bytes that clients have not taken yet."""
        return sum(connection.unsent for connection in self.open)


class TcpConnection(asyncio.Protocol):
    """One client's connection; itself a `ReplyTo` for the pipeline."""

    limit, stream, private = 65_535, True, False
    transport, memo = int(Transport.TCP), None

    def __init__(self, all_connections: TcpConnections) -> None:
        self._all = all_connections
        self._transport: asyncio.Transport | None = None
        self.address, self._packed = "", b""
        self._buffer = b""
        self._waiting = 0
        self._paused = self._half_closed = False
        self._begun = self.used = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def unsent(self) -> int:
        """Bytes that the client has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    @property
    def idle(self) -> bool:
        """Whether nothing is waited for, on either side."""
        return not self._waiting and not self._paused and not self.unsent

    def send(self, response: bytes, address: Any) -> None:
        """Send one response; a client that has gone, or does not read, gets none."""
        transport = self._transport
        if transport is not None and not transport.is_closing():
            if not transport.get_write_buffer_size():
                self.used = asyncio.get_running_loop().time()  # it has taken all that was there
            transport.write(len(response).to_bytes(2, "big") + response)
        self.drop()

    def drop(self) -> None:
        """One query less is waited for."""
        self._waiting -= 1
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        unsent = transport.get_write_buffer_size()
        if unsent > MAX_UNSENT or (unsent > READS_SLOWLY and self._all.unsent() > MAX_UNSENT_ALL):
            self.cut()
        elif self._half_closed and not self._waiting:
            transport.close()
        elif self._paused and self._waiting < MAX_WAITING // 2:
            self._go_on()

    def cut(self) -> None:
        """End the connection now."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's are none by birth
        peer = transport.get_extra_info("peername")
        self.address = peer_of(peer) if peer else ""
        self._packed = packed(self.address)
        now = asyncio.get_running_loop().time()
        if not self.address or not self._all.places.take(self, now):
            self._all.resolver.counters["tcp_refused"] += 1
            transport.abort()
            return
        self._transport = transport
        self._begun = self.used = now
        self._watch()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._answer_frames()

    def eof_received(self) -> bool:
        """The client sends no more, and may still want its responses; keep the connection for those."""
        self._half_closed = True
        return self._waiting > 0 or self._paused

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport = None
            self._all.places.leave(self)

    def _answer_frames(self) -> None:
        """Answer what has come in whole, up to a batch; the rest, and what is not read yet, waits for its turn."""
        for _ in range(BATCH):
            if len(self._buffer) < 2 or self._ended or self._paused:
                return
            end = 2 + int.from_bytes(self._buffer[:2], "big")
            if not 14 <= end <= 2 + MAX_QUERY:  # this is not DNS, and what follows cannot be found
                self.cut()
                return
            if len(self._buffer) < end:
                return
            packet, self._buffer = self._buffer[2:end], self._buffer[end:]
            self._answer(packet)
        if not self._paused and not self._ended:
            self._pause()
            asyncio.get_running_loop().call_soon(self._go_on)

    @property
    def _ended(self) -> bool:
        return self._transport is None or self._transport.is_closing()

    def _pause(self) -> None:
        if self._transport is not None and not self._ended:
            self._paused = True
            self._transport.pause_reading()

    def _go_on(self) -> None:
        if self._paused and self._waiting < MAX_WAITING and self._transport is not None and not self._ended:
            self._paused = False
            self._transport.resume_reading()
            self._answer_frames()

    def _answer(self, packet: bytes) -> None:
        self._waiting += 1
        if self._waiting >= MAX_WAITING:
            self._pause()
        if not self.unsent:
            self.used = asyncio.get_running_loop().time()
        limits, now_ns = self._all.limits, monotonic_ns()
        if limits.on and limits.judge(self._packed, now_ns) is not Fate.ANSWER:
            self._all.resolver.counters["limited"] += 1
            if refused := turned_away(packet, stream=True):
                self.send(refused, None)
                return
        self._all.resolver.resolve(packet, self.address, now_ns // 1000, self, None)

    def _watch(self) -> None:
        """Cut a connection that has not been of use for a while, or has had its time."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        idle = now - self.used
        if (idle >= IDLE_SECONDS and not self._waiting) or (now - self._begun >= TOTAL_SECONDS and self.idle):
            self.cut()
            return
        self._timer = loop.call_later(max(IDLE_SECONDS - idle, 1.0), self._watch)
