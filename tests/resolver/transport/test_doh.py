# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over HTTPS: many streams on one connection, what HTTP refuses, and servers that do not keep to HTTP/2."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import dns.message
import pytest
from http_server import HttpServer, Request
from hyperframe.frame import GoAwayFrame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from own_authority import Authority
from tls_server import Asker, FramedServer, at, server_context, serving
from waiting import HANG_SECONDS, until_async

from resolver.transport.doh import HttpConnection, HttpsTransport

pytestmark = pytest.mark.process
QUERY = b"\1\0\0\1\0\0\0\0\0\0\3www\4shop\7example\0\0\1\0\1"  # less its id


def run(test: Any, factory: Any = None) -> None:
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(asyncio.wait_for(test, HANG_SECONDS))


def doh(port: int, asker: Asker) -> HttpsTransport:
    return HttpsTransport(asker, at(port, "https", path="/dns-query"))


def loops() -> list[Any]:
    try:
        import uvloop
    except ImportError:
        return [asyncio.new_event_loop]
    return [asyncio.new_event_loop, uvloop.new_event_loop]


@pytest.mark.parametrize("factory", loops())
def test_many_queries_are_streams_of_one_connection_and_answers_come_in_any_order(
    trusted: Authority, factory: Any
) -> None:
    async def test() -> None:
        server, asker = HttpServer(lambda _: None), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            idents = [asker.send(transport, QUERY + b"%d" % number)[1] for number in range(250)]
            await until_async(lambda: len(server.requests) >= 100)
            while len(asker.came) < 250:  # a hundred streams at a time, as the server lets
                for request in reversed(server.requests[len(asker.came) :]):
                    request.answer()
                server.flush()
                heard = len(server.requests)
                await until_async(lambda heard=heard: len(asker.came) == heard)
                await until_async(lambda: len(server.requests) > len(asker.came) or len(asker.came) == 250)
            assert sorted(asker.came) == sorted(ident + QUERY + b"%d" % n for n, ident in enumerate(idents))
            assert server.connections == transport.handshakes == 1 and not transport.fault
            request = server.requests[0]
            assert request.body[:2] == b"\0\0" and request.head[":method"] == "POST"
            assert request.head[":path"] == "/dns-query" and request.head[":authority"].startswith("dns.test.example:")
            assert request.head["content-type"] == request.head["accept"] == "application/dns-message"
            transport.close()

    run(test(), factory)


def test_a_large_answer_comes_whole(trusted: Authority) -> None:
    async def test() -> None:
        server, asker = HttpServer(lambda request: request.answer(request.body + b"x" * 65_000)), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            for number in range(1, 30):  # more than the windows of the beginning
                asker.send(transport, QUERY)
                await until_async(lambda number=number: len(asker.came) == number)
            assert all(len(packet) == 65_002 + len(QUERY) for packet in asker.came) and transport.handshakes == 1
            transport.close()

    run(test())


REFUSALS = {
    "HTTP 403": lambda request: request.answer(b"no", "403", "text/plain"),
    "is no DNS: text/html": lambda request: request.answer(b"<html>log in</html>", "200", "text/html; charset=utf-8"),
    "is no DNS: application/dns-message": lambda request: request.answer(b"short"),
    "broke off": Request.reset,
}


@pytest.mark.parametrize("words", REFUSALS)
def test_what_is_no_answer_is_a_failure_of_that_query_alone(trusted: Authority, words: str) -> None:
    async def test() -> None:
        server, asker = HttpServer(REFUSALS[words]), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            _, ident = asker.send(transport, QUERY)
            await until_async(lambda: asker.came)
            assert asker.came[0][:2] == ident and len(asker.came[0]) == 12
            assert asker.came[0][3] & 0xF == (5 if "403" in words else 2)
            assert words in transport.fault
            server.habit = Request.answer
            asker.send(transport, QUERY)
            await until_async(lambda: len(asker.came) == 2)
            assert len(asker.came[1]) > 12 and not transport.fault and transport.handshakes == 1
            transport.close()

    run(test())


