# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets in: whatever the bytes, a value or `Malformed`, and the same reading as an independent library's."""

from __future__ import annotations

from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import pytest
from any_names import names, shown
from hypothesis import given
from hypothesis import strategies as st

from wire import message
from wire.message import parse_question, parse_response
from wire.names import Malformed, read_name
from wire.types import CD, FORMERR, IN, QR, RD

ROOT_SECTION = b"\0\0\1\0\1"


def packet_of(name: dns.name.Name, qtype: int = 1, **options: Any) -> bytes:
    return dns.message.make_query(name, dns.rdatatype.RdataType.make(qtype), **options).to_wire()


@given(st.binary(min_size=12, max_size=600))
def test_any_bytes_are_a_question_or_malformed_with_what_to_say(packet: bytes) -> None:
    try:
        question = parse_question(packet)
    except Malformed as error:
        assert error.rcode == FORMERR
    else:
        assert packet.find(question.section) == 12
        assert len(question.section) <= 259


@given(st.binary(max_size=600), st.integers(1, 3), st.integers(0, 3), st.integers(0, 40))
def test_a_header_of_a_query_before_any_bytes_too(tail: bytes, qd: int, an: int, ar: int) -> None:
    """As above, but past the checks on the header, so that the names and records are reached."""
    packet = message.HEADER.pack(7, RD, qd, an, 0, ar) + tail
    try:
        question = parse_question(packet)
    except Malformed as error:
        assert error.rcode == FORMERR
    else:
        assert (qd, an) == (1, 0)
        assert question.udp_size >= 512


