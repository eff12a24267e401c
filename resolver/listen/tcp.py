# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over TCP for clients (RFC 7766): two bytes of length, then the packet; many in flight, in any order."""

from __future__ import annotations

import asyncio
from time import monotonic_ns
from typing import Any, cast

from resolver.answer.pipeline import Resolver

MAX_CONNECTIONS = 300  # a worker: a file descriptor and some KiB each
MAX_PER_CLIENT = 20  # so that one device cannot take them all
MAX_WAITING = 100  # queries of one connection without an answer; then it is read no further
MAX_UNSENT = 256 * 1024  # bytes that a client does not read before its connection is cut
BATCH = 32  # queries of one connection answered before other connections and UDP get their turn
IDLE_SECONDS = 10.0  # RFC 7766 section 6.2.3: seconds, not minutes


class TcpConnections:
    """All connections of one worker, counted by client."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver
        self.open: set[TcpConnection] = set()
        self.by_client: dict[str, int] = {}

    def accept(self) -> TcpConnection:
        """The protocol for a connection just made."""
        return TcpConnection(self)

    def close(self) -> None:
        """Cut all connections."""
        for connection in list(self.open):
            connection.cut()


class TcpConnection(asyncio.Protocol):
    """One client's connection; itself a `ReplyTo` for the pipeline."""

    limit, stream, private = 65_535, True, False

    def __init__(self, all_connections: TcpConnections) -> None:
        self._all = all_connections
        self._transport: asyncio.Transport | None = None
        self._client = ""
        self._buffer = b""
        self._waiting = 0
        self._paused = self._half_closed = False
        self._last = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def send(self, response: bytes, address: Any) -> None:
        """Send one response; a client that has gone, or does not read, gets none."""
        transport = self._transport
        if transport is not None and not transport.is_closing():
            transport.write(len(response).to_bytes(2, "big") + response)
        self.drop()

    def drop(self) -> None:
        """One query less is waited for."""
        self._waiting -= 1
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > MAX_UNSENT:
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
        client = peer[0] if peer else ""
        count = self._all.by_client.get(client, 0)
        if not client or len(self._all.open) >= MAX_CONNECTIONS or count >= MAX_PER_CLIENT:
            self._all.resolver.counters["tcp_refused"] += 1
            transport.abort()
            return
        self._transport, self._client = transport, client
        self._all.open.add(self)
        self._all.by_client[client] = count + 1
        self._last = asyncio.get_running_loop().time()
        self._watch_idle()

    def data_received(self, data: bytes) -> None:
        self._last = asyncio.get_running_loop().time()
        self._buffer += data
        self._answer_frames()

    def eof_received(self) -> bool:
        """The client sends no more, and may still want its responses; keep the connection for those."""
        self._half_closed = True
        return self._waiting > 0 or self._paused

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is None:
            return
        self._transport = None
        self._all.open.discard(self)
        left = self._all.by_client.get(self._client, 1) - 1
        if left:
            self._all.by_client[self._client] = left
        else:
            self._all.by_client.pop(self._client, None)

    def _answer_frames(self) -> None:
        """Answer what has come in whole, up to a batch; the rest, and what is not read yet, waits for its turn."""
        for _ in range(BATCH):
            if len(self._buffer) < 2 or self._ended or self._paused:
                return
            end = 2 + int.from_bytes(self._buffer[:2], "big")
            if len(self._buffer) < end:
                return
            packet, self._buffer = self._buffer[2:end], self._buffer[end:]
            if end < 14:  # no header: this is not DNS, and what follows cannot be found
                self.cut()
                return
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
        self._all.resolver.resolve(packet, self._client, monotonic_ns() // 1000, self, None)

    def _watch_idle(self) -> None:
        loop = asyncio.get_running_loop()
        idle = loop.time() - self._last
        if idle >= IDLE_SECONDS and not self._waiting:
            self.cut()
            return
        self._timer = loop.call_later(max(IDLE_SECONDS - idle, 1.0), self._watch_idle)
