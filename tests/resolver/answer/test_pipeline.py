# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipeline step by step, without sockets."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import pytest
from examples import examples
from faulty_seat import faulty
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resolver.answer import snapshot
from resolver.answer.pipeline import Resolver
from resolver.kept.cache import Cache
from store.base import db
from store.config import edit
from store.log.records import Key, Origin, Verdict
from wire import message, types
from wire.types import NOTIMP, REFUSED

pytestmark = pytest.mark.database


class Forwarder:
    """Holds questions until the test answers them."""

    all_down = False

    def __init__(self) -> None:
        self.asked: list[tuple[message.Question, Any]] = []

    def exchange(self, key: Any, question: message.Question, done: Any, route: Any = None) -> None:
        self.asked.append((question, done))

    def answer(
        self, flags: int = 0x8180, records: bytes = b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4\xc0\0\2\1", count: int = 1
    ) -> None:
        question, done = self.asked.pop()
        packet = message.HEADER.pack(1, flags, 1, count, 0, 0) + question.section + records
        done(message.parse_response(packet, question.section), "9.9.9.9")

    def fail(self) -> None:
        self.asked.pop()[1](None, "9.9.9.9")


class Bench:
    """A resolver; what it sent, and what it noted."""

    limit, stream, private = 1232, False, False
    transport, memo = 1, b""

    def __init__(self, state: Path) -> None:
        self.sent: list[bytes] = []
        self.notes: list[tuple[str, Key]] = []
        self.forwarder = Forwarder()
        upstreams: Any = self.forwarder
        recorder: Any = self
        self.resolver = Resolver(snapshot.build(state, {}), Cache(100, 1 << 20), upstreams, recorder)
        self.seat = self.resolver.snapshot.admit("192.168.1.2")

    def send(self, response: bytes, address: Any) -> None:
        self.sent.append(response)

    def drop(self) -> None:
        """Nothing is waited for."""

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        self.notes.append((client, key))

    def ask(self, packet: bytes, client: str = "192.168.1.2") -> bytes | None:
        """What is sent at once for `packet`, if anything."""
        self.sent.clear()
        self.resolver.resolve(packet, client, 0, self, None)
        assert len(self.sent) <= 1
        return self.sent[0] if self.sent else None

    def said(self, packet: bytes, client: str = "192.168.1.2") -> dns.message.Message:
        got = self.ask(packet, client)
        assert got is not None
        return dns.message.from_wire(got)


