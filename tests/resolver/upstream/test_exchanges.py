# SPDX-License-Identifier: GPL-3.0-or-later
"""Upstreams with habits: late, deaf to capitals or to EDNS, short of breath over TCP. What each kind needs is learnt.

A second here is a tenth of one in a home: the servers are as much quicker as the forwarder is less patient.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine
from typing import Any

import dns.message
import pytest

from resolver.upstream import exchanges, tcp
from resolver.upstream.endpoint import Endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from resolver.upstream.server import FOLDS_AFTER
from wire import message
from wire.message import Response
from wire.names import question_name
from wire.types import BADVERS, FORMERR, NOERROR, NOTIMP, NXDOMAIN, REFUSED, SERVFAIL

TRY_SECONDS = 0.15
# (seconds until it is sent, packet); nothing: silence.
Reply = list[tuple[float, bytes]]
Habit = Callable[["Asked"], Reply]


class Asked:
    """One query as a server gets it."""

    def __init__(self, packet: bytes, *, stream: bool, number: int) -> None:
        self.packet, self.stream, self.number = packet, stream, number
        _, end = question_name(packet)
        self.section = packet[12 : end + 4]
        self.edns = packet[11] == 1

    @property
    def capitals(self) -> bool:
        return self.section[:-4] != self.section[:-4].lower()

    def answer(
        self, section: bytes | None = None, rcode: int = 0, answers: int = 1, tail: bytes = b"", more: int = 0
    ) -> bytes:
        head = self.packet[:2] + bytes((0x81, 0x80 | rcode)) + b"\0\1" + bytes((0, answers, 0, 0, 0, more))
        return head + (section or self.section) + b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xcb\0\x71\7" * answers + tail

    def refuse(self, rcode: int, *, bare: bool = False, opt: bool = False) -> bytes:
        if bare:
            return self.packet[:2] + bytes((0x81, 0x80 | rcode)) + bytes(8)
        tail = b"\0\0\x29\x04\xd0" + bytes((rcode >> 4, 0, 0, 0, 0, 0)) if opt else b""
        return self.answer(None, rcode & 15, 0, tail, more=int(opt))




class Server:
    """A server on UDP and, unless it has none, on TCP, with one habit for all that it is asked."""

    def __init__(self, habit: Habit, *, streams: bool = True, hang_up_after: int = 0, deaf: int = 0) -> None:
        self.habit, self.streams, self.hang_up_after, self.deaf = habit, streams, hang_up_after, deaf
        self.asked: list[Asked] = []
        self.connections = 0
        self.writers: list[asyncio.StreamWriter] = []

    async def open(self) -> int:
        loop = asyncio.get_running_loop()
        for _ in range(50):
            self.udp, _ = await loop.create_datagram_endpoint(lambda: Datagrams(self), ("127.0.0.1", 0))
            port = int(self.udp.get_extra_info("sockname")[1])
            if not self.streams:
                return port
            with contextlib.suppress(OSError):
                self.listening = await asyncio.start_server(self.serve, "127.0.0.1", port)
                return port
            self.udp.close()
        raise AssertionError("no port is free for both")

    def reply(self, packet: bytes, *, stream: bool) -> Reply:
        self.asked.append(Asked(packet, stream=stream, number=len(self.asked)))
        return self.habit(self.asked[-1])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.writers.append(writer)
        self.connections += 1
        deaf, left = self.connections <= self.deaf, self.hang_up_after
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                packet = await reader.readexactly(size)
                if deaf:
                    continue
                for delay, response in self.reply(packet, stream=True):
                    frame = len(response).to_bytes(2, "big") + response
                    if delay:
                        asyncio.get_running_loop().call_later(delay, writer.write, frame)
                    else:
                        writer.write(frame)
                left -= 1
                if not left:
                    break
        writer.close()

    async def close(self) -> None:
        self.udp.close()
        if self.streams:
            self.listening.close()
        for writer in self.writers:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, server: Server) -> None:
        self.server = server

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        for delay, response in self.server.reply(data, stream=False):
            asyncio.get_running_loop().call_later(delay, self.send, response, address)

    def send(self, response: bytes, address: Any) -> None:
        if not self.transport.is_closing():
            self.transport.sendto(response, address)


class Bench:
    """The forwarder between the test and its servers."""

    def __init__(self, forwarder: Forwarder, servers: tuple[Server, ...]) -> None:
        self.forwarder, self.servers = forwarder, servers

    async def ask(self, name: str = "www.shop.example") -> Response | None:
        question = message.parse_question(dns.message.make_query(name, "A").to_wire())
        came: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()
        self.forwarder.exchange(key_of(question), question, lambda response, _: came.set_result(response))
        return await came

    async def burst(self, count: int, label: str = "n") -> list[Response | None]:
        return list(await asyncio.gather(*(self.ask(f"{label}{number}.shop.example") for number in range(count))))

    @property
    def server(self) -> Any:
        return self.forwarder.servers[0]


def run(
    test: Callable[[Bench], Coroutine[Any, Any, None]], *servers: Server, scheme: str = "udp", mixed_case: bool = True
) -> None:
    async def inside() -> None:
        endpoints = [
            Endpoint(str(number), "127.0.0.1", await each.open(), scheme) for number, each in enumerate(servers)
        ]
        forwarder = Forwarder(asyncio.get_running_loop(), endpoints, TRY_SECONDS, mixed_case=mixed_case)
        try:
            await test(Bench(forwarder, servers))
        finally:
            forwarder.close()
            for each in servers:
                await each.close()
            await asyncio.sleep(0.02)

    asyncio.run(inside())


@pytest.fixture(autouse=True)
def _ten_times_quicker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchanges, "TOTAL_SECONDS", 2.0)
    monkeypatch.setattr(tcp.TcpTransport, "least_seconds", 0.3)


def good(*responses: Response | None) -> bool:
    return all(each is not None and each.rcode == NOERROR and each.addresses for each in responses)


# --- letters (0x20) ------------------------------------------------------------------------------------------------


def folds(asked: Asked) -> Reply:
    """pi-hole#5916, unbound#1242: the question comes back in small letters."""
    return [(0, asked.answer(asked.section[:-4].lower() + asked.section[-4:]))]


