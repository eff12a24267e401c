# SPDX-License-Identifier: GPL-3.0-or-later
"""What users of other blockers and forwarders reported publicly, tried here. Each test names the thread."""

from __future__ import annotations

from collections.abc import Iterator

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest
from dnslib import CNAME, PTR, QTYPE, RR, TXT, A, DNSRecord
from running_worker import House
from scripted_upstream import Answers

from store.config import edit
from store.config.session import EditError
from store.log.records import Verdict


@pytest.fixture
def home(house: House) -> Iterator[House]:
    """The shared worker; rules that a test adds are taken away after it."""
    before = set(house.upstream.behaviours)
    yield house
    for name in set(house.upstream.behaviours) - before:
        del house.upstream.behaviours[name]
    engine = edit.engine(house.state)
    for rule in edit.rules(engine):
        assert rule.id is not None
        edit.remove_rule(engine, rule.id)
    house.worker.wait_for_policy()


def own(home: House, **records: str) -> None:
    """Answers of the home's own, by name (with `_` for a dot), as a person enters them."""
    engine = edit.engine(home.state)
    for name, answer in records.items():
        edit.add_rule(engine, "block", name.replace("_", ".").replace("STAR", "*"), answer=answer)
    home.worker.wait_for_policy()


def texts(message: dns.message.Message) -> list[str]:
    return [record.to_text() for rrset in message.answer for record in rrset]


def reply(packet: bytes, *records: RR) -> Answers:
    parsed = DNSRecord.parse(packet).reply()
    parsed.add_answer(*records)
    return [(0, "", bytes(parsed.pack()))]


# --- names of one's own --------------------------------------------------------------------------------------------


def test_a_name_of_ones_own_that_leads_to_a_public_one_is_answered_whole(home: House) -> None:
    """AdGuardHome#1156: the answer held nothing at all."""
    own(home, search_example="safe.search.example")
    answer = home.worker.ask("search.example")
    assert answer.rcode() == dns.rcode.NOERROR
    assert texts(answer) == ["safe.search.example.", "192.0.2.1"]
    assert texts(home.worker.ask("safe.search.example")) == ["192.0.2.1"], "though the rule takes it in"


def test_names_of_ones_own_lead_to_each_other(home: House) -> None:
    """AdGuardHome#1704 crashed; #4599 went to the upstream for the second."""
    own(home, app_lan="server.lan", server_lan="192.168.1.9")
    assert texts(home.worker.ask("app.lan")) == ["server.lan.", "192.168.1.9"]
    assert not home.upstream.asked["server.lan"], "it is nobody else's"
    own(home, circle_lan="round.lan", round_lan="circle.lan")
    assert texts(home.worker.ask("circle.lan")) == ["round.lan."]


def test_the_other_family_of_ones_own_name_is_empty_and_not_denied(home: House) -> None:
    """AdGuardHome#7255: NXDOMAIN for AAAA made clients give up on A as well."""
    own(home, service_lan="host.lan", host_lan="192.168.1.10")
    answer = home.worker.ask("service.lan", "AAAA")
    assert answer.rcode() == dns.rcode.NOERROR and texts(answer) == ["host.lan."]
    assert home.worker.ask("host.lan", "AAAA").rcode() == dns.rcode.NOERROR


def test_the_name_itself_goes_before_the_wildcard_above_it(home: House) -> None:
    """AdGuardHome#7063."""
    own(home, abc_home="192.168.1.1", STAR_abc_home="192.168.1.1", x_abc_home="192.168.1.2")
    assert texts(home.worker.ask("x.abc.home")) == ["192.168.1.2"]
    assert texts(home.worker.ask("y.abc.home")) == ["192.168.1.1"]


def test_two_cnames_for_a_name_are_refused_where_they_are_typed(home: House) -> None:
    """AdGuardHome#5365: the second was taken, and never answered."""
    with pytest.raises(EditError, match="A CNAME stands alone"):
        own(home, pve_lan="CNAME one.lan ; CNAME two.lan")


