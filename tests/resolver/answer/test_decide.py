# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of decisions, one question at a time."""

from __future__ import annotations

import struct
from pathlib import Path

import dns.message
import pytest

from resolver.answer import snapshot
from resolver.answer.decide import Block, Decision, Forward, Local, Refuse, View, decide, passes
from store.base import db
from store.config import edit
from store.log.records import Verdict
from wire import message, stub, types

pytestmark = pytest.mark.database

HOME, STRANGER = "192.168.1.2", "8.8.8.8"
A, TXT, OPT, IXFR, AXFR, ANY, TSIG = 1, 16, 41, 251, 252, 255, 250


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> snapshot.Snapshot:
    """One for all tests of this file that decide: nothing that is decided changes it."""
    db.open_config(state := tmp_path_factory.mktemp("decide"))
    e = edit.engine(state)
    edit.add_rule(e, "block", "blocked.example")
    edit.add_rule(e, "allow", "good.blocked.example")
    edit.add_rule(e, "block", "telltale")
    edit.add_rule(e, "block", "again.example", answer="tcp")
    return snapshot.build(state, {})


def decided(
    now: snapshot.Snapshot, name: str, qtype: int = A, client: str = HOME, *, stream: bool = False, qclass: int = 1
) -> Decision:
    packet = stub.build(name, qtype)[:-2] + struct.pack("!H", qclass)
    return decide(message.parse_question(packet), View(now.admit(client), client, stream))


@pytest.mark.parametrize("name", ["www.shop.example", "blocked.example", "telltale", "x.local", "_health.telltale"])
@pytest.mark.parametrize("qtype", [A, AXFR, OPT])
def test_a_stranger_is_refused_before_all_else(now: snapshot.Snapshot, name: str, qtype: int) -> None:
    assert decided(now, name, qtype, STRANGER) == Refuse(types.REFUSED)


@pytest.mark.parametrize(
    ("qtype", "rcode"),
    [(AXFR, types.NOTIMP), (IXFR, types.NOTIMP), (TSIG, types.FORMERR), (OPT, types.FORMERR)],
)
@pytest.mark.parametrize("name", ["www.shop.example", "blocked.example", "telltale"])
def test_what_is_no_question_for_data_is_refused(now: snapshot.Snapshot, name: str, qtype: int, rcode: int) -> None:
    decision = decided(now, name, qtype)
    assert decision == Refuse(rcode) and decision.judgement.verdict is Verdict.REFUSE


def test_any_is_told_that_there_is_no_answer_to_it_unless_the_home_has_a_word(now: snapshot.Snapshot) -> None:
    """RFC 8482: a record that says so, in place of all that an upstream has, which a forged sender could ask for."""
    for name in ("www.shop.example", "good.blocked.example"):
        told = decided(now, name, ANY)
        assert isinstance(told, Local) and told.judgement.verdict is Verdict.LOCAL
        (answer,) = dns.message.from_wire(told.packet).answer
        assert answer[0].to_text() == '"RFC8482" ""' and answer.ttl >= 3600
    assert not passes("www.shop.example", ANY, now.admit(HOME))
    assert isinstance(decided(now, "blocked.example", ANY), Block)


def test_ours_goes_before_every_rule(now: snapshot.Snapshot) -> None:
    assert isinstance(decided(now, "telltale"), Local)
    assert isinstance(decided(now, "printer.local"), Local)
    assert isinstance(decided(now, "version.bind", TXT, qclass=3), Local)


def test_the_appliance_s_own_question_is_no_query_of_the_home(now: snapshot.Snapshot) -> None:
    own, other = decided(now, "_health.telltale"), decided(now, "telltale")
    assert isinstance(own, Local) and not own.noted
    assert isinstance(other, Local) and other.noted


def test_rules_block_and_allow(now: snapshot.Snapshot) -> None:
    blocked, allowed = decided(now, "x.blocked.example"), decided(now, "good.blocked.example")
    assert isinstance(blocked, Block) and blocked.judgement.verdict is Verdict.BLOCK
    assert isinstance(allowed, Forward) and allowed.judgement.verdict is Verdict.ALLOW


def test_to_ask_again_over_tcp_is_no_block_and_over_a_stream_nothing_at_all(now: snapshot.Snapshot) -> None:
    datagram, stream = decided(now, "again.example"), decided(now, "again.example", stream=True)
    assert isinstance(datagram, Block) and datagram.judgement.verdict is Verdict.PASS
    assert isinstance(stream, Forward) and stream.judgement.answer is None


