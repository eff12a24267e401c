# SPDX-License-Identifier: GPL-3.0-or-later
"""Where our own resolver (unbound) puts its questions, while it checks what the chosen upstreams say.

A port of loopback, UDP and TCP. What comes in was asked by unbound in the home's name: it is not judged, noted or kept
here, and goes to the upstreams in every way in which they are asked without it.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.route import Route
from wire import message, types
from wire import response as responses
from wire.fit import fit
from wire.message import HEADER, Question, Response
from wire.names import Malformed

HOST = "127.0.0.1"
UDP_BYTES = 4096  # loopback breaks no packet; keys and their signatures are longer than elsewhere is usual
TCP_BYTES = 65_535
MAX_STREAMS = 64  # unbound has 32 at most
IDLE_SECONDS = 30.0


class Asked(Protocol):
    """Who has the forwarder of now: the settings may bring another at any time."""

    forwarder: Forwarder


class Relay(asyncio.DatagramProtocol):
    """One worker's; all workers' share the port, and the kernel spreads what comes among them."""

    def __init__(self, resolver: Asked, port: int, route: Route) -> None:
        self.port, self.route = port, route
        self._resolver = resolver
        self._transport: asyncio.DatagramTransport | None = None
        self._server: asyncio.Server | None = None
        self._streams: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Bind both. Raises OSError."""
        loop = asyncio.get_running_loop()
        udp = _bound(socket.SOCK_DGRAM, self.port)
        try:
            tcp = _bound(socket.SOCK_STREAM, self.port)
        except OSError:
            udp.close()
            raise
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, sock=udp)
        self._server = await asyncio.start_server(self._accept, sock=tcp)

    def close(self) -> None:
        """Take no more; what is on its way is not answered."""
        if self._transport is not None:
            self._transport.close()
        if self._server is not None:
            self._server.close()
        for task in self._streams:
            task.cancel()

    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        """As asyncio's protocol."""
        transport = self._transport
        if transport is not None:
            self._ask(data, UDP_BYTES, lambda packet: transport.sendto(packet, addr))

    def _ask(self, packet: bytes, most: int, send: Callable[[bytes], None]) -> None:
        if len(packet) < HEADER.size or packet[2] & 0xF8:
            return
        try:
            question = message.parse_question(packet)
        except Malformed:
            return
        done = partial(_answer, question, most, send)
        self._resolver.forwarder.exchange(key_of(question, self.route.tag), question, done, self.route)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._streams) >= MAX_STREAMS:
            writer.close()
            return
        self._streams.add(task)
        try:
            while True:
                length = int.from_bytes(await asyncio.wait_for(reader.readexactly(2), IDLE_SECONDS), "big")
                packet = await asyncio.wait_for(reader.readexactly(length), IDLE_SECONDS)
                self._ask(packet, TCP_BYTES, partial(_write, writer))
        except (asyncio.IncompleteReadError, TimeoutError, OSError):
            pass
        finally:
            self._streams.discard(task)
            writer.close()


def _answer(
    question: Question, most: int, send: Callable[[bytes], None], response: Response | None, _upstream: str
) -> None:  # fmt: skip
    if response is None:
        send(responses.empty(question, types.SERVFAIL))
        return
    body = responses.with_ttls(response.body, response.ttls, 0) if response.changed else response.body
    packet = responses.build(question, response.rcode, body, response.counts)
    send(fit(packet, question, most, stream=most == TCP_BYTES))


def _write(writer: asyncio.StreamWriter, packet: bytes) -> None:
    if not writer.is_closing():
        writer.write(len(packet).to_bytes(2, "big") + packet)


def _bound(kind: socket.SocketKind, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, kind)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if kind == socket.SOCK_STREAM:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((HOST, port))
        if kind == socket.SOCK_STREAM:
            sock.listen(MAX_STREAMS)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock
