# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP connections towards one upstream: kept, pipelined, few (RFC 7766)."""

from __future__ import annotations

import asyncio
import os
import socket
from typing import cast

from resolver.transport.transport import Owner
from resolver.transport.waiting import Waiting
from wire.sockaddr import family, socket_address

MAX_STREAMS = 4  # connections to one upstream: RFC 7766 section 6.2.2 asks for few
SHARE = 8  # exchanges on a connection before another is opened: some servers answer one at a time
MAX_DISTRUSTED = 8  # connections kept beside those for answers that may come late
MAX_PENDING = 1000  # exchanges on one connection; more fail at once
CONNECT_SECONDS = 2.0
IDLE_SECONDS = 10.0


class Stream(asyncio.Protocol):
    """One connection: queries go out with a two-byte length before them, answers come in any order."""

    datagrams = False

    def __init__(self, transport: TcpTransport) -> None:
        self.pending: dict[bytes, Waiting] = {}
        self.answers = 0
        self.closed = self.distrusted = False
        self._owner = transport
        self._transport: asyncio.Transport | None = None
        self._unsent: list[bytes] = []
        self._buffer = b""

    def free_ident(self) -> bytes:
        """An id under which nothing waits here."""
        ident = os.urandom(2)
        while ident in self.pending:
            ident = os.urandom(2)
        return ident

    def send(self, packet: bytes) -> None:
        """Send now, or as soon as the connection stands."""
        frame = len(packet).to_bytes(2, "big") + packet
        if self._transport is None:
            self._unsent.append(frame)
        else:
            self._transport.write(frame)

    def release(self, ident: bytes) -> None:
        """Nothing is awaited under `ident` any more; an idle connection is closed after a while."""
        self.pending.pop(ident, None)
        if not self.pending:
            self._owner.idle(self)

    def distrust(self) -> None:
        """Give it no more queries; what waits on it may still be answered."""
        self.distrusted = True

    def close(self) -> None:
        """End the connection; what still waited is told."""
        if not self.closed:
            self.closed = True
            if self._transport is not None:
                self._transport.abort()
            self._owner.lost(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport = cast(asyncio.Transport, transport)  # uvloop's are none by birth
        if self.closed:
            transport.abort()
            return
        self._transport = transport
        transport.writelines(self._unsent)
        self._unsent.clear()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= 2:
            end = 2 + int.from_bytes(self._buffer[:2], "big")
            if len(self._buffer) < end:
                return
            packet, self._buffer = self._buffer[2:end], self._buffer[end:]
            self.answers += 1
            self._owner.on_packet(self, packet)

    def connection_lost(self, exc: Exception | None) -> None:
        self.close()


class TcpTransport:
    """The connections to one upstream; answers go to the owner, and so does one that breaks while queries wait."""

    datagrams = False
    least_seconds = 2.0  # a handshake more than UDP

    def __init__(self, owner: Owner, address: tuple[str, int]) -> None:
        self.on_packet = owner.on_packet
        self._loop, self._address, self._on_error = owner.loop, address, owner.on_error
        self._streams: list[Stream] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def place(self) -> tuple[Stream, bytes]:
        """The least busy connection, or a new one, and an id. Raises OSError when the connections are full."""
        trusted = [stream for stream in self._streams if not stream.distrusted]
        stream = min(trusted, key=lambda each: len(each.pending), default=None)
        if stream is None or (len(stream.pending) >= SHARE and len(trusted) < MAX_STREAMS):
            if len(self._streams) >= MAX_STREAMS + MAX_DISTRUSTED:
                self._oldest_distrusted().close()
            stream = self._open()
        if len(stream.pending) >= MAX_PENDING:
            raise OSError("too many queries wait on this upstream's connections")
        return stream, stream.free_ident()

    def idle(self, stream: Stream) -> None:
        """Called by a stream on which nothing waits."""
        if stream.distrusted:
            stream.close()
        else:
            self._loop.call_later(IDLE_SECONDS, self._close_idle, stream)

    def lost(self, stream: Stream) -> None:
        """Called by a stream that ended."""
        if stream in self._streams:
            self._streams.remove(stream)
        if stream.pending:
            self._on_error(stream)

    def close(self) -> None:
        """End all connections."""
        for stream in list(self._streams):
            stream.close()

    def _oldest_distrusted(self) -> Stream:
        return next(stream for stream in self._streams if stream.distrusted)  # the oldest stands first

    def _open(self) -> Stream:
        stream = Stream(self)
        self._streams.append(stream)
        task = self._loop.create_task(self._connect(stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return stream

    async def _connect(self, stream: Stream) -> None:
        sock = socket.socket(family(self._address[0]), socket.SOCK_STREAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._loop.sock_connect(sock, socket_address(*self._address))
                await self._loop.create_connection(lambda: stream, sock=sock)
        except (OSError, TimeoutError):
            sock.close()
            stream.close()

    def _close_idle(self, stream: Stream) -> None:
        if not stream.pending:
            stream.close()