@pytest.mark.parametrize(
    "name",
    ["nas.lan", "printer", "x.home.arpa", "box.local", "5.1.168.192.in-addr.arpa", "use-application-dns.net",
     "mask.icloud.com", "host.internal"],
)
@pytest.mark.parametrize(("kind", "decision"), [("block", Block), ("allow", Forward)])
def test_the_home_s_own_word_goes_before_what_is_built_in(state: Path, name: str, kind: str, decision: type) -> None:
    """AdGuardHome#3912: a rule or record for such a name was said to be in force, and was not."""
    before = snapshot.build(state, {})
    assert isinstance(decided(before, name), Local)
    answer = {"answer": "A 192.168.1.9"} if kind == "block" and not name.endswith("arpa") else {}
    edit.add_rule(edit.engine(state), kind, name, **answer)
    now = snapshot.build(state, {})
    assert isinstance(decided(now, name), decision)
    assert isinstance(decided(now, f"other-{name}"), Local) or "." in name


CANARIES = {
    "canary_firefox": ["use-application-dns.net", "x.use-application-dns.net"],
    "canary_private_relay": ["mask.icloud.com", "mask-h2.icloud.com"],
}


@pytest.mark.parametrize("setting", CANARIES)
def test_a_home_may_let_software_go_past_it(state: Path, setting: str) -> None:
    """Each setting is about its own names; DDR's, which leads to us, is about none of them."""
    edit.put_settings(edit.engine(state), {setting: "allow"})
    now = snapshot.build(state, {})
    for key, names in CANARIES.items():
        for name in names:
            decision = decided(now, name)
            assert isinstance(decision, Forward if key == setting else Local), name
            assert isinstance(decision, Forward) or decision.packet[3] & 15 == 3, "NXDOMAIN, as both makers document it"
    assert isinstance(decided(now, "resolver.arpa"), Local)


@pytest.mark.parametrize("name", ["telltale", "telltale.lan", "_health.telltale"])
@pytest.mark.parametrize("kind", ["block", "allow"])
def test_our_own_name_alone_cannot_be_taken_away(state: Path, name: str, kind: str) -> None:
    edit.add_rule(edit.engine(state), kind, "telltale")
    edit.add_rule(edit.engine(state), kind, "lan")
    assert isinstance(decided(snapshot.build(state, {}), name), Local)


@pytest.mark.parametrize(
    ("own_name", "name", "decision"),
    [
        ("dns.example.com", "dns.example.com", Local),
        ("dns.example.com", "www.dns.example.com", Forward),
        ("dns.example.com", "example.com", Forward),
        ("telltale.lan", "x.telltale.lan", Local),
        ("telltale", "x.telltale", Local),
    ],
)
def test_below_our_own_name_is_ours_only_where_nobody_else_s_can_be(
    state: Path, own_name: str, name: str, decision: type
) -> None:
    """pi-hole#3990: with a real domain as own name, all of the domain was gone."""
    now = snapshot.build(state, {"TELLTALE_OWN_NAME": own_name})
    assert isinstance(decided(now, name), decision)


@pytest.mark.parametrize("client", [HOME, STRANGER])
@pytest.mark.parametrize("name", ["www.shop.example", "blocked.example", "good.blocked.example", "telltale", "x.local"])
def test_what_passes_is_what_is_just_forwarded(now: snapshot.Snapshot, name: str, client: str) -> None:
    assert passes(name, A, now.admit(client)) == (decided(now, name, A, client) == Forward())


@pytest.mark.parametrize("name", ["resolver.arpa", "_dns.resolver.arpa", "x.resolver.arpa"])
def test_how_to_ask_encrypted_is_ours_to_say(now: snapshot.Snapshot, name: str) -> None:
    """Nobody upstream is asked, and a rule cannot let the question out: an upstream would name itself (RFC 9462)."""
    decision = decided(now, name, types.SVCB)
    assert isinstance(decision, Local) and decision.packet[3] & 0xF == types.NOERROR
    assert decision.packet[6:8] == b"\0\0"


def test_a_device_finds_us_by_a_name_of_its_own(now: snapshot.Snapshot) -> None:
    """`WORD.telltale.home.arpa`, by which a device says who it is over TLS, leads here; two words do not."""
    decision = decided(now, "k3v9.telltale.home.arpa")
    assert isinstance(decision, Local) and decision.packet[3] & 0xF == types.NOERROR
    for name in ("a.b.telltale.home.arpa", "k3v9.telltail.home.arpa"):
        other = decided(now, name)
        assert isinstance(other, Local) and other.packet[3] & 0xF == types.NXDOMAIN
