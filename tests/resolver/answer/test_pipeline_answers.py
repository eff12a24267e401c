# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of rules, lists and groups, what an answer shows, and who is told why: through a whole resolver."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dns.edns
import dns.message
import dns.rrset
import pytest

from blocklists.index import compile as compiling
from blocklists.index.compile import Part
from blocklists.index.shard import Shard
from resolver.answer import snapshot
from resolver.answer.pipeline import Resolver
from resolver.kept.cache import Cache
from store.base import db
from store.config import edit, lists
from store.devices import device_edits, sightings_store
from store.household import groups as household_groups
from store.log.records import NO_ANSWER, Key, Verdict
from wire import message

pytestmark = pytest.mark.database

LIST = """||walled.example^$dnsrewrite=safe.example
||dropped.example^$client=kid
||hidden.test^
||203.0.113.9^
"""
RPZ = """drop.example CNAME rpz-drop.
tcp.example CNAME rpz-tcp-only.
empty.example CNAME *.
32.1.100.51.198.rpz-ip CNAME rpz-drop.
32.2.100.51.198.rpz-ip CNAME *.
32.3.100.51.198.rpz-ip A 9.9.9.9
32.4.100.51.198.rpz-ip CNAME rpz-tcp-only.
32.77.0.0.10.rpz-client-ip CNAME rpz-drop.
"""


class Bench:
    """A resolver whose upstream answers what a test says, and what it sent and noted."""

    limit, stream, private = 1232, False, False
    transport, memo = 1, b""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.zone: dict[tuple[str, str], list[dns.rrset.RRset]] = {}
        self.sent: list[bytes] = []
        self.notes: list[Key] = []
        upstreams: Any = self
        recorder: Any = self
        self.all_down = False
        self.resolver = Resolver(snapshot.build(state, {}), Cache(100, 1 << 20), upstreams, recorder)

    def has(self, name: str, rdtype: str, *records: str) -> None:
        self.zone[name, rdtype] = [dns.rrset.from_text(*record.split(None, 4)) for record in records]

    def exchange(self, key: Any, question: message.Question, done: Any, route: Any = None) -> None:
        rdtype = dns.rdatatype.to_text(dns.rdatatype.RdataType(question.qtype))
        reply = dns.message.make_response(dns.message.make_query(question.name, rdtype))
        reply.answer += self.zone.get((question.name, rdtype), [])
        done(message.parse_response(reply.to_wire(), question.section), "9.9.9.9")

    def send(self, response: bytes, address: Any) -> None:
        self.sent.append(response)

    def drop(self) -> None:
        """Nothing is waited for."""

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        self.notes.append(key)

    def ask(self, name: str, rdtype: str = "A", client: str = "10.0.0.7") -> dns.message.Message | None:
        self.sent.clear()
        packet = dns.message.make_query(name, rdtype, use_edns=0).to_wire()
        self.resolver.resolve(packet, client, 0, self, None)
        return dns.message.from_wire(self.sent[-1]) if self.sent else None

    def shown(self, name: str, rdtype: str = "A", client: str = "10.0.0.7") -> list[str]:
        got = self.ask(name, rdtype, client)
        assert got is not None
        return [str(rr) for rrset in got.answer for rr in rrset]


@pytest.fixture
def bench(state: Path, tmp_path: Path) -> Bench:
    e = edit.engine(state)
    parts = []
    for name, text in (("adblock", LIST), ("rpz", RPZ)):
        path = tmp_path / f"{name}.txt"
        path.write_text(text)
        list_id = lists.add_blocklist(e, str(path), title=name, format=name)
        parts.append(Part(list_id, None, name.title(), False, Shard.of_text(path, name, 1)))
    compiling.publish(compiling.compile_index(parts, 1), state)
    con = db.connect(state / "config.db")
    kid = sightings_store.sighted(con, "10.0.0.8")
    con.close()
    device_edits.rename_device(e, kid, "Kid")
    return Bench(state)


def reason(got: dns.message.Message | None) -> str:
    assert got is not None
    (option,) = got.options
    assert isinstance(option, dns.edns.EDEOption) and option.code == 15
    return option.text or ""


def test_a_rewrite_answers_with_the_addresses_of_its_target(bench: Bench) -> None:
    bench.has("safe.example", "A", "safe.example. 60 IN A 9.9.9.10")
    assert bench.shown("www.walled.example") == ["safe.example.", "9.9.9.10"]
    assert bench.notes[-1].rule == "||walled.example^$dnsrewrite=safe.example"
    assert reason(bench.ask("www.walled.example")) == "||walled.example^$dnsrewrite=safe.example (Adblock)"


def test_actions_of_a_policy_zone(bench: Bench) -> None:
    assert bench.ask("drop.example") is None
    assert (bench.notes[-1].name, Verdict(bench.notes[-1].verdict)) == ("drop.example", Verdict.BLOCK)
    assert bench.notes[-1].rcode == NO_ANSWER
    assert bench.shown("empty.example") == []
    bench.has("tcp.example", "A", "tcp.example. 60 IN A 9.9.9.10")
    got = bench.ask("tcp.example")
    assert got is not None and got.flags & dns.flags.TC
    bench.limit, bench.stream = 65_535, True
    assert bench.ask("tcp.example") is None or bench.shown("tcp.example") == ["9.9.9.10"]


