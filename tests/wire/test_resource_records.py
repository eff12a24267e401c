# SPDX-License-Identifier: GPL-3.0-or-later
"""Records read in full and written again, as an independent library reads them."""

from __future__ import annotations

import dns.message
import dns.rrset
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import resource_records as records
from wire.message import HEADER
from wire.names import Malformed

LABELS = st.text("abcXYZ-1", min_size=1, max_size=12)
NAMES = st.lists(LABELS, min_size=1, max_size=5).map(lambda labels: ".".join([*labels, "shop.example."]))
RECORDS = st.lists(
    st.one_of(
        st.tuples(NAMES, st.just("A"), st.just("192.0.2.1")),
        st.tuples(NAMES, st.just("CNAME"), NAMES),
        st.tuples(NAMES, st.just("MX"), NAMES.map(lambda name: f"5 {name}")),
        st.tuples(NAMES, st.just("TXT"), LABELS.map(lambda text: f'"{text}"')),
        st.tuples(NAMES, st.just("SOA"), NAMES.map(lambda name: f"{name} x.{name} 1 2 3 4 5")),
        st.tuples(NAMES, st.just("SRV"), NAMES.map(lambda name: f"1 2 3 {name}")),
    ),
    max_size=20,
    unique_by=lambda each: (each[0].lower(), each[1]),
)


def message_of(rows: list[tuple[str, str, str]]) -> tuple[dns.message.Message, bytes]:
    reply = dns.message.make_response(dns.message.make_query("WWW.Shop.example.", "ANY"))
    for name, kind, data in rows:
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", kind, data))
    return reply, reply.to_wire(max_size=65_535)


@given(RECORDS)
def test_what_is_written_is_what_was_read(rows: list[tuple[str, str, str]]) -> None:
    reply, packet = message_of(rows)
    start = 12 + len(b"\3www\4shop\7example\0") + 4
    read, end = records.read(packet, start, len(rows))
    assert end == len(packet) and len(read) == len(rows)
    again = packet[:start] + records.write(read, behind=packet[:start])
    assert dns.message.from_wire(again).answer == reply.answer
    assert len(again) <= start + sum(len(each.owner) + 10 + len(each.data) for each in read)


def test_an_owner_that_is_the_question_is_a_pointer() -> None:
    _, packet = message_of([("www.shop.example.", "A", "192.0.2.1")])
    start = 12 + 22
    read, _ = records.read(packet, start, 1)
    assert records.write(read, behind=packet[:start])[:2] == b"\xc0\x0c"


def test_names_keep_their_letters_and_are_found_whatever_they_are() -> None:
    owner = b"\3Www\4shop\7example\0"
    body = records.write([records.Record(owner, 1, 1, 60, b"abcd"), records.Record(owner.lower(), 1, 1, 60, b"efgh")])
    assert body.startswith(owner) and body[len(owner) + 14 :].startswith(b"\xc0\0")


@given(st.binary(max_size=80), st.integers(0, 20))
def test_any_bytes_are_read_or_malformed(tail: bytes, count: int) -> None:
    packet = HEADER.pack(1, 0x8180, 0, count, 0, 0) + tail
    try:
        read, end = records.read(packet, 12, count)
    except Malformed:
        return
    assert len(read) == count and end <= len(packet)


@pytest.mark.parametrize("cut", range(1, 14))
def test_a_record_that_is_cut_off_is_malformed(cut: int) -> None:
    _, packet = message_of([("www.shop.example.", "A", "192.0.2.1")])
    with pytest.raises(Malformed):
        records.read(packet[:-cut], 12 + 22, 1)