def test_a_body_without_end_is_cut_off(trusted: Authority) -> None:
    async def test() -> None:
        async def endless(request: Request) -> None:
            request.http.send_headers(request.number, [(":status", "200"), ("content-type", "application/dns-message")])
            while not asker.came:
                room = min(16_000, request.http.local_flow_control_window(request.number))
                if room:
                    request.http.send_data(request.number, bytes(room))
                server.flush()
                await asyncio.sleep(0)

        tasks = []
        server, asker = HttpServer(lambda request: tasks.append(asyncio.create_task(endless(request)))), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            asker.send(transport, QUERY)
            await until_async(lambda: asker.came)
            assert "64 KiB" in transport.fault and len(asker.came[0]) == 12
            await asyncio.gather(*tasks)
            transport.close()

    run(test())


def test_a_server_without_http2_is_told(trusted: Authority) -> None:
    async def test() -> None:
        server, asker = FramedServer(), Asker()
        async with serving(server.take, server_context(trusted.issue())) as port:
            transport = doh(port, asker)
            asker.send(transport, QUERY)
            await until_async(lambda: asker.failed)
            assert "does not speak HTTP/2" in transport.fault
            transport.close()

    run(test())


def test_a_server_that_says_goodbye_is_asked_again_over_another_connection(trusted: Authority) -> None:
    async def test() -> None:
        server, asker = HttpServer(lambda request: request.http.close_connection(last_stream_id=0)), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            server.habit = Request.answer
            asker.send(transport, QUERY)
            await until_async(lambda: asker.came)
            server.habit = lambda request: request.http.close_connection(last_stream_id=0)
            channel, _ = asker.send(transport, QUERY)
            await until_async(lambda: asker.failed == [channel])
            server.habit = Request.answer
            asker.send(transport, QUERY)
            await until_async(lambda: len(asker.came) == 2)
            assert server.connections == 2 and not transport.fault
            transport.close()

    run(test())


@pytest.mark.parametrize("announced", [False, True])
def test_what_a_server_has_begun_before_its_goodbye_it_still_answers(trusted: Authority, announced: bool) -> None:
    """nginx says goodbye after a thousand requests and goes on with those that it has; the rest is asked anew."""

    async def test() -> None:
        server, asker = HttpServer(lambda _: None), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            refused: list[bytes] = []
            sent = [asker.send(transport, QUERY + b"%d" % number) for number in range(3)]
            channel = sent[0][0]
            for at, ident in sent:
                at.pending[ident] = waiting(refused, ident)
            await until_async(lambda: len(server.requests) == 3)
            first, second, _ = server.requests
            if announced:
                goodbye(first, (1 << 31) - 1)
                server.flush()
                await until_async(lambda: channel.distrusted)
                assert not refused
            goodbye(first, second.number)
            first.answer()
            server.flush()
            await until_async(lambda: len(asker.came) == 1 and refused)
            assert refused == [sent[2][1]] and channel.distrusted and not asker.failed
            server.habit = Request.answer
            assert asker.send(transport, QUERY)[0] is not channel
            await until_async(lambda: len(asker.came) == 2)
            assert server.connections == 2 and not transport.fault
            transport.close()

    run(test())


def goodbye(request: Request, last: int) -> None:
    """The frame, and nothing of what `h2` would do after it."""
    goaway = GoAwayFrame(0, last_stream_id=last)
    request.http._data_to_send += goaway.serialize()


def waiting(refused: list[bytes], ident: bytes) -> Any:
    """Who waits under this id: it notes that it is to ask elsewhere."""
    return SimpleNamespace(failed=lambda: refused.append(ident), answered=lambda _: None)


