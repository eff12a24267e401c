# SPDX-License-Identifier: GPL-3.0-or-later
"""Passthrough over TLS and HTTPS: once a connection stands, plain queries take the short way; what goes wrong is asked
again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import dns.message
import pytest
from forwarding_bench import CLIENT, PUBLIC, record
from http_server import HttpServer, Request
from own_authority import Authority
from tls_server import at, server_context, serving
from waiting import until_async

from resolver.answer import snapshot
from resolver.answer.pipeline import Resolver
from resolver.kept.cache import Cache
from resolver.upstream.forwarder import Forwarder
from store.log.records import Key, Origin
from wire import message, names

pytestmark = pytest.mark.process


class Upstream:
    """What both servers do with a query: answer it, deny it, hang up or keep silent."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.hang_up = 0  # so many times

    def answer(self, packet: bytes) -> bytes | None:
        self.asked.append(packet)
        name, end = names.question_name(packet)
        if self.hang_up:
            self.hang_up -= 1
            return None
        rcode, records = (3, b"") if name.startswith("none") else (0, record())
        head = packet[:2] + message.HEADER.pack(0, 0x8180 | rcode, 1, bool(records), 0, 0)[2:]
        return head + packet[12 : end + 4] + records

    async def framed(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                packet = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
                if (answer := self.answer(packet)) is None:
                    return
                writer.write(len(answer).to_bytes(2, "big") + answer)
        except (asyncio.IncompleteReadError, OSError):
            return

    def http(self, request: Request) -> None:
        if (answer := self.answer(request.body)) is None:
            request.http.close_connection(last_stream_id=0)
        else:
            request.answer(answer)


class House:
    """A resolver whose client and recorder are the test."""

    limit, stream, private = 1232, False, False
    transport, memo = 1, b""

    def __init__(self, state: Path, port: int, scheme: str) -> None:
        self.sent: list[bytes] = []
        self.notes: list[Key] = []
        endpoint = at(port, scheme, path="/dns-query" if scheme == "https" else "")
        self.forwarder = Forwarder(asyncio.get_running_loop(), [endpoint], 30.0)
        recorder: Any = self
        self.resolver = Resolver(snapshot.build(state, {}), Cache(100, 1 << 20), self.forwarder, recorder)

    def send(self, response: bytes, address: Any) -> None:
        self.sent.append(response)

    def drop(self) -> None:
        """Nothing is waited for."""

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        self.notes.append(key)

    async def ask(self, *asked: str) -> list[bool]:
        """Ask for the names at once; which of them took the short way. All are answered when this returns."""
        taken, before = [], len(self.sent)
        seat = self.resolver.snapshot.admit(CLIENT)
        for name in asked:
            packet = dns.message.make_query(name, "A").to_wire()
            taken.append(self.resolver.passthrough.ask(packet, CLIENT, seat, 0, self, None))
            if not taken[-1]:
                self.resolver.resolve(packet, CLIENT, 0, self, None)
        self.resolver.passthrough.depart()
        await until_async(lambda: len(self.sent) == before + len(asked))
        return taken


def run(state: Path, authority: Authority, scheme: str, test: Callable[[House, Upstream], Awaitable[None]]) -> None:
    async def inside() -> None:
        upstream = Upstream()
        take = upstream.framed if scheme == "tls" else HttpServer(upstream.http).take
        protocols = ("h2",) if scheme == "https" else ()
        async with serving(take, server_context(authority.issue(), protocols=protocols)) as port:
            house = House(state, port, scheme)
            try:
                await test(house, upstream)
            finally:
                house.forwarder.close()

    with asyncio.Runner() as runner:
        runner.run(asyncio.wait_for(inside(), 120))


@pytest.mark.parametrize("scheme", ["tls", "https"])
def test_once_a_connection_stands_plain_queries_take_the_short_way(
    state: Path, trusted: Authority, scheme: str
) -> None:
    async def test(house: House, upstream: Upstream) -> None:
        assert await house.ask("First.shop.example") == [False], "a handshake comes first"
        assert await house.ask("second.shop.example", "Third.shop.example", "none.shop.example") == [True] * 3
        for packet in upstream.asked[1:]:
            read = dns.message.from_wire(packet)
            assert len(packet) % 128 == 0 and [option.otype for option in read.options] == [12]
            name = str(read.question[0].name)
            assert name == name.lower(), "letters are mixed over datagrams alone"
        assert [packet[-4:] == PUBLIC for packet in house.sent] == [True, True, True, False]
        assert b"\5Third" in house.sent[2] and house.sent[3][3] & 15 == 3
        assert {key.origin for key in house.notes} == {int(Origin.UPSTREAM)}
        server = house.forwarder.servers[0]
        assert server.first.handshakes == 1 and not house.forwarder.in_flight and not house.forwarder.counters["failed"]

    run(state, trusted, scheme, test)


@pytest.mark.parametrize("scheme", ["tls", "https"])
def test_what_waited_on_a_connection_that_breaks_is_asked_again(state: Path, trusted: Authority, scheme: str) -> None:
    async def test(house: House, upstream: Upstream) -> None:
        await house.ask("first.shop.example")
        upstream.hang_up = 1
        assert await house.ask(*(f"n{number}.shop.example" for number in range(20))) == [True] * 20
        assert all(packet[-4:] == PUBLIC for packet in house.sent)
        server = house.forwarder.servers[0]
        assert server.first.handshakes == 2 and not server.failures and not house.forwarder.in_flight

    run(state, trusted, scheme, test)
