# SPDX-License-Identifier: GPL-3.0-or-later
"""Passthrough beside the pipeline: the same packets, records and cache; what is odd goes the latter way."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dns.message
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolver.answer import snapshot
from resolver.answer.cache import Cache
from resolver.answer.inspect import rebinding
from resolver.answer.passthrough import plain_addresses
from resolver.answer.pipeline import Resolver
from resolver.upstream.endpoint import parse_endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from store.base import db
from store.config import edit
from store.log.records import Key, Verdict
from wire import message, names, types

CLIENT = "192.168.1.2"
PUBLIC, PRIVATE = b"\xcb\x00\x71\x01", b"\xc0\xa8\x01\x01"


def record(rtype: int = 1, ttl: int = 300, data: bytes = PUBLIC, owner: bytes = b"\xc0\x0c") -> bytes:
    return owner + message.RECORD.pack(rtype, 1, ttl, len(data)) + data


def opt(data: bytes = b"", upper: int = 0) -> bytes:
    return b"\0" + message.RECORD.pack(types.OPT, 1232, upper << 24, len(data)) + data


class Bench:
    """A resolver in the middle: the test is its client, its upstream and its recorder."""

    limit, stream, private = 1232, False, False

    def __init__(self, state: Path, seconds: float = 5.0) -> None:
        self.sent: list[bytes] = []
        self.notes: list[tuple[str, Key]] = []
        self.server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.server.bind(("127.0.0.1", 0))
        self.server.settimeout(5)
        self.loop = asyncio.new_event_loop()
        endpoint = parse_endpoint(f"127.0.0.1:{self.server.getsockname()[1]}")
        self.forwarder = Forwarder(self.loop, [endpoint], seconds)
        recorder: Any = self
        self.resolver = Resolver(snapshot.build(state, {}), Cache(100, 1 << 20), self.forwarder, recorder)
        self.seat = self.resolver.snapshot.admit(CLIENT)

    def close(self) -> None:
        self.forwarder.close()
        self.server.close()
        if tasks := asyncio.all_tasks(self.loop):
            for task in tasks:
                task.cancel()
            self.loop.run_until_complete(asyncio.wait(tasks))
        self.loop.close()

    def send(self, response: bytes, address: Any) -> None:
        self.sent.append(response)

    def drop(self) -> None:
        """Nothing is waited for."""

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        assert duration_us >= 0
        self.notes.append((client, key))

    def ask(self, packet: bytes, straight: bool = True) -> bool:
        """Ask by one of the ways; whether the straight one took it."""
        if straight:
            taken = self.resolver.passthrough.ask(packet, CLIENT, self.seat, 0, self, None)
            self.resolver.passthrough.depart()
            return taken
        self.resolver.resolve(packet, CLIENT, 0, self, None)
        return False

    def answer(self, records: bytes = record(), counts: tuple[int, int, int] = (1, 0, 0), flags: int = 0x8180) -> None:
        """Answer the next question that comes to the upstream."""
        packet, port = self.asked()
        self.reply(packet[:2] + message.HEADER.pack(0, flags, 1, *counts)[2:] + section_of(packet) + records, port)

    def asked(self) -> tuple[bytes, Any]:
        return self.server.recvfrom(4096)

    def reply(self, packet: bytes, port: Any) -> None:
        self.server.sendto(packet, port)
        self.forwarder.poll()

    def run(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))


def section_of(packet: bytes) -> bytes:
    return packet[12 : names.question_name(packet)[1] + 4]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    db.open_config(tmp_path)
    return tmp_path


@pytest.fixture
def bench(state: Path) -> Iterator[Bench]:
    edit.add_rule(edit.engine(state), "block", "blocked.example")
    edit.add_rule(edit.engine(state), "allow", "allowed.example")
    made = Bench(state)
    yield made
    made.close()


QUERIES = st.builds(
    lambda name, rdtype, edns, flags, payload, do: dns.message.make_query(
        name,
        rdtype,
        use_edns=0 if edns else None,
        flags=flags,
        payload=payload if edns else None,
        want_dnssec=edns and do,
    ),
    st.sampled_from(["a.shop.example", "WWW.Shop.Example", "x-1.y_2.co.uk", "deep.er.and.deep.er.shop.example"]),
    st.sampled_from(["A", "AAAA", "HTTPS", "TXT"]),
    st.booleans(),
    st.sampled_from([0, 0x0100, 0x0120, 0x0110, 0x0130]),
    st.sampled_from([512, 1232, 4096]),
    st.booleans(),
)
RECORDS = st.one_of(
    st.builds(record, st.just(1), st.sampled_from([0, 1, 300, 604_800, 604_801, 2**31]), st.just(PUBLIC)),
    st.builds(record, st.just(28), st.just(60), st.just(b"\x20\x01\x0d\xb8" + bytes(11) + b"\1")),
    st.just(record(1, 60, PRIVATE)),
    st.just(record(28, 60, bytes(10) + b"\xff\xff" + PRIVATE)),
    st.just(record(5, 60, b"\1x\xc0\x0c")),
    st.just(record(1, 60, PUBLIC, b"\1x\xc0\x0c")),
    st.just(record(16, 60, b"\4text")),
    st.just(record(1, 60, PUBLIC[:3])),
)
ENDS = st.sampled_from(
    [(b"", 0), (opt(), 1), (opt(b"\0\x0a\0\2ab"), 1), (opt(upper=1), 1), (record(), 1), (opt()[:-1], 1)]
)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERIES, st.lists(RECORDS, min_size=0, max_size=70), ENDS, st.sampled_from([0x8180, 0x85A0, 0x8183, 0x8380]))
def test_both_ways_say_note_and_keep_the_same(
    state: Path, query: Any, records: list[bytes], end: tuple[bytes, int], flags: int
) -> None:
    packet = query.to_wire()
    seen = []
    for straight in (True, False):
        bench = Bench(state)
        bench.forwarder.servers[0].case_proven = True  # else what is denied is asked once more, in small letters
        try:
            taken = bench.ask(packet, straight)
            assert taken is straight, "a plain query of a name that nobody has asked"
            bench.answer(b"".join(records) + end[0], (len(records), 0, end[1]), flags)
            key = key_of(message.parse_question(packet))
            kept = (
                bench.resolver.cache.get(key, bench.resolver.cache.entries[key][2])
                if len(bench.resolver.cache)
                else None
            )
            seen.append(
                (bench.sent, bench.notes, kept and (kept.response, kept.upstream, round(kept.expires - kept.stored)))
            )
        finally:
            bench.close()
    (straight_sent, straight_notes, straight_kept), ordinary = seen
    said = [(client, key._replace(upstream="")) for client, key in straight_notes]
    assert straight_sent == ordinary[0]
    assert said == [(client, key._replace(upstream="")) for client, key in ordinary[1]]
    assert (straight_kept and (straight_kept[0], straight_kept[2])) == (
        ordinary[2] and (ordinary[2][0], ordinary[2][2])
    )


@given(st.lists(RECORDS, max_size=5), ENDS, st.binary(max_size=3), st.integers(0, 7))
def test_what_is_taken_for_plain_is_plain(
    records: list[bytes], end: tuple[bytes, int], more: bytes, count: int
) -> None:
    section = b"\1a\4test\0\0\1\0\1"
    packet = message.HEADER.pack(1, 0x8180, 1, count, 0, end[1]) + section + b"".join(records) + end[0] + more
    found = plain_addresses(packet, 12 + len(section))
    if found is None:
        return
    read = message.parse_response(packet, section)
    assert rebinding(read) is None and not (read.chain or read.targets or read.changed or read.rcode)
    assert packet[12 + len(section) : found[1]] == read.body and read.counts == (count, 0, 0)
    assert found[0] == min(ttl for _, ttl in read.ttls)


@pytest.mark.parametrize(
    "name", ["blocked.example", "x.blocked.example", "allowed.example", "telltale", "printer.lan", "localhost", "com"]
)
def test_what_is_blocked_allowed_or_ours_goes_the_ordinary_way(bench: Bench, name: str) -> None:
    assert not bench.ask(dns.message.make_query(name, "A").to_wire())
    assert not bench.forwarder.in_flight and not bench.sent


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\0" * 11,
        dns.message.make_query("a.shop.example", "A", rdclass="CH").to_wire(),
        dns.message.make_query("a.shop.example", "AXFR").to_wire(),
        dns.message.make_query("a.shop.example", "A", use_edns=1).to_wire(),
        dns.message.make_query("a.shop.example", "A", options=[dns.edns.GenericOption(10, b"cookie!!")]).to_wire(),
        dns.message.make_query("a.shop.example", "A").to_wire() + b"\0",
        dns.message.make_query("a.shop.example", "A").to_wire()[:-1],
        dns.message.make_response(dns.message.make_query("a.shop.example", "A", id=1)).to_wire(),
    ],
    ids=["nothing", "short", "class", "AXFR", "EDNS 1", "cookie", "longer", "cut off", "response"],
)
def test_what_is_no_plain_query_goes_the_ordinary_way(bench: Bench, packet: bytes) -> None:
    assert not bench.ask(packet) and not bench.forwarder.in_flight


def test_a_stranger_is_not_forwarded_for(bench: Bench) -> None:
    bench.seat = bench.resolver.snapshot.admit("203.0.113.9")
    assert not bench.ask(dns.message.make_query("a.shop.example", "A").to_wire())


def test_what_is_kept_is_not_asked_again(bench: Bench) -> None:
    packet = dns.message.make_query("a.shop.example", "A").to_wire()
    assert bench.ask(packet)
    bench.answer()
    assert not bench.ask(packet)
    bench.ask(packet, straight=False)
    assert bench.sent[0] == bench.sent[1] and [key.origin for _, key in bench.notes] == [3, 1]


def test_the_same_question_joins_the_one_under_way(bench: Bench) -> None:
    first, second = (dns.message.make_query("a.shop.example", "A").to_wire() for _ in range(2))
    assert bench.ask(first) and not bench.ask(second)
    bench.ask(second, straight=False)
    bench.answer()
    assert {packet[:2] for packet in bench.sent} == {first[:2], second[:2]}
    assert bench.forwarder.counters["joined"] == 1 and not bench.forwarder.in_flight
    bench.server.setblocking(False)
    with pytest.raises(BlockingIOError):
        bench.asked()


def test_an_answer_that_leads_to_a_blocked_name_is_sinkholed(bench: Bench) -> None:
    assert bench.ask(dns.message.make_query("a.shop.example", "A").to_wire())
    bench.answer(record(5, 60, b"\7blocked\7example\0") + record(owner=b"\7blocked\7example\0"), (2, 0, 0))
    assert bench.sent[0][-4:] == bytes(4), "0.0.0.0"
    ((_, key),) = bench.notes
    assert key.verdict == Verdict.BLOCK and key.rule == "||blocked.example^ through CNAME blocked.example"


def test_a_server_that_refuses_is_not_the_last_word(bench: Bench) -> None:
    assert bench.ask(dns.message.make_query("a.shop.example", "A", use_edns=False).to_wire())
    bench.answer(b"", (0, 0, 0), 0x8181)  # FORMERR without EDNS: asked again without
    packet, port = bench.asked()
    assert packet[11] == 0 and bench.forwarder.in_flight == 1 and not bench.sent
    bench.reply(packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + section_of(packet) + record(), port)
    assert bench.sent[0][-4:] == PUBLIC


def test_a_rewrite_may_lead_back_to_the_name_that_was_asked(state: Path) -> None:
    edit.add_rule(edit.engine(state), "block", "hidden.example", answer="CNAME a.shop.example")
    bench = Bench(state)
    try:
        packet = dns.message.make_query("a.shop.example", "A").to_wire()
        assert bench.ask(packet)
        alias = record(5, 0, b"\6hidden\7example\0")  # not to be kept, so the name is asked for once more
        bench.answer(alias + record(owner=b"\6hidden\7example\0"), (2, 0, 0))
        assert not bench.sent and bench.forwarder.in_flight == 1
        bench.answer()
        assert bench.sent[0][-4:] == PUBLIC and bench.sent[0][:2] == packet[:2]
        assert not bench.forwarder.in_flight and not bench.resolver.counters["faults"]
    finally:
        bench.close()


def unreachable(packet: bytes) -> None:
    raise OSError("Network is unreachable")


def test_what_cannot_leave_goes_elsewhere_at_once_and_so_does_who_joined_it(bench: Bench) -> None:
    first, second = (dns.message.make_query("a.shop.example", "A").to_wire() for _ in range(2))
    third = dns.message.make_query("b.shop.example", "A").to_wire()
    road = bench.resolver.passthrough
    for packet in (first, second, third):  # of one batch, so that none has left before the last came
        if not road.ask(packet, CLIENT, bench.seat, 0, bench, None):
            bench.ask(packet, straight=False)
    for pending, _ in road._leaving:
        port: Any = pending.channel
        port.send = unreachable
    road.depart()
    assert bench.forwarder.counters["send_errors"] >= 2
    for _ in range(2):
        bench.answer()
    assert {packet[:2] for packet in bench.sent} == {first[:2], second[:2], third[:2]}
    assert not bench.forwarder.in_flight


def test_a_forged_answer_is_waited_past(bench: Bench) -> None:
    assert bench.ask(dns.message.make_query("letters.shop.example", "A").to_wire())
    packet, port = bench.asked()
    head, section = packet[:2] + b"\x81\x80\0\1\0\1\0\0\0\0", section_of(packet)
    bench.reply(bytes((packet[0] ^ 1, packet[1])) + head[2:] + section + record(), port)
    bench.reply(head + section.swapcase() + record(), port)
    bench.reply(head[:5], port)
    assert not bench.sent and bench.forwarder.counters["unexpected"] == 2
    bench.reply(head + section + record(data=b"\xcb\0\x71\2"), port)
    assert bench.sent[0][-4:] == b"\xcb\0\x71\2" and len(bench.notes) == 1


def test_what_is_not_answered_is_asked_again_and_then_fails(state: Path) -> None:
    bench = Bench(state, seconds=0.1)
    try:
        packet = dns.message.make_query("a.shop.example", "A").to_wire()
        assert bench.ask(packet)
        bench.run(0.35)
        assert bench.forwarder.counters["timed_out"] >= 1
        first, again = bench.asked(), bench.asked()
        assert first[0][12:].lower() == again[0][12:].lower() and first[0][:2] != again[0][:2]
        for _ in range(1000):  # an answer to any of them would have been taken until a client waits no more
            if not bench.sent:
                bench.run(0.1)
        assert bench.sent[0][:2] == packet[:2] and bench.sent[0][3] & 15 == types.SERVFAIL
        assert not bench.forwarder.in_flight
    finally:
        bench.close()


def test_a_dead_upstream_is_noticed_at_once(state: Path) -> None:
    bench = Bench(state)
    try:
        bench.server.close()
        assert bench.ask(dns.message.make_query("a.shop.example", "A").to_wire())
        bench.run(0.3)  # refused, four times, by the kernel's word
        assert bench.sent[0][3] & 15 == types.SERVFAIL and bench.forwarder.servers[0].failures
    finally:
        bench.close()


def test_an_error_of_ours_costs_no_answer(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("not today")

    packet = dns.message.make_query("a.shop.example", "A").to_wire()
    monkeypatch.setattr(bench.resolver.cache, "keep", fail)
    assert bench.ask(packet)
    bench.answer()
    assert bench.sent[0][-4:] == PUBLIC and bench.resolver.counters["faults"] == 1
    monkeypatch.setattr("resolver.answer.passthrough.passes", fail)
    assert not bench.ask(dns.message.make_query("b.shop.example", "A").to_wire())
    assert bench.resolver.counters["faults"] == 2
