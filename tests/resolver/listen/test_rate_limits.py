# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that asks more than the home lets it is told to come over TCP, then nothing; no other loses any."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import pytest
from waiting import HANG_SECONDS

from resolver.answer import snapshot
from resolver.answer.pipeline import Resolver
from resolver.kept.cache import Cache
from resolver.listen import handed_frames, rate_limits
from resolver.listen.handed import HandedSocket
from resolver.listen.handed_frames import HandedQuery
from resolver.listen.rate_limits import CLIENTS_MAX, TOLD_MAX, WINDOW_NS, Fate, RateLimits, packed
from resolver.listen.tcp import TcpConnections
from resolver.listen.udp import UdpSocket
from store.config.settings import Settings
from store.log.records import Transport
from wire.response import turned_away

LOUD, QUIET, LOOPBACK = packed("192.168.1.7"), packed("192.168.1.8"), packed("127.0.0.1")
NEIGHBOUR = packed("2001:db8::1")


def limits(most: int = 0, network: int = 0, *exempt: str) -> RateLimits:
    made = RateLimits()
    made.settle(Settings(rate_limit=most, rate_limit_network=network, rate_limit_exempt=exempt))
    return made


def fates(each: RateLimits, client: bytes, queries: int, now_ns: int = 1) -> Counter[Fate]:
    return Counter(each.judge(client, now_ns) for _ in range(queries))


def test_up_to_the_limit_then_the_word_to_come_otherwise_then_nothing() -> None:
    each = limits(10)
    assert fates(each, LOUD, 35) == {Fate.ANSWER: 10, Fate.TURN_AWAY: 10, Fate.DROP: 15}
    assert fates(each, QUIET, 10) == {Fate.ANSWER: 10}, "who asks little loses nothing"
    assert fates(each, LOUD, 10, now_ns=WINDOW_NS + 2) == {Fate.ANSWER: 10}, "and a second later all is forgiven"
    (away,) = each.turned_away()
    assert (away.client, away.queries) == ("192.168.1.7", 25) and away.last


def test_a_network_is_limited_as_one_whatever_addresses_it_takes() -> None:
    each = limits(10, 40)
    for prefix in ("2001:db8::", "10.1.2."):
        counts = sum((fates(each, packed(f"{prefix}{number}"), 5) for number in range(1, 101)), Counter[Fate]())
        assert counts == {Fate.ANSWER: 40, Fate.TURN_AWAY: 40, Fate.DROP: 420}
    assert fates(each, packed("2001:db8:0:1::1"), 5) == fates(each, packed("10.1.3.1"), 5) == {Fate.ANSWER: 5}


def test_this_machine_and_whom_the_home_names_have_no_limit() -> None:
    each = limits(10, 0, "192.168.1.7", "2001:db8::/64")
    for client in (LOUD, LOOPBACK, packed("::1"), NEIGHBOUR):
        assert fates(each, client, 100) == {Fate.ANSWER: 100}
    assert not list(each.turned_away()) and fates(each, QUIET, 11)[Fate.TURN_AWAY] == 1
    assert not limits().on and not limits(0, 0, "10.0.0.0/8").on and limits(0, 5).on


def test_addresses_by_the_thousand_fill_no_memory() -> None:
    each = limits(1)
    for number in range(3 * CLIENTS_MAX):
        fates(each, number.to_bytes(4, "big"), 2)
        assert len(each._counts) + len(each._before) <= 2 * CLIENTS_MAX + 1 and len(each._away) <= TOLD_MAX


@pytest.mark.parametrize(("most", "network"), [(10, 0), (0, 10)])
def test_a_crowd_of_forged_addresses_forgives_nobody(most: int, network: int) -> None:
    """Whoever is beyond the limit stays so for its second, and health still names it."""
    each = limits(most, network)
    loud: Counter[Fate] = Counter()
    for number in range(5 * CLIENTS_MAX):
        forged = 0x0B000000 + number * 256
        fates(each, forged.to_bytes(4, "big"), 11 if number % 8 == 0 else 1)
        if number % 1000 == 0:
            loud += fates(each, LOUD, 10)
    assert loud[Fate.ANSWER] == loud[Fate.TURN_AWAY] == 10 and loud[Fate.DROP] == loud.total() - 20
    assert next(iter(each.turned_away())).client == "192.168.1.7"


