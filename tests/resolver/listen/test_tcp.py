# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients over TCP: quick ones, slow ones, silent ones, greedy ones, and those that speak something else."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import dns.message
import pytest
from running_worker import House
from tcp_wire import Instant, Wire, frame, in_process
from waiting import HANG_SECONDS, until, until_async

from resolver.listen import tcp
from resolver.listen.tcp import MAX_UNSENT

pytestmark = pytest.mark.process


@pytest.fixture(autouse=True)
def the_worker_still_answers(house: House) -> Iterator[None]:
    """Whatever a client did, the next one is served, and nothing went wrong inside."""
    yield
    assert house.worker.ask(f"n{time.monotonic_ns()}.plain.example", tcp=True).answer
    assert house.worker.status().faults == 0
    assert not any("Traceback" in line for line in house.worker.log)


def connect(house: House, source: str = "127.0.0.1") -> socket.socket:
    where = (house.worker.address, house.worker.port)
    return socket.create_connection(where, timeout=HANG_SECONDS, source_address=(source, 0))


def read(sock: socket.socket) -> dns.message.Message:
    (size,) = struct.unpack("!H", exactly(sock, 2))
    return dns.message.from_wire(exactly(sock, size))


def exactly(sock: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def ended(sock: socket.socket) -> bool:
    """Whether the other side closes; False when that hangs."""
    try:
        while sock.recv(65536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


def test_many_queries_may_be_sent_at_once_and_answers_come_as_they_are_ready(house: House) -> None:
    with connect(house) as sock:
        names = ["a.held.example", *(f"n{number}.plain.example" for number in range(300)), "telltale"]
        sock.sendall(b"".join(frame(name, ident=number) for number, name in enumerate(names)))
        got = [read(sock) for _ in names[1:]]
        house.upstream.let_go()
        got.append(read(sock))
    assert sorted(message.id for message in got) == list(range(len(names)))
    assert all(str(message.question[0].name) == f"{names[message.id]}." and message.answer for message in got)
    assert got[-1].id == 0, "the slow one holds up no other"


def test_a_query_may_come_byte_by_byte(house: House) -> None:
    with connect(house) as sock:
        for byte in frame("bytewise.plain.example"):
            sock.sendall(bytes([byte]))
        assert read(sock).answer
        sock.sendall(frame("again.plain.example"))
        assert read(sock).answer, "and the connection is kept for the next"


@pytest.mark.parametrize(
    "data",
    [
        b"\0\0",
        b"\0\5hello",
        b"\0\x0bhello world",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3000,
        b"\x16\x03\x01\0\xc8\1\0",
    ],
    ids=["empty", "5 bytes", "11 bytes", "http", "tls"],
)
def test_what_is_no_dns_is_cut_or_waited_out_and_never_echoed(house: House, data: bytes) -> None:
    with connect(house) as sock:
        got = b""
        with contextlib.suppress(OSError):  # it may be cut off before all is sent, too
            sock.sendall(data)
            sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while more := sock.recv(65536):
                got += more
    assert all(
        data[start : start + 8] not in got for start in range(0, min(len(data), 200), 8) if data[start : start + 8]
    )
    assert len(got) % 14 == 0 and len(got) <= 14 * 10, "at most bare errors, each of twelve bytes"


def test_a_response_sent_to_us_is_ignored_and_the_connection_lives_on(house: House) -> None:
    with connect(house) as sock:
        query = frame("after.plain.example")
        sock.sendall((query[:4] + bytes([query[4] | 0x80]) + query[5:]) * 150 + query)
        assert read(sock).answer


def test_a_faulty_packet_gets_its_error_and_the_next_query_its_answer(house: House) -> None:
    with connect(house) as sock:
        sock.sendall(b"\0\x0c\0\7\1\0\0\0\0\0\0\0\0\0" + frame("after.plain.example"))
        assert read(sock).rcode() == 1
        assert read(sock).answer


def test_one_client_cannot_take_all_connections(house: House) -> None:
    def so_many_are_served() -> bool:
        """Where this takes longer than a connection is kept, places are free again meanwhile."""
        with ExitStack() as stack:
            socks = [stack.enter_context(connect(house, "127.0.0.7")) for _ in range(tcp.BOUNDS.client + 10)]
            served = sum(is_answered(sock, f"c{number}.plain.example") for number, sock in enumerate(socks))
            assert house.worker.ask("other.plain.example", tcp=True, source="127.0.0.8").answer
        until(lambda: is_served(house, "127.0.0.7"))  # the places are free again
        return served == tcp.BOUNDS.client

    until(so_many_are_served)


def is_served(house: House, source: str) -> bool:
    with connect(house, source) as sock:
        return is_answered(sock, "late.plain.example")


def is_answered(sock: socket.socket, name: str) -> bool:
    try:
        sock.sendall(frame(name))
        return bool(read(sock).answer)
    except (ConnectionError, EOFError):
        return False


def test_a_client_that_reads_nothing_is_cut_and_costs_a_bounded_buffer(house: House) -> None:
    with connect(house) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        query = frame("x.big.example")
        house.worker.ask("x.big.example", tcp=True)
        sent, most = 0, 40 * MAX_UNSENT  # its answers would be a hundred times as much
        try:
            while sent < most:
                sent += sock.send(query * 100)
        except ConnectionError:
            pass
        assert sent < most
        assert ended(sock)


def test_a_silent_client_is_cut_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    """Held in-process: the real wait is longer than a test should take."""
    monkeypatch.setattr(tcp, "IDLE_SECONDS", 0.2)

    async def inside() -> None:
        connections = tcp.TcpConnections(Nobody())  # type: ignore[arg-type]
        server = await asyncio.get_running_loop().create_server(connections.accept, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        assert await reader.read() == b""
        writer.close()
        assert not connections.open and not connections.places.by_client
        server.close()

    asyncio.run(inside())


class Nobody:
    """A resolver that nobody asks."""


def test_past_the_bound_of_all_connections_new_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "BOUNDS", replace(tcp.BOUNDS, connections=3))
    resolver: Any = Nobody()
    resolver.counters = Counter()

    async def inside() -> None:
        connections = tcp.TcpConnections(resolver)
        server = await asyncio.get_running_loop().create_server(connections.accept, "127.0.0.1", 0)
        made = [await asyncio.open_connection(*server.sockets[0].getsockname()) for _ in range(5)]
        for reader, _ in made[3:]:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await reader.readexactly(1)
        assert len(connections.open) == 3 and resolver.counters["tcp_refused"] == 2
        connections.close()
        for _, writer in made:
            writer.close()
        server.close()
        await until_async(lambda: not connections.open)

    asyncio.run(inside())


def test_a_client_that_sends_thousands_at_once_is_answered_in_turns() -> None:
    """Between the turns others are served, and nothing more is read."""
    count = 18_000

    async def test(connection: Any, transport: Wire) -> None:
        connection.data_received(frame("a.example", ident=1) * count)
        turns = 0
        while len(transport.written) < count:
            before = len(transport.written)
            assert not transport.reading
            await asyncio.sleep(0)
            assert before < len(transport.written) <= before + tcp.BATCH
            turns += 1
        assert turns >= count / tcp.BATCH - 1
        await asyncio.sleep(0)
        assert transport.reading and not connection._buffer

    in_process(Instant(), test)


def test_a_client_that_waits_for_many_answers_is_read_no_further_until_some_have_come() -> None:
    resolver = Instant(hold=True)

    async def test(connection: Any, transport: Wire) -> None:
        connection.data_received(frame("a.example") * 250)
        for _ in range(30):
            await asyncio.sleep(0)
        assert len(resolver.held) == tcp.MAX_WAITING and not transport.reading
        while resolver.held:
            resolver.held.pop().send(b"x" * 12, None)
            for _ in range(10):
                await asyncio.sleep(0)
            assert len(resolver.held) <= tcp.MAX_WAITING
        assert len(transport.written) == 250 and transport.reading

    in_process(resolver, test)


def test_a_connection_that_was_cut_answers_nothing_more() -> None:
    async def test(connection: Any, transport: Wire) -> None:
        connection.data_received(frame("a.example") * 40)
        written = len(transport.written)
        connection.cut()
        connection.data_received(frame("a.example") * 40)
        await asyncio.sleep(0)
        assert len(transport.written) == written

    in_process(Instant(), test)


@pytest.mark.parametrize("names", [["x.slow.example"], ["x.slow.example", "y.plain.example", "z.slow.example"]])
def test_a_client_that_sends_no_more_still_gets_its_answers(house: Any, names: list[str]) -> None:
    with connect(house) as sock:
        sock.sendall(b"".join(frame(name) for name in names))
        sock.shutdown(socket.SHUT_WR)
        got = {str(read(sock).question[0].name) for _ in names}
        assert got == {f"{name}." for name in names}
        assert ended(sock), "and is let go after the last"


class Dropping:
    """A resolver that drops what begins with a d, and answers anything else with itself."""

    def __init__(self) -> None:
        self.counters: Counter[str] = Counter()

    def resolve(self, packet: bytes, client: str, started_us: int, reply_to: Any, address: Any) -> None:
        if packet[12:14] == b"\1d":
            reply_to.drop()
        else:
            reply_to.send(packet, address)


@pytest.mark.parametrize("names", [["d.example"], ["d.example", "a.example", "d.test"]])
def test_a_connection_whose_queries_were_dropped_ends_like_any_other(
    names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "IDLE_SECONDS", 0.05)

    async def inside() -> None:
        resolver: Any = Dropping()
        connections = tcp.TcpConnections(resolver)
        server = await asyncio.get_running_loop().create_server(connections.accept, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"".join(frame(name) for name in names))
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(HANG_SECONDS):
                await reader.read()  # until the other side closes
        writer.close()
        server.close()

    asyncio.run(inside())
