# SPDX-License-Identifier: GPL-3.0-or-later
"""Ports towards an upstream: changed all the time, bounded, and deaf to strangers."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from clock import Clock
from waiting import HANG_SECONDS, until_async

from resolver.transport import udp
from resolver.transport.endpoint import Endpoint
from resolver.transport.poller import Poller
from resolver.transport.udp import BUSY_PORTS, OPEN_PORTS, USES, Port, UdpTransport

pytestmark = pytest.mark.process


class Bench:
    """A transport, its owner, the server that it sends to, and what came back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, server: socket.socket) -> None:
        self.server = server
        self.came: list[tuple[Any, bytes]] = []
        self.failed: list[Any] = []
        self.loop, self.poller = loop, Poller(loop)
        self.pool = UdpTransport(self, Endpoint("", *server.getsockname()))

    def on_packet(self, channel: Any, packet: bytes) -> None:
        self.came.append((channel, packet))

    def on_error(self, channel: Any) -> None:
        self.failed.append(channel)

    def send(self, waiting: Any, payload: bytes) -> tuple[Port, bytes]:
        port, ident = self.pool.place()
        port.send(ident + payload)
        port.pending[ident] = waiting
        return port, ident

    def sent(self) -> tuple[bytes, Any]:
        """The next packet at the server, and from where."""
        return self.server.recvfrom(4096)


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(HANG_SECONDS)
        yield sock


def run(server: socket.socket, test: Callable[[Bench], Any]) -> None:
    async def inside() -> None:
        bench = Bench(asyncio.get_running_loop(), server)
        try:
            await test(bench)
        finally:
            bench.pool.close()
            bench.poller.close()

    asyncio.run(inside())


@pytest.fixture
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if seconds passed between two queries."""
    monkeypatch.setattr(udp, "LIFE_SECONDS", 0.0)


def test_each_port_serves_a_few_queries_and_every_id_is_new(server: socket.socket, calm: None) -> None:
    async def test(bench: Bench) -> None:
        numbers: set[int] = set()
        for number in range(400):
            port, ident = bench.send(number, b"payload")
            packet, address = bench.sent()
            assert packet == ident + b"payload" and len(ident) == 2
            numbers.add(address[1])
            assert port.uses <= USES
            port.release(ident)
            assert len(bench.pool._all) <= OPEN_PORTS
        assert len(numbers) >= 100, "the kernel draws each number at random, and seldom one twice"

    run(server, test)


@pytest.mark.parametrize("answered", [True, False])
def test_in_a_busy_time_too_queries_leave_from_many_ports(
    server: socket.socket, answered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    Clock(monkeypatch)  # no port grows old, however busy the machine is

    async def test(bench: Bench) -> None:
        numbers: list[int] = []
        for number in range(1600):
            port, ident = bench.send(number, b"payload")
            numbers.append(bench.sent()[1][1])
            if answered:
                port.release(ident)
            assert len(bench.pool._all) <= BUSY_PORTS
        for start in range(0, 1201, 50):
            assert len(set(numbers[start : start + 400])) >= 100
        assert len(set(numbers)) <= BUSY_PORTS, "and no more are opened while those are young"

    run(server, test)


def test_after_a_busy_time_the_ports_are_closed_again(server: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    Clock(monkeypatch)

    async def test(bench: Bench) -> None:
        held = [bench.send(number, b"") for number in range(1000)]
        for port, ident in held[100:]:
            port.release(ident)
        monkeypatch.setattr(udp, "LIFE_SECONDS", 0.0)
        late = [bench.send(number, b"") for number in range(400)]
        waited_on = {port for port, _ in (*held[:100], *late)}
        assert all(port.sock.fileno() >= 0 for port in waited_on), "what is asked is still heard"
        for port, ident in (*held[:100], *late):
            port.release(ident)
        assert len(bench.pool._all) <= OPEN_PORTS

    run(server, test)


def test_an_answer_comes_with_its_port_and_a_retired_port_closes_after_its_last_one(
    server: socket.socket, calm: None
) -> None:
    async def test(bench: Bench) -> None:
        waiting = {}
        for number in range(100):
            port, ident = bench.send(number, b"")
            waiting[number] = (port, ident, bench.sent()[1])
        assert all(port.pending[ident] == number for number, (port, ident, _) in waiting.items())
        for port, ident, address in waiting.values():
            bench.server.sendto(ident + b"answer", address)
            await until_async(lambda: bench.came)
            assert bench.came.pop() == (port, ident + b"answer")
            port.release(ident)
            assert not port.retired or port.pending or port.sock.fileno() == -1
        assert len(bench.pool._all) <= OPEN_PORTS

    run(server, test)


def test_a_stranger_is_not_heard(server: socket.socket) -> None:
    async def test(bench: Bench) -> None:
        _, ident = bench.send("exchange", b"")
        _, address = bench.sent()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(ident + b"forged", address)
        bench.server.sendto(ident + b"true", address)
        await until_async(lambda: bench.came)
        assert [packet for _, packet in bench.came] == [ident + b"true"]

    run(server, test)


def test_past_the_bound_ports_are_used_again_and_no_query_fails(
    server: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(udp, "MAX_PORTS", 20)

    async def test(bench: Bench) -> None:
        held = [bench.send(number, b"") for number in range(300)]
        assert len(bench.pool._all) <= 20
        assert sum(len(port.pending) for port in bench.pool._all) == 300
        for port, ident in held:
            port.release(ident)
        assert len(bench.pool._all) <= 20

    run(server, test)


def test_a_server_that_is_gone_is_told_as_an_error(server: socket.socket) -> None:
    async def test(bench: Bench) -> None:
        server.close()
        port, _ = bench.send("exchange", b"")
        await until_async(lambda: bench.failed)
        assert bench.failed == [port] and "exchange" in port.pending.values()

    run(server, test)


def test_closing_leaves_no_socket_open(server: socket.socket) -> None:
    async def test(bench: Bench) -> None:
        held = {bench.send(number, b"")[0] for number in range(50)}
        bench.pool.close()
        assert all(port.sock.fileno() == -1 for port in held) and not bench.pool._all

    run(server, test)
