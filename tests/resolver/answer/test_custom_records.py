# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that rules ask for, read back by an independent library."""

from __future__ import annotations

from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest

from resolver.answer import custom_records
from store.config import custom_responses
from wire import response
from wire.message import Question, parse_question, parse_response
from wire.response import BlockMode, Sinkhole
from wire.types import A

HOUSE = Sinkhole(BlockMode.NULL, 10)


def question(rdtype: str = "A", **options: Any) -> Question:
    return parse_question(dns.message.make_query("Ads.Example", rdtype, **options).to_wire())


def said(text: str, rdtype: str = "A") -> dns.message.Message:
    return dns.message.from_wire(custom_records.packet(question(rdtype), custom_responses.parse(text), HOUSE))


@pytest.mark.parametrize(
    ("text", "rdtype", "shown"),
    [
        ("192.0.2.7", "A", "A 192.0.2.7"),
        ("192.0.2.7,192.0.2.8", "A", "A 192.0.2.7|A 192.0.2.8"),
        ("2001:db8::7", "AAAA", "AAAA 2001:db8::7"),
        ("192.0.2.7", "AAAA", ""),
        ("TXT hello world", "TXT", 'TXT "hello world"'),
        ("MX 10 mail.example", "MX", "MX 10 mail.example."),
        ("SRV 1 2 443 host.example", "SRV", "SRV 1 2 443 host.example."),
        ("PTR host.example", "PTR", "PTR host.example."),
        ("CNAME other.example", "CNAME", "CNAME other.example."),
        ("CNAME *.walled.example", "CNAME", "CNAME ads.example.walled.example."),
        (
            "HTTPS 1 . alpn=h2,h3 port=8443 ipv4hint=192.0.2.7 ipv6hint=2001:db8::7",
            "HTTPS",
            'HTTPS 1 . alpn="h2,h3" port="8443" ipv4hint="192.0.2.7" ipv6hint="2001:db8::7"',
        ),
        ("SVCB 0 alias.example", "SVCB", "SVCB 0 alias.example."),
        ("SVCB 1 . strange=1 port=x", "SVCB", "SVCB 1 ."),
    ],
)
def test_records(text: str, rdtype: str, shown: str) -> None:
    got = said(text, rdtype)
    assert got.rcode() == dns.rcode.NOERROR
    found = [f"{dns.rdatatype.to_text(rrset.rdtype)} {rr}" for rrset in got.answer for rr in rrset]
    assert "|".join(found) == shown
    assert bool(got.authority) == (not shown), "no data may be kept for as long as an SOA says"


@pytest.mark.parametrize(
    ("word", "rcode", "addresses"),
    [("null", 0, ["0.0.0.0"]), ("nxdomain", 3, []), ("nodata", 0, []), ("refused", 5, []), ("servfail", 2, [])],
)
def test_words(word: str, rcode: int, addresses: list[str]) -> None:
    got = said(word)
    assert (got.rcode(), [str(rr) for rrset in got.answer for rr in rrset]) == (rcode, addresses)


def test_to_be_asked_again_over_tcp() -> None:
    assert said("tcp").flags & dns.flags.TC and not said("tcp").answer


def test_a_cname_leads_to_the_addresses_of_its_target() -> None:
    asked = question()
    onward = custom_records.target(asked, custom_responses.parse("safe.example"))
    assert onward is not None and (onward.name, onward.qtype) == ("safe.example", A)
    reply = dns.message.make_response(dns.message.make_query("safe.example", "A"))
    reply.answer.append(dns.rrset.from_text("safe.example.", 300, "IN", "A", "192.0.2.1", "192.0.2.2"))
    came = parse_response(reply.to_wire(), onward.section)
    got = dns.message.from_wire(custom_records.led(asked, [onward], came.addresses, 10))
    cname, addresses = got.answer
    assert cname.to_text() == "Ads.Example. 10 IN CNAME safe.example."
    assert (str(addresses.name), sorted(map(str, addresses))) == ("safe.example.", ["192.0.2.1", "192.0.2.2"])
    assert len(dns.message.from_wire(custom_records.led(asked, [onward], [], 10)).answer) == 1
    assert custom_records.target(asked, custom_responses.parse("192.0.2.7")) is None
    assert custom_records.target(question("CNAME"), custom_responses.parse("safe.example")) is None


def test_who_sent_edns_hears_what_blocked_it() -> None:
    ede = response.blocked_by("||ads.example^ (A list)")
    (option,) = dns.message.from_wire(custom_records.packet(question(use_edns=0), None, HOUSE, ede)).options
    assert isinstance(option, dns.edns.EDEOption) and (option.code, option.text) == (15, "||ads.example^ (A list)")
    assert dns.message.from_wire(custom_records.packet(question(), None, HOUSE, ede)).edns == -1


def test_a_long_reason_is_cut_between_letters() -> None:
    text = response.blocked_by("ü" * 500)[6:].decode()
    assert set(text) == {"ü"} and len(text) == response.EDE_MAX // 2
