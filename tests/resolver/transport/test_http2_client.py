# SPDX-License-Identifier: GPL-3.0-or-later
"""What of an answer over HTTP is not DNS's own; goodbyes are in `test_doh`, on the wire."""

from __future__ import annotations

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.transport.http2_client import Http2Client, aged


@pytest.mark.parametrize(
    ("age", "left"), [("0", 300), ("100", 200), ("300", 0), ("99999999999", 0), ("-5", 300), ("1e3", 300), ("", 300)]
)
def test_its_age_is_taken_off_every_ttl_and_off_nothing_else(age: str, left: int) -> None:
    message = dns.message.make_response(dns.message.make_query("www.shop.example", "A", want_dnssec=True))
    message.use_edns(0, 0x8000)
    message.answer.append(dns.rrset.from_text("www.shop.example.", 300, "IN", "A", "203.0.113.1"))
    message.authority.append(dns.rrset.from_text("shop.example.", 300, "IN", "NS", "ns.shop.example."))
    message.additional.append(dns.rrset.from_text("ns.shop.example.", 300, "IN", "A", "203.0.113.2"))
    read = dns.message.from_wire(aged(message.to_wire(), age))
    assert [rrset.ttl for rrset in (*read.answer, *read.authority, *read.additional)] == [left] * 3
    assert read.edns == 0 and read.ednsflags == message.ednsflags and read.answer == message.answer


@given(st.binary(max_size=200), st.text(max_size=15))
def test_whatever_is_said_of_age_nothing_is_raised_and_no_byte_is_lost(packet: bytes, age: str) -> None:
    assert len(aged(packet, age)) == len(packet)

HEADS = st.lists(st.tuples(st.sampled_from((":path", "accept", "content-length")), st.sampled_from("abcd")), max_size=5)


@given(st.lists(HEADS | st.integers(0, 4096), max_size=30))
def test_headers_that_were_packed_before_are_read_as_what_they_are(steps: list[list[tuple[str, str]] | int]) -> None:
    encoder, decoder = Http2Client().encoder, Http2Client().decoder
    for step in steps:
        if isinstance(step, int):
            encoder.header_table_size = step
        else:
            assert [tuple(header) for header in decoder.decode(encoder.encode(iter(step)))] == step


def test_headers_of_queries_are_packed_once() -> None:
    encoder, head = Http2Client().encoder, [(":method", "POST"), (":path", "/dns-query"), ("content-length", "128")]
    assert encoder.encode(head) != (short := encoder.encode(head))
    assert encoder.encode(head) is short and len(short) == len(head)