def test_a_public_name_that_leads_to_ones_own_is_judged_by_it(home: House) -> None:
    """AdGuardHome#3350, #1902: bob → alice, and alice is the home's own."""
    home.upstream.behaviours["leads"] = lambda packet, query, tcp: reply(
        packet,
        RR(query.q.qname, QTYPE.CNAME, rdata=CNAME("alice.own.example"), ttl=60),
        RR("alice.own.example", QTYPE.A, rdata=A("203.0.113.5"), ttl=60),
    )
    own(home, alice_own_example="192.168.1.20")
    answer = home.worker.ask("bob.leads.example")
    assert answer.rcode() == dns.rcode.NOERROR and texts(answer) == ["192.168.1.20"]


# --- what is kept --------------------------------------------------------------------------------------------------


def test_the_ttl_of_what_is_kept_never_grows(home: House) -> None:
    """dnscrypt-proxy#1624: the second answer had the full TTL again."""
    ttls = [home.worker.ask("kept.ttl.example").answer[0].ttl for _ in range(20)]
    assert ttls == sorted(ttls, reverse=True) and ttls[0] <= 300


def test_an_option_of_one_client_is_nothing_to_another(home: House) -> None:
    """blocky#1292, Pcap_DNSProxy#339: answers by ECS were kept apart, cut off, or not at all."""
    ecs = dns.edns.ECSOption("198.51.100.0", 24)
    for rdtype in ("A", "PTR", "TXT"):
        answer = home.worker.ask("ecs.options.example", rdtype, use_edns=0, options=[ecs])
        assert not answer.flags & dns.flags.TC
        assert not any(isinstance(option, dns.edns.ECSOption) for option in answer.options)
    before = home.upstream.asked["ecs.options.example"]
    assert texts(home.worker.ask("ecs.options.example")) == ["192.0.2.1"]
    assert home.upstream.asked["ecs.options.example"] == before, "from the cache, whoever asks"


def test_a_failure_never_goes_before_an_older_answer(home: House) -> None:
    """Technitium#965."""
    assert texts(home.worker.ask("once.short.example")) == ["192.0.2.1"]
    home.upstream.behaviours["short"] = home.upstream.behaviours["servfail"]
    home.worker.rows(1)
    for _ in range(3):
        assert texts(home.worker.ask("once.short.example")) == ["192.0.2.1"]


# --- sizes ---------------------------------------------------------------------------------------------------------