def blocking(state: Path) -> Bench:
    edit.add_rule(edit.engine(state), "block", "blocked.example")
    return Bench(state)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state directory for all tests of this file that only ask."""
    db.open_config(state := tmp_path_factory.mktemp("pipeline"))
    blocking(state)
    return state


@pytest.fixture
def bench(unchanged: Path) -> Bench:
    return Bench(unchanged)


def query(name: str = "www.pass.example", rdtype: str = "A", **options: Any) -> bytes:
    return dns.message.make_query(name, rdtype, **{"id": 4711, **options}).to_wire()


@pytest.mark.parametrize("client", ["8.8.8.8", "2620:fe::fe", "172.32.0.1"])
@pytest.mark.parametrize(
    "packet",
    [query(), query("blocked.example"), query("telltale"), query("x.local"), query("version.bind", "TXT", rdclass="CH"),
     query(use_edns=1), query(rdtype="AXFR"), query(rdtype="ANY"), query()[:20], query() + b"left over"],
)  # fmt: skip
def test_a_stranger_gets_refused_whatever_is_asked(bench: Bench, client: str, packet: bytes) -> None:
    got = bench.ask(packet, client)
    assert got is not None and got[3] & 0xF == REFUSED
    assert got[6:10] == bytes(4), "no record"
    assert len(got) <= len(packet) + 11, "and nobody's flood is made larger"
    assert not bench.forwarder.asked
    assert all(key.verdict == Verdict.REFUSE for _, key in bench.notes)


def test_a_stranger_fills_no_memory(bench: Bench) -> None:
    for number in range(50):
        bench.ask(query(f"n{number}.example"), "8.8.8.8")
    assert not snapshot.REFUSED.memo


@pytest.mark.parametrize("opcode", range(1, 16))
def test_other_opcodes_are_not_implemented(bench: Bench, opcode: int) -> None:
    packet = query()
    got = bench.ask(packet[:2] + bytes([packet[2] | opcode << 3]) + packet[3:])
    assert got is not None and len(got) == 12
    assert got[2] >> 3 & 0xF == opcode and got[3] & 0xF == NOTIMP


@pytest.mark.parametrize(
    ("packet", "rcode"),
    [
        (query(use_edns=1), dns.rcode.BADVERS),
        (query(use_edns=255), dns.rcode.BADVERS),
        (query(rdtype="AXFR"), dns.rcode.NOTIMP),
        (query(rdtype="IXFR"), dns.rcode.NOTIMP),
        (query(rdtype="OPT"), dns.rcode.FORMERR),
        (query(rdtype="TSIG"), dns.rcode.FORMERR),
        (query(rdtype="TKEY"), dns.rcode.FORMERR),
        (query(rdtype="TYPE0"), dns.rcode.FORMERR),
        (query(rdclass="CH"), dns.rcode.REFUSED),
        (query("blocked.example", rdclass="ANY"), dns.rcode.REFUSED),
    ],
)
def test_what_is_no_data_is_answered_as_the_rfcs_ask(bench: Bench, packet: bytes, rcode: int) -> None:
    assert bench.said(packet).rcode() == rcode
    assert not bench.forwarder.asked


def test_our_own_names_cannot_be_blocked(state: Path) -> None:
    bench = blocking(state)
    edit.add_rule(edit.engine(state), "block", "telltale")
    bench.resolver.snapshot = snapshot.build(state, {})
    assert bench.said(query("telltale"), "127.0.0.1").answer


def test_the_appliances_own_health_check_is_answered_and_not_recorded(bench: Bench) -> None:
    assert bench.said(query("_health.telltale"), "127.0.0.1").answer
    assert not bench.notes
    assert bench.said(query("other.telltale")).rcode() == dns.rcode.NXDOMAIN
    assert len(bench.notes) == 1 and not bench.forwarder.asked
    refused = bench.said(query("_health.telltale"), "8.8.8.8")
    assert refused.rcode() == dns.rcode.REFUSED and not refused.answer


def test_a_failed_exchange_is_servfail_or_what_is_still_known(bench: Bench) -> None:
    assert bench.ask(query()) is None
    bench.forwarder.fail()
    assert dns.message.from_wire(bench.sent[0]).rcode() == dns.rcode.SERVFAIL
    bench.resolver.cache.failures.clear()
    bench.ask(query())
    bench.forwarder.answer(records=b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4\xc0\0\2\1")
    ((kept, held),) = bench.resolver.cache.entries.items()
    bench.resolver.cache.entries[kept] = held._replace(expires=held.expires - 10)
    for rcode in (None, types.SERVFAIL, types.REFUSED, types.NOTIMP):
        assert bench.ask(query()) is None
        if rcode is None:
            bench.forwarder.fail()
        else:
            bench.forwarder.answer(0x8180 | rcode, b"", 0)
        got = dns.message.from_wire(bench.sent[0])
        assert got.answer[0].ttl == 30 and bench.notes[-1][1].origin == Origin.STALE
        assert bench.said(query()).answer and not bench.forwarder.asked, "and for a while at once"
        bench.resolver.cache.failures.clear()
    bench.forwarder.all_down = True
    assert bench.said(query()).answer, "while all are down, at once"


def test_a_failure_is_remembered_and_told_at_once(bench: Bench) -> None:
    """RFC 9520: who asks again and again does not make an upstream's trouble worse."""
    assert bench.ask(query()) is None
    bench.forwarder.fail()
    for _ in range(3):
        assert bench.said(query()).rcode() == dns.rcode.SERVFAIL
    assert not bench.forwarder.asked
    assert bench.ask(query("other.example")) is None, "other names are asked for"