@pytest.mark.parametrize("stream", [True, False])
def test_who_is_turned_away_gets_no_more_than_it_sent(stream: bool) -> None:
    for options in ({}, {"use_edns": 0}, {"want_dnssec": True}):
        query = dns.message.make_query("www.Shop.example", "A", **options)  # type: ignore[arg-type]
        told = turned_away(query.to_wire(), stream=stream)
        read = dns.message.from_wire(told)
        assert query.is_response(read) and len(told) <= len(query.to_wire()) and not read.answer
        assert read.rcode() == (dns.rcode.REFUSED if stream else dns.rcode.NOERROR)
        assert bool(told[2] & 2) is not stream
    for nonsense in (b"", bytes(11), bytes(12), query.to_wire()[:20], b"\0\0\x80" + query.to_wire()[3:]):
        assert not turned_away(nonsense, stream=stream)


@pytest.fixture
def served(state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Resolver, RateLimits]]:
    """A limit of five for everybody, this machine too, which the clients of these tests are."""
    monkeypatch.setattr(rate_limits, "LOOPBACK", ())
    monkeypatch.setattr(rate_limits, "WINDOW_NS", 10**18)
    nobody: Any = SimpleNamespace(poll=lambda: None)
    recorder: Any = SimpleNamespace(note=lambda *_: None, note_all=lambda *_: None)
    yield Resolver(snapshot.build(state, {}), Cache(10, 1 << 20), nobody, recorder), limits(5)


@pytest.mark.process
def test_over_udp_five_are_answered_five_sent_to_tcp_and_five_dropped(served: tuple[Resolver, RateLimits]) -> None:
    resolver, each = served
    kind = socket.AF_INET, socket.SOCK_DGRAM
    with socket.socket(*kind) as sock, socket.socket(*kind) as ask:
        sock.bind(("127.0.0.1", 0))
        opened = UdpSocket(sock, resolver, each)
        ask.connect(sock.getsockname())
        ask.settimeout(HANG_SECONDS)
        for number in range(15):
            ask.send(dns.message.make_query("telltale", "A", id=number).to_wire())
        opened.on_readable()
        came = [dns.message.from_wire(ask.recv(4096)) for _ in range(10)]
    assert sorted(each.id for each in came) == list(range(10))
    assert {each.id for each in came if each.flags & dns.flags.TC} == set(range(5, 10))
    assert resolver.counters["limited"] == 10


@pytest.mark.process
def test_over_tcp_and_encrypted_five_are_answered_and_the_others_refused(
    served: tuple[Resolver, RateLimits],
) -> None:
    resolver, each = served

    async def inside() -> list[dns.message.Message]:
        loop = asyncio.get_running_loop()
        connections = TcpConnections(resolver, each)
        listening = await loop.create_server(connections.accept, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
        came = []
        for number in range(15):
            packet = dns.message.make_query("telltale", "A", id=number).to_wire()
            writer.write(len(packet).to_bytes(2, "big") + packet)
            size = int.from_bytes(await reader.readexactly(2), "big")
            came.append(dns.message.from_wire(await reader.readexactly(size)))
        writer.close()
        await writer.wait_closed()
        listening.close()
        return came

    came = asyncio.run(inside())
    assert [each.rcode() for each in came] == [dns.rcode.NOERROR] * 5 + [dns.rcode.REFUSED] * 10


@pytest.mark.process
def test_a_handed_query_beyond_the_limit_is_refused(served: tuple[Resolver, RateLimits]) -> None:
    resolver, each = served
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        opened = HandedSocket(ours, resolver, each)
        for number in range(8):
            query = dns.message.make_query("telltale", "A", id=number).to_wire()
            theirs.send(handed_frames.of_query(HandedQuery(number, int(Transport.DOT), "192.168.1.7", query)))
        opened.on_readable()
        theirs.settimeout(HANG_SECONDS)
        came = [dns.message.from_wire(bytes(response)) for response in received(theirs, 8)]
    assert [each.rcode() for each in came] == [dns.rcode.NOERROR] * 5 + [dns.rcode.REFUSED] * 3


def received(sock: socket.socket, count: int) -> list[bytes]:
    came: list[bytes] = []
    while len(came) < count:
        came += [bytes(response) for _, response in handed_frames.responses(memoryview(sock.recv(1 << 16)))]
    return came
