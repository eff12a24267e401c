# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as text: what another library wrote is read, what is made another library reads; the rest is malformed."""

from __future__ import annotations

import dns.message
import dns.rcode
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import stub, text_records
from wire.names import Malformed
from wire.text_records import TextRecord
from wire.types import AAAA, CNAME, NXDOMAIN, PTR, SOA, A

QUERY = stub.build("WWW.example.com", A, 7)
REVERSE = "2.1.168.192.in-addr.arpa"


def response_to(query: bytes, *lines: str) -> bytes:
    made = dns.message.make_response(dns.message.from_wire(query))
    made.answer = [dns.rrset.from_text(*line.split(maxsplit=4)) for line in lines]
    return made.to_wire()


def test_answers_are_read_as_text() -> None:
    packet = response_to(
        stub.build(REVERSE, PTR, 7), f"{REVERSE}. 60 IN PTR Living-Room.lan.", "Living-Room.lan. 30 IN A 192.168.1.2",
        "Living-Room.lan. 30 IN AAAA fd00::2",
    )  # fmt: skip
    assert text_records.answers(packet) == [
        TextRecord(REVERSE, PTR, 60, "Living-Room.lan"),
        TextRecord("living-room.lan", A, 30, "192.168.1.2"),
        TextRecord("living-room.lan", AAAA, 30, "fd00::2"),
    ]


@pytest.mark.parametrize(
    "packet", [b"", QUERY, response_to(QUERY, "a. 60 IN A 192.0.2.1")[:-1], bytes(12), b"\xff" * 40]
)
def test_what_is_no_response_is_malformed(packet: bytes) -> None:
    with pytest.raises(Malformed):
        assert text_records.answers(packet) == []
        raise Malformed("an empty response, which is one")


def test_pointers_in_a_circle_are_malformed() -> None:
    packet = response_to(stub.build(REVERSE, PTR, 7), f"{REVERSE}. 60 IN PTR tv.lan.")
    at = len(packet) - len(b"\2tv\3lan\0")
    with pytest.raises(Malformed):
        text_records.answers(packet[:at] + (0xC000 | at).to_bytes(2, "big") + bytes(6))


@given(st.binary(max_size=400))
def test_any_bytes_are_records_or_malformed(junk: bytes) -> None:
    whole = response_to(QUERY, "www.example.com. 60 IN A 192.0.2.1")
    for packet in (junk, whole[:12] + junk, whole[:-4] + junk):
        try:
            answers = text_records.answers(packet)
        except Malformed:
            continue
        assert all(isinstance(answer.data, str) for answer in answers)


def test_a_response_is_one_that_others_read() -> None:
    alias = TextRecord("www.example.com", CNAME, 60, "e1.edge.example.")
    packet = text_records.response(QUERY, answer=[alias, TextRecord("e1.edge.example", A, 30, "192.0.2.1")])
    assert packet[12 : len(QUERY)] == QUERY[12:], "letters come back as they were sent"
    got = dns.message.from_wire(packet)
    assert dns.message.from_wire(QUERY).is_response(got)
    assert [rrset.to_text() for rrset in got.answer] == [
        "www.example.com. 60 IN CNAME e1.edge.example.", "e1.edge.example. 30 IN A 192.0.2.1",
    ]  # fmt: skip
    soa = TextRecord("com", SOA, 300, "ns.example. host.example. 1 2 3 4 5")
    negative = dns.message.from_wire(text_records.response(QUERY, NXDOMAIN, authority=[soa]))
    assert negative.rcode() == dns.rcode.NXDOMAIN and not negative.answer and len(negative.authority) == 1


def test_a_query_that_does_not_read_has_no_response() -> None:
    with pytest.raises(Malformed):
        text_records.response(b"short")