def test_the_age_of_an_answer_that_lay_in_a_cache_is_taken_off(trusted: Authority) -> None:
    records = b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xcb\0\x71\1" + b"\xc0\x0c\0\1\0\1\0\0\0\x0a\0\4\xcb\0\x71\2"
    whole = b"\0\0\x81\x80\0\1\0\2\0\0\0\1" + QUERY[10:] + records + b"\0\0\x29\4\xd0\0\0\x80\0\0\0"

    async def test() -> None:
        def old(request: Request) -> None:
            head = [(":status", "200"), ("content-type", "application/dns-message"), ("age", "100")]
            request.http.send_headers(request.number, head)
            request.http.send_data(request.number, whole, end_stream=True)

        server, asker = HttpServer(old), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            _, ident = asker.send(transport, QUERY)
            await until_async(lambda: asker.came)
            read = dns.message.from_wire(asker.came[0])
            assert asker.came[0][:2] == ident and [rrset.ttl for rrset in read.answer] == [0], "the least of 200 and 0"
            assert b"\0\0\0\xc8" in asker.came[0] and read.ednsflags == 0x8000, "300 less 100; OPT has no TTL"
            transport.close()

    run(test())


def frame(kind: int, flags: int, stream: int, body: bytes) -> bytes:
    return len(body).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + body


HEADERS = frame(1, 0, 1, b"")  # to be continued
FLOODS = {
    "settings": frame(4, 0, 0, b"") * 5000,
    "pings": frame(6, 0, 0, bytes(8)) * 5000,
    "rapid resets": frame(3, 0, 1, bytes(4)) * 5000,
    "empty continuations": HEADERS + frame(9, 0, 1, b"") * 5000,
    "a window beyond measure": frame(8, 0, 0, b"\x7f\xff\xff\xff") * 3,
    "a frame beyond measure": b"\xff\xff\xff\0\0\0\0\0\1" + bytes(100_000),
    "pushes": frame(5, 4, 1, b"\0\0\0\2\x88") * 100,
    "headers of no stream": frame(1, 5, 99, b"\x88"),
    "headers beyond measure": frame(1, 4, 1, b"\x40\1a\x7f\x81\x7f" + b"b" * 16_000) * 100,
    "another protocol": b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" * 2000,
    "nothing of sense": bytes(range(256)) * 100,
}


@pytest.mark.parametrize("kind", FLOODS)
def test_floods_end_the_connection_and_nothing_else(trusted: Authority, kind: str) -> None:
    async def test() -> None:
        server, asker = HttpServer(lambda _: None, FLOODS[kind]), Asker()
        async with serving(server.take, server_context(trusted.issue(), protocols=("h2",))) as port:
            transport = doh(port, asker)
            asker.send(transport, QUERY)
            await until_async(lambda: asker.failed or asker.came)
            assert transport.fault and not any(len(packet) > 12 for packet in asker.came)
            transport.close()

    run(test())


class Wire:
    """A pipe that keeps what is written; the connection's holder, too."""

    protocol = "h2"

    def __init__(self) -> None:
        self.out = b""
        self.faults: list[str] = []

    def write(self, data: bytes) -> None:
        self.out += data

    def abort(self, fault: str = "") -> None:
        self.connection.on_end(fault)

    def opened(self, connection: Any) -> None: ...
    def packet(self, connection: Any, packet: bytes) -> None: ...
    def told(self, fault: str) -> None: ...
    def idle(self, connection: Any) -> None: ...

    def lost(self, connection: Any, fault: str) -> None:
        self.faults.append(fault)


NUMBERS = st.sampled_from((0, 1, 3, 4))
FRAMES = st.builds(frame, st.integers(0, 12), st.integers(0, 255), NUMBERS, st.binary(max_size=60))


@given(st.lists(FRAMES | st.binary(max_size=80), max_size=12), st.integers(1, 200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_server_sends_nothing_is_raised(parts: list[bytes], size: int) -> None:
    wire: Any = Wire()
    connection = wire.connection = HttpConnection(wire, at(443, "https", path="/q"))
    connection.pipe = wire
    connection.pending[b"ab"] = wire
    connection.on_open()
    connection.send(b"ab" + QUERY)
    data = frame(4, 0, 0, b"") + b"".join(parts)
    for start in range(0, len(data), size):
        if not connection.closed:
            connection.on_data(data[start : start + size])
    assert len(wire.faults) <= 1 and len(wire.out) < 20_000