def many_texts(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
    records = [RR(query.q.qname, QTYPE.TXT, rdata=TXT(f"{n:03}" + "x" * 90), ttl=60) for n in range(12)]
    full = reply(packet, *records)[0][2]
    return [(0, "", full)]


def test_an_upstream_that_sends_more_than_was_asked_for_loses_nothing(home: House) -> None:
    """routedns#170, https_dns_proxy#199: what is too long for the client comes cut, with TC, and whole over TCP."""
    home.upstream.behaviours["texts"] = many_texts
    for size in (512, 1232):
        answer = home.worker.ask(f"s{size}.texts.example", "TXT", use_edns=0, payload=size)
        assert answer.flags & dns.flags.TC and len(answer.to_wire()) <= size
    assert len(texts(home.worker.ask("s512.texts.example", "TXT", tcp=True))) == 12
    wide = home.worker.ask("s512.texts.example", "TXT", use_edns=0, payload=4096)
    assert len(texts(wide)) == (0 if wide.flags & dns.flags.TC else 12), "all of it, or a word to come over TCP"


def test_a_client_without_edns_gets_512_bytes_or_a_word_to_come_over_tcp(home: House) -> None:
    """openwrt#12257, miekg/dns#987: the OPT record counts too."""
    home.upstream.behaviours["texts"] = many_texts
    query = dns.message.make_query("plain.texts.example", "TXT")
    packet = home.worker.raw(query.to_wire())
    assert len(packet) <= 512 and packet[2] & 2
    limited = dns.message.make_query("limited.texts.example", "TXT", use_edns=0, payload=600)
    packet = home.worker.raw(limited.to_wire())
    assert len(packet) <= 600 and packet[2] & 2 and dns.message.from_wire(packet).edns == 0


def test_an_answer_that_the_way_cut_short_without_saying_so_is_asked_again(home: House) -> None:
    """DnsClient.NET#52: a router cut at 512 bytes and left TC unset."""

    def cut(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
        full = many_texts(packet, query, tcp)[0][2]
        return [(0, "", full if tcp else full[:512])]

    home.upstream.behaviours["cutat"] = cut
    answer = home.worker.ask("some.cutat.example", "TXT", tcp=True)
    assert answer.rcode() == dns.rcode.NOERROR and len(texts(answer)) == 12


def test_a_reverse_name_with_very_many_names_comes_over_tcp(home: House) -> None:
    """nmap#103."""

    def pointers(packet: bytes, query: DNSRecord, tcp: bool) -> Answers:
        names = [RR(query.q.qname, QTYPE.PTR, rdata=PTR(f"host-{n}.big.example"), ttl=60) for n in range(150)]
        full = reply(packet, *names)[0][2]
        return [(0, "", full if tcp else full[:2] + bytes((full[2] | 2,)) + full[3:4] + full[4:6] + bytes(6) +
                 packet[12 : packet.index(b"\0", 12) + 5])]  # fmt: skip

    home.upstream.behaviours["113"] = pointers
    answer = home.worker.ask("7.113.9.203.in-addr.arpa", "PTR", tcp=True)
    assert len(texts(answer)) == 150
    assert home.worker.ask("7.113.9.203.in-addr.arpa", "PTR").flags & dns.flags.TC


# --- what is decided -----------------------------------------------------------------------------------------------


def test_what_is_allowed_with_all_below_it_says_so_where_a_block_is_in_vain(home: House) -> None:
    """Technitium#898, #1503: the block of a subdomain did nothing, and nobody said why."""
    engine = edit.engine(home.state)
    edit.add_rule(engine, "allow", "wp.example")
    edit.add_rule(engine, "block", "stats.wp.example")
    home.worker.wait_for_policy()
    home.worker.ask("stats.wp.example")
    key = home.worker.key_of("stats.wp.example")
    assert (key.verdict, key.rule) == (Verdict.ALLOW, "@@||wp.example^")


def test_one_name_after_another_blocks_and_lets_through_at_once(home: House) -> None:
    """dnsproxy#247: what was blocked stayed so for clients because of its TTL."""
    engine = edit.engine(home.state)
    rule = edit.add_rule(engine, "block", "toggled.example")
    home.worker.wait_for_policy()
    blocked = home.worker.ask("toggled.example")
    assert blocked.answer[0].ttl <= 10
    edit.remove_rule(engine, rule)
    home.worker.wait_for_policy()
    assert texts(home.worker.ask("toggled.example")) == ["192.0.2.1"]


def test_strange_types_and_classes_do_no_harm(home: House) -> None:
    """FTL#460, FTL#757, blocky: SVCB, HTTPS, CAA, NAPTR, ANY, CH."""
    for rdtype in ("HTTPS", "SVCB", "CAA", "NAPTR", "ANY", "TYPE65280"):
        assert home.worker.ask("odd.types.example", rdtype).rcode() == dns.rcode.NOERROR, rdtype
    chaos = dns.message.make_query("version.bind", "TXT", "CH")
    assert dns.message.from_wire(home.worker.raw(chaos.to_wire())).rcode() in (dns.rcode.REFUSED, dns.rcode.NOTIMP)
    assert texts(home.worker.ask("odd.types.example")) == ["192.0.2.1"]