def test_actions_on_addresses_and_on_who_asks(bench: Bench) -> None:
    for number, name in enumerate(("dropped.ip.example", "empty.ip.example", "led.ip.example"), 1):
        bench.has(name, "A", f"{name}. 60 IN A 198.51.100.{number}")
    assert bench.ask("dropped.ip.example") is None
    assert bench.notes[-1].rcode == NO_ANSWER and "through address 198.51.100.1" in bench.notes[-1].rule
    assert bench.shown("empty.ip.example") == []
    assert bench.shown("led.ip.example") == ["9.9.9.9"]
    bench.has("any.example", "A", "any.example. 60 IN A 9.9.9.10")
    assert bench.shown("any.example") == ["9.9.9.10"]
    assert bench.ask("any.example", client="10.0.0.77") is None
    assert bench.notes[-1].rule == "32.77.0.0.10.rpz-client-ip CNAME rpz-drop."


def test_an_address_that_is_to_be_asked_for_over_tcp(bench: Bench) -> None:
    bench.has("tcp.ip.example", "A", "tcp.ip.example. 60 IN A 198.51.100.4")
    got = bench.ask("tcp.ip.example")
    assert got is not None and got.flags & dns.flags.TC and not got.answer
    bench.limit, bench.stream = 65_535, True
    assert bench.shown("tcp.ip.example") == ["198.51.100.4"]


def test_a_rule_for_one_device_holds_for_it_alone(bench: Bench) -> None:
    bench.has("dropped.example", "A", "dropped.example. 60 IN A 9.9.9.10")
    assert bench.shown("dropped.example", client="10.0.0.7") == ["9.9.9.10"]
    assert bench.shown("dropped.example", client="10.0.0.8") == ["0.0.0.0"]
    assert bench.shown("dropped.example", client="10.0.0.9") == ["9.9.9.10"]


def test_what_an_answer_leads_to_is_named_in_the_log(bench: Bench) -> None:
    bench.has("shop.example", "HTTPS", "shop.example. 60 IN HTTPS 1 svc.hidden.test. alpn=h2")
    assert bench.shown("shop.example", "HTTPS") == []
    assert bench.notes[-1].rule == "||hidden.test^ through HTTPS record to svc.hidden.test"
    bench.has("hint.example", "HTTPS", "hint.example. 60 IN HTTPS 1 . ipv4hint=203.0.113.9")
    assert bench.shown("hint.example", "HTTPS") == []
    assert bench.notes[-1].rule == "203.0.113.9/32 through address 203.0.113.9"
    bench.has("ip.example", "A", "ip.example. 60 IN A 203.0.113.9")
    assert bench.shown("ip.example") == ["0.0.0.0"]


def test_a_public_name_does_not_lead_into_the_home(bench: Bench) -> None:
    bench.has("evil.example", "A", "evil.example. 60 IN A 192.168.1.1")
    bench.has("mine.example", "A", "mine.example. 60 IN A 192.168.1.1")
    edit.add_rule(edit.engine(bench.state), "allow", "mine.example")
    bench.resolver.snapshot = snapshot.build(bench.state, {})
    assert bench.shown("evil.example") == []
    assert bench.notes[-1].rule == "private address 192.168.1.1 in a public name"
    assert (bench.notes[-1].blocklist, bench.notes[-1].verdict) == ("rebinding", Verdict.BLOCK)
    assert bench.shown("mine.example") == ["192.168.1.1"], "a rule that allows is the exception"
    mixed = [f"mixed.example. 60 IN A {address}" for address in ("10.0.0.1", "9.9.9.9", "192.168.1.1", "9.9.9.10")]
    bench.has("mixed.example", "A", *mixed)
    for _ in range(4):  # from upstream, from the cache, from the memo
        assert bench.shown("mixed.example") == ["9.9.9.9", "9.9.9.10"]
    assert (bench.notes[-1].blocklist, bench.notes[-1].verdict) == ("rebinding", Verdict.PASS)
    assert bench.notes[-1].rule == "private address 10.0.0.1 in a public name, taken out"
    edit.put_settings(edit.engine(bench.state), {"rebind_protection": "off"})
    bench.resolver.snapshot = snapshot.build(bench.state, {})
    assert bench.shown("evil.example") == ["192.168.1.1"]


def test_answers_of_rules_and_groups(bench: Bench) -> None:
    e = edit.engine(bench.state)
    edit.add_rule(e, "block", "a.example", answer="192.0.2.7", types="A")
    edit.add_rule(e, "block", "b.example")
    group = household_groups.add_group(e, "Children")
    household_groups.set_groups(e, 1, [group])
    household_groups.set_group_answer(e, group, "nxdomain")
    bench.resolver.snapshot = snapshot.build(bench.state, {})
    assert bench.shown("a.example") == ["192.0.2.7"]
    assert bench.ask("a.example", "AAAA").rcode() == 0  # type: ignore[union-attr]
    assert reason(bench.ask("a.example")) == "||a.example^$dnstype=A,answer=A 192.0.2.7 (a rule of this home)"
    assert bench.shown("b.example") == ["0.0.0.0"]
    got = bench.ask("b.example", client="10.0.0.8")
    assert got is not None and got.rcode() == 3