def refuses_capitals(rcode: int) -> Habit:
    return lambda asked: [(0, asked.refuse(rcode) if asked.capitals else asked.answer())]


def ignores_capitals(asked: Asked) -> Reply:
    return [] if asked.capitals else [(0, asked.answer())]


@pytest.mark.parametrize("streams", [True, False])
@pytest.mark.parametrize("burst", [True, False])
@pytest.mark.parametrize(
    "habit",
    [folds, ignores_capitals, *map(refuses_capitals, (REFUSED, FORMERR, SERVFAIL, NOTIMP, NXDOMAIN))],
    ids=["folds", "ignores", "refused", "formerr", "servfail", "notimp", "nxdomain"],
)
def test_a_server_that_cannot_deal_with_capitals_is_soon_asked_in_small_letters(
    habit: Habit, burst: bool, streams: bool
) -> None:
    async def test(bench: Bench) -> None:
        (upstream,) = bench.servers
        if burst:
            assert good(*await bench.burst(12))
        else:
            for number in range(6):
                assert good(await bench.ask(f"n{number}.shop.example"))
        assert not bench.server.keeps_case
        upstream.asked.clear()
        assert good(*await bench.burst(5, "later"))
        assert len(upstream.asked) == 5 and not any(asked.capitals or asked.stream for asked in upstream.asked)

    run(test, Server(habit, streams=streams))


def test_answers_that_could_not_show_it_are_no_proof_of_keeping_letters() -> None:
    """Neither over TCP nor to the probe for the root, whose name has no letters, between names that come folded."""

    async def test(bench: Bench) -> None:
        for number in range(FOLDS_AFTER):
            assert good(await bench.ask(f"n{number}.shop.example"))
            bench.forwarder._probe(bench.server)
            await asyncio.sleep(0.01)
        assert not bench.server.keeps_case and not bench.server.case_proven

    run(test, Server(folds))


def test_a_server_that_kept_letters_once_is_believed_when_it_denies() -> None:
    def habit(asked: Asked) -> Reply:
        return [(0, asked.refuse(NXDOMAIN) if asked.section[1:3].lower() == b"no" else asked.answer())]

    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        before = len(bench.servers[0].asked)
        for number in range(5):
            response = await bench.ask(f"no-{number}.shop.example")
            assert response is not None and response.rcode == NXDOMAIN
        assert bench.server.keeps_case and len(bench.servers[0].asked) - before <= 10

    run(test, Server(habit))


def test_loss_is_no_sign_of_bad_manners() -> None:
    """Of a server that is known to keep letters and to speak EDNS."""

    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(30))
        assert bench.server.keeps_case and bench.server.takes_edns

    met: set[bytes] = set()

    def habit(asked: Asked) -> Reply:
        name = asked.section.lower()
        lost = len(met) % 2 == 1 and name not in met  # the first packet of every other name
        met.add(name)
        return [] if lost else [(0, asked.answer())]

    run(test, Server(habit))


def test_the_setting_turns_it_off() -> None:
    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(10))
        assert not any(asked.capitals for asked in bench.servers[0].asked)

    run(test, Server(lambda asked: [(0, asked.answer())]), mixed_case=False)