def test_what_was_verified_is_told_to_who_asks_later_too(bench: Bench) -> None:
    bench.ask(query())
    bench.forwarder.answer(0x81A0)
    assert bench.said(query(flags=dns.flags.RD | dns.flags.AD)).flags & dns.flags.AD
    assert not bench.said(query()).flags & dns.flags.AD


@pytest.mark.parametrize(
    ("asked", "shown"), [({}, False), ({"flags": dns.flags.RD | dns.flags.AD}, True), ({"want_dnssec": True}, True)]
)
def test_what_an_upstream_verified_is_told_to_who_asks_for_it(bench: Bench, asked: dict[str, Any], shown: bool) -> None:
    bench.ask(query(**asked))
    bench.forwarder.answer(0x81A0)
    assert bool(dns.message.from_wire(bench.sent[0]).flags & dns.flags.AD) is shown


def test_an_error_of_ours_is_servfail_for_one_and_a_line_a_minute_in_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR), faulty(bench.seat):
        for _ in range(10):
            assert bench.said(query()).rcode() == dns.rcode.SERVFAIL
    assert bench.resolver.counters["faults"] == 10
    assert caplog.text.count("DNS goes on") == 1
    assert bench.said(query("blocked.example")).answer, "the next one is answered"


def test_an_error_of_ours_after_the_exchange_is_servfail_too(bench: Bench) -> None:
    bench.ask(query())
    with faulty(bench.seat):
        bench.forwarder.answer()
    assert dns.message.from_wire(bench.sent[0]).rcode() == dns.rcode.SERVFAIL
    assert bench.resolver.counters["faults"] == 1


def test_an_edit_while_a_query_is_under_way_leaves_no_old_memo_behind(state: Path) -> None:
    bench = blocking(state)
    bench.ask(query("www.later.example"))
    edit.add_rule(edit.engine(state), "block", "later.example")
    bench.resolver.snapshot = snapshot.build(state, {})
    bench.forwarder.answer()
    for _ in range(3):
        assert bench.said(query("www.later.example")).answer[0][0].to_text() == "0.0.0.0"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(200))
@given(
    packet=st.one_of(st.binary(max_size=300), st.binary(max_size=60).map(lambda tail: query()[:12] + tail)),
    client=st.sampled_from(["192.168.1.2", "fe80::1%eth0", "8.8.8.8"]),
)
def test_no_packet_provokes_an_error_of_ours(bench: Bench, packet: bytes, client: str) -> None:
    got = bench.ask(packet, client)
    bench.forwarder.asked.clear()
    assert bench.resolver.counters["faults"] == 0
    if got is not None:
        assert got[:2] == packet[:2] and got[2] & 0x80 and len(got) <= 512 + 720


def test_the_appliance_s_own_health_check_is_answered_but_no_query_of_the_home(worker: Any) -> None:
    assert str(worker.ask("_health.telltale").answer[0][0]) == "127.0.0.1"
    worker.ask("telltale")
    assert [key.name for _, key, _ in worker.rows(1)] == ["telltale"]


class Told:
    """A teller that says yes to every answer with an address."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def tell(self, client: str, packet: bytes, section: bytes) -> bool:
        self.heard.append(client)
        return packet[6:8] != b"\0\0"


def test_while_the_wall_wants_to_know_every_client_is_told_again(bench: Bench) -> None:
    told: Any = Told()
    bench.resolver.answer_feed = told
    for client in ("192.168.1.5", "192.168.1.6", "192.168.1.6"):
        bench.ask(query("www.told.example"), client)
        if bench.forwarder.asked:
            bench.forwarder.answer()
    assert told.heard == ["192.168.1.5", "192.168.1.6", "192.168.1.6"]
    assert all(not seat.memo for seat in bench.resolver.snapshot.by_client.values())
