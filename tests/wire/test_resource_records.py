# SPDX-License-Identifier: GPL-3.0-or-later
"""Records read in full and written again, as an independent library reads them."""

from __future__ import annotations

from ipaddress import ip_address

import dns.message
import dns.name
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from any_names import names
from hypothesis import given
from hypothesis import strategies as st

from wire import resource_records as records
from wire.message import HEADER
from wire.names import Malformed
from wire.types import TYPE_NUMBERS

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


def test_addresses_are_those_of_the_record_or_of_its_hints() -> None:
    service = "1 . ipv4hint=192.0.2.2 ipv6hint=2001:db8::1"
    _, packet = message_of([("www.shop.example.", "A", "192.0.2.1"), ("a.", "HTTPS", service), ("b.", "TXT", '"four"')])
    found = list(records.addresses(packet, 12 + 22, 3))
    assert [(str(ip_address(address)), ttl) for address, ttl in found] == [
        ("192.0.2.1", 60), ("192.0.2.2", 60), ("2001:db8::1", 60),
    ]  # fmt: skip
    assert list(records.addresses(records.pack(1, 60, bytes(5), b"\0"), 0, 1)) == [], "one of another size is none"


@given(names())
def test_a_name_in_full_is_the_name(name: dns.name.Name) -> None:
    assert records.full_name(b"\0" + name.to_wire(), 1) == name.to_wire()


@pytest.mark.parametrize(
    ("rtype", "text"),
    [
        ("A", "192.0.2.1"), ("AAAA", "2001:db8::1"), ("CNAME", "a.example"), ("PTR", "."), ("MX", "10 mail.example"),
        ("SRV", "1 2 443 www.example"), ("SVCB", "1 . port=53"), ("HTTPS", "0 a.example"),
    ],
)  # fmt: skip
def test_data_from_text_is_what_others_write(rtype: str, text: str) -> None:
    made = dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(rtype), text, origin=dns.name.root)
    assert records.data_from_text(TYPE_NUMBERS[rtype], text) == made.to_wire(origin=dns.name.root)


def test_long_text_is_cut_into_strings() -> None:
    data = records.data_from_text(16, "ä" * 300)
    made = dns.rdata.from_wire(dns.rdataclass.IN, dns.rdatatype.TXT, data, 0, len(data))
    assert b"".join(made.strings) == ("ä" * 300).encode()


@pytest.mark.parametrize(
    ("rtype", "text"), [("A", "::1"), ("AAAA", "192.0.2.1"), ("MX", "ten mail"), ("CNAME", "a..b"), ("SRV", "")]
)
def test_text_that_is_no_data_is_a_value_error(rtype: str, text: str) -> None:
    with pytest.raises(ValueError):
        records.data_from_text(TYPE_NUMBERS[rtype], text)


def test_a_record_is_made_under_the_question_or_another_name() -> None:
    _, packet = message_of([])
    head = packet[:6] + b"\0\2" + packet[8 : 12 + 22]
    address = bytes((192, 0, 2, 1))
    made = dns.message.from_wire(head + records.pack(1, 60, address) + records.pack(1, 60, address, b"\1x\0"))
    assert [rrset.to_text().lower() for rrset in made.answer] == [
        "www.shop.example. 60 in a 192.0.2.1", "x. 60 in a 192.0.2.1",
    ]  # fmt: skip
