# SPDX-License-Identifier: GPL-3.0-or-later
"""Passthrough beside the pipeline: the same packets, records and cache; what is odd goes the latter way."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import Any

import dns.message
import pytest
from clock import Clock
from examples import examples
from faulty_seat import faulty
from forwarding_bench import CLIENT, PRIVATE, PUBLIC, Bench, opt, record
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolver.answer.inspect import rebinding
from resolver.answer.passthrough import plain_addresses
from resolver.answer.seat import Seat
from resolver.upstream import route
from resolver.upstream.pending import PendingTable
from resolver.upstream.question_key import key_of
from store.config import edit
from store.log.records import Origin, Verdict
from wire import message

pytestmark = pytest.mark.process

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


@settings(max_examples=examples(250), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(QUERIES, st.lists(RECORDS, min_size=0, max_size=70), ENDS, st.sampled_from([0x8180, 0x85A0, 0x8183, 0x8380]))
def test_both_ways_say_note_and_keep_the_same(
    state: Path, clock: Clock, query: Any, records: list[bytes], end: tuple[bytes, int], flags: int
) -> None:
    packet = query.to_wire()
    seen = []
    for straight in (True, False):
        bench = Bench(state, clock)
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


@pytest.mark.parametrize("leads", [False, True])
def test_where_the_last_is_answered_nobody_is_woken_to_look_for_late_ones(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, leads: bool
) -> None:
    left: list[int] = []
    monkeypatch.setattr(PendingTable, "rest", lambda table, _now_ns: left.append(len(table)))
    assert bench.ask(dns.message.make_query("a.shop.example", "A").to_wire())
    if leads:
        bench.answer(record(5, 60, b"\1b\xc0\x0c") + record(owner=b"\1b\xc0\x0c"), (2, 0, 0))
    else:
        bench.answer()
    assert left == [0] and len(bench.sent) == 1


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


def test_a_rewrite_may_lead_back_to_the_name_that_was_asked(state: Path, clock: Clock) -> None:
    edit.add_rule(edit.engine(state), "block", "hidden.example", answer="CNAME a.shop.example")
    bench = Bench(state, clock)
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


class FaultyOnce(OrderedDict[Any, Any]):
    """Keeps all but the first thing, which is an error of ours."""

    failed = False

    def __setitem__(self, key: Any, value: Any) -> None:
        if not self.failed:
            self.failed = True
            raise RuntimeError("not today")
        super().__setitem__(key, value)


def test_an_error_of_ours_costs_no_answer(bench: Bench) -> None:
    packet = dns.message.make_query("a.shop.example", "A").to_wire()
    bench.resolver.cache.entries = FaultyOnce()
    assert bench.ask(packet)
    bench.answer()
    assert bench.sent[0][-4:] == PUBLIC and bench.resolver.counters["faults"] == 1
    with faulty(bench.seat):
        assert not bench.ask(dns.message.make_query("b.shop.example", "A").to_wire())
    assert bench.resolver.counters["faults"] == 2


@pytest.mark.parametrize("straight", [True, False])
def test_what_other_servers_say_is_told_to_none_but_those_who_are_to_ask_them(bench: Bench, straight: bool) -> None:
    """A group's upstreams may filter, or know other names: its answers are its own, and so are the house's."""
    packet, house = dns.message.make_query("a.shop.example", "A").to_wire(), bench.seat
    spec = bench.forwarder.servers[0].endpoint.spec
    for asked, seat in enumerate((house, with_upstreams(house, spec)), 1):
        bench.resolver.snapshot.by_client[CLIENT] = bench.seat = seat
        bench.ask(packet, straight)
        bench.answer()
        assert len(bench.sent) == asked, "asked, not taken from what is kept"
        bench.ask(packet, straight=False)
        assert len(bench.sent) == asked + 1 and bench.notes[-1][1].origin == Origin.CACHE
        bench.sent.pop()
    assert len(bench.resolver.cache) == 2


def with_upstreams(seat: Seat, *specs: str) -> Seat:
    return Seat(seat.rules, seat.index, seat.mask, own_name=seat.own_name, route=route.to_servers(specs))