# --- time ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
@pytest.mark.parametrize("delay", [1.2 * TRY_SECONDS, 2.5 * TRY_SECONDS, 6 * TRY_SECONDS])
def test_slow_is_not_down(delay: float, scheme: str) -> None:
    """Technitium#1049: every answer takes longer than a try."""

    async def test(bench: Bench) -> None:
        for number in range(3):
            assert good(await bench.ask(f"n{number}.shop.example"))
        assert good(*await bench.burst(10, "later"))
        assert not bench.server.down

    run(test, Server(lambda asked: [(delay, asked.answer())]), scheme=scheme)


def test_an_answer_to_the_first_attempt_is_taken_while_the_second_is_lost() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert len(bench.servers[0].asked) >= 2

    run(test, Server(lambda asked: [(3 * TRY_SECONDS, asked.answer())] if asked.number == 0 else []))


def test_a_late_answer_of_one_server_is_better_than_the_refusal_of_the_other() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())

    late = Server(lambda asked: [(3 * TRY_SECONDS, asked.answer())])
    run(test, late, Server(lambda asked: [(0, asked.refuse(SERVFAIL))]))


def test_a_black_hole_ends() -> None:
    async def test(bench: Bench) -> None:
        assert await bench.ask() is None
        assert not bench.forwarder.in_flight and not bench.forwarder.exchanges

    run(test, Server(lambda asked: [], streams=False))


# --- streams -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("deaf", [1, 2])
def test_a_connection_that_died_without_a_word_gets_no_more(deaf: int) -> None:
    """Technitium Library#12: it stays open, takes queries, and never answers."""

    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(12))

    run(test, Server(lambda asked: [(0, asked.answer())], deaf=deaf), scheme="tcp")


@pytest.mark.parametrize("hang_up_after", [1, 2, 3])
@pytest.mark.parametrize("count", [8, 30])
def test_a_server_that_closes_after_an_answer_fails_nobody(count: int, hang_up_after: int) -> None:
    """unbound#1237, RFC 7766 section 6.2.4."""

    async def test(bench: Bench) -> None:
        assert good(*await bench.burst(count))
        assert bench.server.failures == 0

    run(test, Server(lambda asked: [(0, asked.answer())], hang_up_after=hang_up_after), scheme="tcp")


def test_a_server_that_only_hangs_up_is_given_up() -> None:
    class HangsUp(Server):
        async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.connections += 1
            with contextlib.suppress(asyncio.IncompleteReadError):
                await reader.readexactly(2)
            writer.close()

    async def test(bench: Bench) -> None:
        assert await bench.ask() is None
        assert bench.servers[0].connections <= 6

    run(test, HangsUp(lambda asked: []), scheme="tcp")


# --- EDNS ----------------------------------------------------------------------------------------------------------

REFUSALS: dict[str, Callable[[Asked], bytes]] = {
    "formerr": lambda asked: asked.refuse(FORMERR),
    "formerr-bare": lambda asked: asked.refuse(FORMERR, bare=True),
    "formerr-opt": lambda asked: asked.refuse(FORMERR, opt=True),
    "notimp": lambda asked: asked.refuse(NOTIMP),
    "notimp-bare": lambda asked: asked.refuse(NOTIMP, bare=True),
    "badvers": lambda asked: asked.refuse(BADVERS, opt=True),
}


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
@pytest.mark.parametrize("dress", REFUSALS)
def test_a_server_from_before_edns_is_asked_without_and_remembered(dress: str, scheme: str) -> None:
    """coredns#1899, unbound#377."""

    def habit(asked: Asked) -> Reply:
        return [(0, REFUSALS[dress](asked) if asked.edns else asked.answer())]

    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert not bench.server.takes_edns
        bench.servers[0].asked.clear()
        assert good(*await bench.burst(5))
        assert len(bench.servers[0].asked) == 5 and not any(asked.edns for asked in bench.servers[0].asked)

    run(test, Server(habit), scheme=scheme)


def test_a_server_that_swallows_edns_is_asked_without_in_the_end() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert not bench.server.takes_edns

    run(test, Server(lambda asked: [] if asked.edns else [(0, asked.answer())], streams=False))


def test_after_an_hour_it_may_have_learnt() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert not bench.server.takes_edns
        bench.server._bare_until = time.monotonic()
        bench.server.check()
        assert bench.server.takes_edns

    run(test, Server(lambda asked: [(0, asked.refuse(FORMERR) if asked.edns else asked.answer())]))


def test_a_datagram_that_is_longer_than_asked_for_is_asked_for_over_a_stream() -> None:
    async def test(bench: Bench) -> None:
        assert good(await bench.ask())
        assert [asked.stream for asked in bench.servers[0].asked] == [False, True]

    run(test, Server(lambda asked: [(0, asked.answer(tail=b"" if asked.stream else bytes(5000)))]))
