# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections towards an upstream: kept, pipelined, few, and told when they break."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from waiting import until_async

from resolver.transport import connections
from resolver.transport.connection import Connection
from resolver.transport.endpoint import Endpoint
from resolver.transport.tcp import LIMITS, TcpTransport

pytestmark = pytest.mark.process


class Server:
    """Takes connections and frames; answers when the test says so."""

    def __init__(self) -> None:
        self.writers: list[asyncio.StreamWriter] = []
        self.frames: list[tuple[asyncio.StreamWriter, bytes]] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                self.frames.append((writer, await reader.readexactly(size)))
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def answer(self, number: int) -> None:
        """Answer the frame of this number with itself."""
        writer, packet = self.frames[number]
        writer.write(len(packet).to_bytes(2, "big") + packet)


class Bench:
    """A transport, its owner, the server that it asks, and what came back."""

    def __init__(self, address: tuple[str, int], server: Server) -> None:
        self.server = server
        self.came: list[bytes] = []
        self.failed: list[Any] = []
        self.loop = asyncio.get_running_loop()
        self.poller: Any = None  # which connections do without
        self.pool = TcpTransport(self, Endpoint("", *address, "tcp"))

    def on_packet(self, channel: Any, packet: bytes) -> None:
        self.came.append(packet)

    def on_error(self, channel: Any) -> None:
        self.failed.append(channel)

    def send(self, waiting: Any, payload: bytes) -> tuple[Connection, bytes]:
        stream, ident = self.pool.place()
        stream.pending[ident] = waiting
        stream.send(ident + payload)
        return stream, ident


def run(test: Callable[[Bench], Awaitable[Any]], loop_factory: Any = None) -> None:
    async def inside() -> None:
        server = Server()
        listening = await asyncio.start_server(server.take, "127.0.0.1", 0)
        bench = Bench(listening.sockets[0].getsockname(), server)
        try:
            await test(bench)
        finally:
            bench.pool.close()
            for writer in server.writers:
                writer.close()
            listening.close()
            await asyncio.sleep(0.01)

    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.run(inside())


def loops() -> list[Any]:
    """Both kinds of loop that a worker may run on."""
    try:
        import uvloop
    except ImportError:
        return [asyncio.new_event_loop]
    return [asyncio.new_event_loop, uvloop.new_event_loop]


@pytest.mark.parametrize("loop_factory", loops())
def test_queries_share_a_connection_and_answers_come_in_any_order(loop_factory: Any) -> None:
    async def test(bench: Bench) -> None:
        sent = [bench.send(number, b"%d" % number) for number in range(LIMITS.share)]
        await until_async(lambda: len(bench.server.frames) == LIMITS.share)
        assert len(bench.server.writers) == 1
        assert [packet for _, packet in bench.server.frames] == [ident + b"%d" % n for n, (_, ident) in enumerate(sent)]
        for number in reversed(range(LIMITS.share)):
            bench.server.answer(number)
        await until_async(lambda: len(bench.came) == LIMITS.share)
        assert bench.came == [ident + b"%d" % n for n, (_, ident) in reversed(list(enumerate(sent)))]

    run(test, loop_factory)


def test_connections_are_few_and_none_is_overfull(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_PENDING", 10)

    async def test(bench: Bench) -> None:
        for number in range(10 * LIMITS.connections):
            bench.send(number, b"x")
        await until_async(lambda: len(bench.server.frames) == 10 * LIMITS.connections)
        assert len(bench.server.writers) == LIMITS.connections
        with pytest.raises(OSError, match="too many"):
            bench.send("one more", b"x")

    run(test)


def test_an_answer_may_come_in_pieces_and_several_at_once() -> None:
    async def test(bench: Bench) -> None:
        _, ident = bench.send("exchange", b"x")
        await until_async(lambda: bench.server.frames)
        writer = bench.server.writers[0]
        frames = b"".join(len(body).to_bytes(2, "big") + body for body in (ident + b"one", b"", ident + b"y" * 65533))
        for start in (0, 1, 2, 3, 9, 10):
            writer.write(frames[start : {0: 1, 1: 2, 2: 3, 3: 9, 9: 10, 10: None}[start]])
            await asyncio.sleep(0.005)
        await until_async(lambda: len(bench.came) == 3)
        assert bench.came == [ident + b"one", b"", ident + b"y" * 65533]

    run(test)


def test_when_a_connection_breaks_those_who_wait_are_told_and_a_new_one_is_made() -> None:
    async def test(bench: Bench) -> None:
        stream, ident = bench.send("exchange", b"x")
        await until_async(lambda: bench.server.frames)
        bench.server.writers[0].transport.abort()
        await until_async(lambda: bench.failed)
        assert bench.failed == [stream] and stream.pending == {ident: "exchange"}
        other, _ = bench.send("exchange", b"x")
        await until_async(lambda: len(bench.server.frames) == 2)
        assert other is not stream

    run(test)


def test_a_connection_without_work_breaks_in_silence_and_is_closed_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(TcpTransport, "limits", replace(LIMITS, idle_seconds=0.05))

    async def test(bench: Bench) -> None:
        stream, ident = bench.send("exchange", b"x")
        await until_async(lambda: bench.server.frames)
        stream.release(ident)
        await until_async(lambda: stream.closed)
        assert not bench.failed

    run(test)


@pytest.mark.parametrize("hangs", [False, True])
def test_a_server_that_cannot_be_reached_is_told(hangs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TcpTransport, "limits", replace(LIMITS, connect_seconds=0.1))

    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async def test(bench: Bench) -> None:
        bench.pool.endpoint = Endpoint("", "127.0.0.1", 1, "tcp")
        if hangs:
            monkeypatch.setattr(asyncio.get_running_loop(), "create_connection", never)
        stream, _ = bench.send("exchange", b"x")
        await until_async(lambda: bench.failed == [stream])
        assert stream.closed

    run(test)