@given(st.binary(max_size=900), st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_any_bytes_are_a_response_or_malformed(tail: bytes, an: int, ns: int, ar: int) -> None:
    packet = message.HEADER.pack(7, QR, 1, an, ns, ar) + ROOT_SECTION + tail
    try:
        response = parse_response(packet, ROOT_SECTION)
    except Malformed:
        return
    assert len(response.ttls) == sum(response.counts)
    assert all(0 <= ttl <= message.MAX_TTL for _, ttl in response.ttls)
    assert all(offset + 4 <= len(response.body) for offset, _ in response.ttls)
    assert len(response.chain) <= message.MAX_CHAIN


@given(names(), st.integers(0, 65535), st.booleans(), st.booleans(), st.integers(0, 4096), st.booleans())
def test_a_query_reads_as_the_library_that_wrote_it_meant(
    name: dns.name.Name, qtype: int, edns: bool, do: bool, payload: int, cookie: bool
) -> None:
    options = [dns.edns.GenericOption(10, b"8 bytes!")] if cookie else []
    extra: dict[str, Any] = (
        {"use_edns": 0, "want_dnssec": do, "payload": payload, "options": options} if edns else {"use_edns": False}
    )
    packet = packet_of(name, qtype, **extra)
    question = parse_question(packet)
    assert question.name == shown(name)
    assert (question.qtype, question.qclass) == (qtype, IN)
    assert question.id == int.from_bytes(packet[:2], "big")
    assert question.wire_name == dns.name.Name([label.lower() for label in name.labels]).to_wire()
    assert question.edns is edns
    assert question.do is (edns and do)
    assert question.options is (edns and cookie)
    assert question.udp_size == (max(payload, 512) if edns else 512)


def test_letters_are_lowered_for_us_and_kept_for_the_client() -> None:
    question = parse_question(packet_of(dns.name.from_text("WwW.ExAmPlE.")))
    assert question.name == "www.example"
    assert b"WwW" in question.section
    assert question.wire_name == b"\3www\7example\0"


def test_a_name_of_253_characters_is_read_and_a_longer_one_is_refused() -> None:
    labels = [b"a" * 63, b"b" * 63, b"c" * 63, b"d" * 61]
    longest = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    assert len(parse_question(packet(longest)).name) == 253
    labels[3] += b"d"
    too_long = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    with pytest.raises(Malformed, match="too long"):
        parse_question(packet(too_long))


def packet(name: bytes, tail: bytes = b"", arcount: int = 0, nscount: int = 0) -> bytes:
    return message.HEADER.pack(1, RD, 1, 0, nscount, arcount) + name + b"\0\1\0\1" + tail


OPT = b"\0\0\x29\x04\xd0\0\0\0\0\0\0"


@pytest.mark.parametrize(
    "faulty",
    [
        packet(b"\xc0\x0c"),  # a name that points to itself
        packet(b"\1a\xc0\x0c"),
        packet(b"\1a\xc0\x20", b"\0"),  # forwards
        packet(b"\x40abc\0"),  # label types that never came to be
        packet(b"\x80abc\0"),
        packet(b"\1a\0")[:-1],
        packet(b"\1a\0")[:14],
        packet(b"\1a\0", b"left over"),
        packet(b"\1a\0", OPT + OPT, 2),
        packet(b"\1a\0", b"\1x" + OPT, 1),
        packet(b"\1a\0", OPT[:-1], 1),
        packet(b"\1a\0", b"\5ab", 1),
        packet(b"\1a\0", OPT[:-2] + b"\0\5ab", 1),
        packet(b"\1a\0", b"", 1),
        packet(b"\1a\0", OPT * 40, 40),
        message.HEADER.pack(1, RD, 0, 0, 0, 0),
        message.HEADER.pack(1, RD, 2, 0, 0, 0) + b"\1a\0\0\1\0\1" * 2,
        message.HEADER.pack(1, RD, 65535, 0, 0, 0) + b"\1a\0\0\1\0\1",
        message.HEADER.pack(1, RD, 1, 1, 0, 0) + b"\1a\0\0\1\0\1",
    ],
)
def test_what_is_no_query_is_told_formerr(faulty: bytes) -> None:
    with pytest.raises(Malformed) as caught:
        parse_question(faulty)
    assert caught.value.rcode == FORMERR


def test_records_that_are_none_of_ours_are_passed_over() -> None:
    """A query may come signed, or with records that nobody has thought of yet."""
    unknown = b"\0\xff\x01\0\1\0\0\0\0\0\3abc"
    question = parse_question(packet(b"\1a\0", unknown + OPT + unknown, 3))
    assert question.edns and question.udp_size == 1232
    assert not parse_question(packet(b"\1a\0", OPT, 0, nscount=1)).edns, "an OPT in the authority section is none"


@pytest.mark.parametrize(
    ("ttl", "kept"), [(0, 0), (300, 300), (2**31 - 1, message.MAX_TTL), (2**31, 0), (2**32 - 1, 0)]
)
def test_ttls_that_make_no_sense_are_bounded(ttl: int, kept: int) -> None:
    body = b"\0\0\1\0\1" + ttl.to_bytes(4, "big") + b"\0\4\1\2\3\4"
    response = parse_response(message.HEADER.pack(1, QR, 1, 1, 0, 0) + ROOT_SECTION + body, ROOT_SECTION)
    assert response.ttls == [(5, kept)]


def answer_to(question: bytes, text: str) -> tuple[bytes, bytes]:
    """A response that dnspython writes, compressed, and its question section."""
    query = dns.message.from_wire(question)
    response = dns.message.make_response(query, our_payload=1232)
    response.answer = list(dns.message.from_text("id 1\n;ANSWER\n" + text.partition("--\n")[0]).answer)
    response.authority = list(dns.message.from_text("id 1\n;AUTHORITY\n" + text.partition("--\n")[2]).authority)
    packed = response.to_wire()
    return packed, packed[12 : 12 + len(parse_question(question).section)]


def test_a_chain_is_followed_through_compression_and_ttls_are_found_where_they_stand() -> None:
    packed, section = answer_to(
        packet_of(dns.name.from_text("www.shop.test."), use_edns=0),
        "www.shop.test. 300 IN CNAME Shop.Tracker.test.\nshop.tracker.test. 60 IN CNAME edge.tracker.test.\n"
        "edge.tracker.test. 30 IN A 192.0.2.1\nedge.tracker.test. 30 IN A 192.0.2.2\n--\n",
    )
    response = parse_response(packed, section)
    assert response.chain == ["shop.tracker.test", "edge.tracker.test"]
    assert [ttl for _, ttl in response.ttls] == [300, 60, 30, 30]
    start = 12 + len(section)
    for offset, ttl in response.ttls:
        assert int.from_bytes(packed[start + offset : start + offset + 4], "big") == ttl
    assert response.edns and response.counts == (4, 0, 0)
    assert packed[start : start + len(response.body)] == response.body
    assert len(response.body) == len(packed) - start - 11, "the upstream's OPT record is not the client's business"


@pytest.mark.parametrize(("ttl", "minimum", "negative"), [(600, 90, 90), (50, 90, 50), (600, 0, 0)])
def test_a_negative_answer_lives_as_long_as_ttl_and_minimum_both_allow(ttl: int, minimum: int, negative: int) -> None:
    packed, section = answer_to(
        packet_of(dns.name.from_text("no.test.")), f"--\ntest. {ttl} IN SOA ns.test. x.test. 1 2 3 4 {minimum}\n"
    )
    response = parse_response(packed, section)
    assert response.negative_ttl == negative
    assert [seconds for _, seconds in response.ttls] == [negative], "clients are told the same (RFC 2308, section 5)"


def test_compression_bombs_end_at_once() -> None:
    section = b"\1a\0\0\5\0\1"
    head = message.HEADER.pack(1, QR, 1, 1, 0, 0) + section + b"\xc0\x0c\0\5\0\1\0\0\0\1"
    here = len(head) + 2
    for name in (
        (0xC000 | here).to_bytes(2, "big"),  # to itself
        (0xC000 | here + 2).to_bytes(2, "big") + b"\xc0\x0c",  # forwards
        b"\1a" + (0xC000 | here).to_bytes(2, "big"),  # in a circle
        b"\x3f" + b"a" * 63,  # off the end
    ):
        with pytest.raises(Malformed):
            parse_response(head + len(name).to_bytes(2, "big") + name, section)
    ladder = b"".join((0xC000 | here + 2 * step - 2).to_bytes(2, "big") for step in range(1, 60))
    with pytest.raises(Malformed, match="loop"):
        read_name(head + b"\0\2\1a" + ladder, here + 2 * 59)


@pytest.mark.parametrize("count", [message.MAX_RECORDS + 1, 65535])
def test_a_response_with_too_many_records_is_no_answer(count: int) -> None:
    record = b"\0\0\1\0\1\0\0\0\1\0\0"
    with pytest.raises(Malformed):
        parse_response(message.HEADER.pack(1, QR, 1, count, 0, 0) + ROOT_SECTION + record * count, ROOT_SECTION)


def test_a_chain_of_cnames_has_an_end() -> None:
    record = b"\0\0\5\0\1\0\0\0\1\0\1\0"
    for links, good in ((message.MAX_CHAIN, True), (message.MAX_CHAIN + 1, False)):
        packed = message.HEADER.pack(1, QR, 1, links, 0, 0) + ROOT_SECTION + record * links
        if good:
            assert len(parse_response(packed, ROOT_SECTION).chain) == links
        else:
            with pytest.raises(Malformed, match="chain"):
                parse_response(packed, ROOT_SECTION)


@given(names(), st.integers(0, 65535), st.sampled_from(["A", "AAAA", "HTTPS"]), st.booleans(), st.booleans())
def test_a_query_that_was_read_before_reads_the_same(
    name: dns.name.Name, ident: int, qtype: str, do: bool, cd: bool
) -> None:
    """What is remembered of other queries changes nothing."""
    asked = dns.message.make_query(name, qtype, id=ident, want_dnssec=do)
    asked.flags |= CD if cd else 0
    packet = asked.to_wire()
    message._known_rests.clear()
    fresh = message.parse_question(packet)
    assert message._known_rests and message.parse_question(packet) == fresh
    assert (fresh.id, fresh.do, bool(fresh.flags & CD)) == (ident, do, cd)


def test_what_is_remembered_of_queries_is_bounded_and_no_cookie() -> None:
    for size in range(512, 512 + 2 * message.MAX_RESTS):
        message.parse_question(dns.message.make_query("a.test", "A", use_edns=0, payload=size).to_wire())
        assert len(message._known_rests) <= message.MAX_RESTS
    message._known_rests.clear()
    cookie = dns.edns.GenericOption(10, bytes(8))
    message.parse_question(dns.message.make_query("a.test", "A", use_edns=0, options=[cookie]).to_wire())
    assert not message._known_rests
