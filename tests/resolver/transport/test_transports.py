# SPDX-License-Identifier: GPL-3.0-or-later
"""A transport of the tests' own, one class on either side: what it takes to carry queries, and that it is enough.

It writes packets as lines of hexadecimal digits over a TCP connection.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from time import monotonic_ns
from typing import Any

import dns.message
import dns.rcode
import dns.rrset
import pytest
from clock import LOOP_HANG_SECONDS, Clock

from resolver.answer import snapshot
from resolver.answer.pipeline import Resolver
from resolver.kept.cache import Cache
from resolver.transport.endpoint import Endpoint
from resolver.transport.transport import Channel, Owner, Transport
from resolver.transport.transports import TRANSPORTS
from resolver.transport.waiting import Waiting
from resolver.upstream import forwarder
from resolver.upstream.forwarder import Forwarder
from store.config import edit
from store.log.records import Key, Verdict

pytestmark = pytest.mark.process


class HexUp(asyncio.Protocol):
    """Towards an upstream: transport and channel in one, over a connection that is made when it is first needed."""

    datagrams = encrypted = distrusted = False
    least_seconds, answers, handshakes, fault = 1.0, 0, 0, ""

    def __init__(self, owner: Owner, endpoint: Endpoint) -> None:
        self.owner, self.address, self.pending = owner, (endpoint.host, endpoint.port), dict[bytes, Waiting]()
        self.connection: Any = None
        self.unsent, self.buffer, self.tasks = list[bytes](), b"", set[Any]()

    def place(self) -> tuple[Channel, bytes]:
        ident = os.urandom(2)
        return (self, ident) if ident not in self.pending else self.place()

    def send(self, packet: bytes) -> None:
        if self.connection is None and not self.unsent:
            self.tasks = {self.owner.loop.create_task(self.connect())}
        self.unsent.append(packet.hex().encode() + b"\n")
        self.flush()

    async def connect(self) -> None:
        try:
            self.connection, _ = await self.owner.loop.create_connection(lambda: self, *self.address)
        except OSError:
            self.connection_lost(None)
        self.flush()

    def flush(self) -> None:
        while self.connection is not None and self.unsent:
            self.connection.write(self.unsent.pop(0))

    def data_received(self, data: bytes) -> None:
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            self.owner.on_packet(self, bytes.fromhex(line.decode()))

    def connection_lost(self, _: Exception | None) -> None:
        self.connection, self.unsent, self.buffer = None, [], b""
        self.owner.on_error(self)

    def release(self, ident: bytes) -> None:
        self.pending.pop(ident, None)

    @property
    def is_open(self) -> bool:
        return self.connection is not None

    strays = 0

    def stray(self) -> bool:
        return False

    def distrust(self, since: float, idle_seconds: float = 0.0) -> None:
        """It is made anew only when it breaks."""

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()


class HexDown(asyncio.Protocol):
    """Towards a client: one connection, and where its responses go."""

    limit, stream, private = 65_535, True, False
    transport, memo = 2, None

    def __init__(self, resolver: Resolver) -> None:
        self.resolver, self.buffer = resolver, b""

    def connection_made(self, transport: Any) -> None:
        self.connection = transport

    def data_received(self, data: bytes) -> None:
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            packet = bytes.fromhex(line.decode())
            self.resolver.resolve(packet, "192.168.1.2", monotonic_ns() // 1000, self, None)

    def send(self, response: bytes, address: Any) -> None:
        self.connection.write(response.hex().encode() + b"\n")

    def drop(self) -> None:
        """Nothing is counted."""


def _is_transport(owner: Owner) -> Transport:
    return HexUp(owner, Endpoint("", "127.0.0.1", 53))


class Bench:
    """Client ─ HexDown ─ resolver ─ HexUp ─ two servers, each answering as the test says."""

    def __init__(self, state: Path) -> None:
        self.state, self.notes, self.asked = state, list[Key](), list[tuple[int, str]]()
        self.answering: Callable[[int, dns.message.Message], bytes | None] = lambda _, query: answer(query)
        self.writers = list[asyncio.StreamWriter]()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        servers = [await asyncio.start_server(partial(self.serve, n), "127.0.0.1", 0) for n in range(2)]
        ports = [server.sockets[0].getsockname()[1] for server in servers]
        endpoints = [Endpoint(f"hex://127.0.0.1:{port}", "127.0.0.1", port, "hex") for port in ports]
        self.forwarder = Forwarder(loop, endpoints, 0.5, transports={**TRANSPORTS, "hex": (HexUp,)})
        recorder: Any = self
        self.resolver = Resolver(snapshot.build(self.state, {}), Cache(100, 1 << 20), self.forwarder, recorder)
        self.down = HexDown(self.resolver)
        listening = await loop.create_server(lambda: self.down, "127.0.0.1", 0)
        self.reader, self.writer = await asyncio.open_connection(
            *listening.sockets[0].getsockname(), limit=1 << 18
        )  # fmt: skip
        self.servers = [*servers, listening]

    async def serve(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        while line := await reader.readline():
            query = dns.message.from_wire(bytes.fromhex(line.decode()))
            name = query.question[0].name.to_text(omit_final_dot=True)
            if name != ".":  # by which a server is probed that is slow, as on a busy machine
                self.asked.append((number, name))
            reply = self.answering(number, query)
            if reply is None:
                break
            writer.write(reply.hex().encode() + b"\n")
        writer.close()

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        self.notes.append(key)

    async def ask(self, *names: str, rdtype: str = "A") -> list[dns.message.Message]:
        """The responses to queries that are sent at once, in the order in which they come."""
        for name in names:
            self.writer.write(dns.message.make_query(name, rdtype).to_wire().hex().encode() + b"\n")
        return [dns.message.from_wire(bytes.fromhex((await self.reader.readline()).decode())) for _ in names]

    async def close(self) -> None:
        for server in self.servers:
            server.close()
        self.forwarder.close()
        for writer in (self.writer, *self.writers):
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        self.down.connection.close()
        await asyncio.sleep(0.01)  # the loop closes what was told to close when it comes round


def answer(query: dns.message.Message, *texts: str) -> bytes:
    reply = dns.message.make_response(query)
    texts = texts or ("203.0.113.7",)
    reply.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", query.question[0].rdtype, *texts))
    return bytes(reply.to_wire(max_size=65_535))


@pytest.fixture
def run(state: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Bench], Awaitable[None]]], None]:
    edit.add_rule(edit.engine(state), "block", "blocked.example")

    async def inside(test: Callable[[Bench], Awaitable[None]]) -> None:
        bench = Bench(state)
        await bench.open()
        try:
            async with asyncio.timeout(LOOP_HANG_SECONDS):
                await test(bench)
        finally:
            await bench.close()

    clock = Clock(monkeypatch, "resolver.upstream.pending")  # nobody is late, however busy the machine is

    def run_it(test: Callable[[Bench], Awaitable[None]]) -> None:
        with asyncio.Runner(loop_factory=clock.loop) as runner:
            runner.run(inside(test))

    return run_it


Run = Callable[[Callable[[Bench], Awaitable[None]]], None]


def test_queries_go_up_and_answers_come_down_and_are_noted(run: Run) -> None:
    async def test(bench: Bench) -> None:
        names = {f"n{number}.shop.example" for number in range(50)}
        got = await bench.ask(*names)
        assert {each.question[0].name.to_text(omit_final_dot=True) for each in got} == names
        assert all(each.answer[0][0].to_text() == "203.0.113.7" for each in got)
        assert {key.name for key in bench.notes} == names and {key.verdict for key in bench.notes} == {Verdict.PASS}
        assert {key.upstream.partition(":")[0] for key in bench.notes} == {"hex"}

    run(test)


def test_what_is_blocked_goes_nowhere(run: Run) -> None:
    async def test(bench: Bench) -> None:
        (got,) = await bench.ask("x.blocked.example")
        assert got.answer[0][0].to_text() == "0.0.0.0" and not bench.asked

    run(test)


def test_identical_questions_are_asked_once(run: Run) -> None:
    async def test(bench: Bench) -> None:
        await bench.ask(*["same.shop.example"] * 20)
        assert len(bench.asked) == 1 and bench.forwarder.counters["joined"] == 19
        assert bench.forwarder.exchanges.joined == 0, "nobody waits any more"

    run(test)


def test_those_who_wait_for_others_questions_are_bounded_together(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forwarder, "MAX_JOINED_ALL", 5)

    async def test(bench: Bench) -> None:
        await bench.ask(*["one.shop.example", "two.shop.example"] * 10)
        assert bench.forwarder.counters["joined"] == 5 and bench.forwarder.counters["overflow"]
        assert bench.forwarder.exchanges.joined == 0

    run(test)


def test_a_stream_carries_what_no_datagram_does_and_nothing_is_cut_off(run: Run) -> None:
    async def test(bench: Bench) -> None:
        texts = ['"' + f"{number:03}" * 80 + '"' for number in range(200)]
        bench.answering = lambda _, query: answer(query, *texts)
        (got,) = await bench.ask("large.shop.example", rdtype="TXT")
        assert len(got.answer[0]) == 200

    run(test)


def test_letters_that_come_back_small_are_no_forgery_on_a_stream(run: Run) -> None:
    async def test(bench: Bench) -> None:
        bench.answering = lambda _, query: answer(query).lower()  # no length or number of it is a capital's
        (got,) = await bench.ask("Letters.Shop.Example")
        assert got.rcode() == dns.rcode.NOERROR and not bench.forwarder.counters["mismatched"]

    run(test)


def test_when_one_server_hangs_up_the_other_is_asked(run: Run) -> None:
    async def test(bench: Bench) -> None:
        bench.answering = lambda number, query: answer(query) if number else None
        got = await bench.ask(*(f"n{number}.shop.example" for number in range(10)))
        assert all(each.answer[0][0].to_text() == "203.0.113.7" for each in got)
        assert {number for number, _ in bench.asked} == {0, 1}

    run(test)


def test_an_answer_under_no_known_id_is_counted_and_nothing_else(run: Run) -> None:
    async def test(bench: Bench) -> None:
        def twice(_: int, query: dns.message.Message) -> bytes:
            reply = answer(query)
            other = bytes((reply[0] ^ 0xFF, reply[1])) + reply[2:]
            return bytes.fromhex(other.hex()) if len(bench.asked) == 1 else reply

        bench.answering = twice
        (got,) = await bench.ask("late.shop.example")
        assert got.answer and bench.forwarder.counters["unexpected"] == 1

    run(test)


def test_a_worker_that_asks_in_plain_dns_holds_neither_http_nor_quic() -> None:
    code = "import sys, resolver.worker; print([name for name in ('h2', 'hpack', 'aioquic') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
