# SPDX-License-Identifier: GPL-3.0-or-later
import struct
from ipaddress import ip_address

import dnslib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firewall import name_lookup

ASKED = name_lookup.query("dns.quad9.net", name_lookup.A, 0x1234, 0)


def response(asked: bytes = ASKED, **changes: int) -> bytes:
    made = dnslib.DNSRecord.parse(asked).reply()
    made.add_answer(*dnslib.RR.fromZone("dns.quad9.net. 60 CNAME elsewhere.example."))
    made.add_answer(*dnslib.RR.fromZone("elsewhere.example. 60 A 9.9.9.9"))
    made.add_answer(*dnslib.RR.fromZone("elsewhere.example. 60 A 149.112.112.112"))
    made.add_answer(*dnslib.RR.fromZone("elsewhere.example. 60 AAAA 2620:fe::fe"))
    for name, value in changes.items():
        setattr(made.header, name, value)
    # The question goes back as it came, capitals and all.
    out = bytes(made.pack())
    return out[:12] + asked[12:] + out[len(asked) :]


def test_a_query_reads_as_one() -> None:
    made = dnslib.DNSRecord.parse(name_lookup.query("dns.quad9.net", name_lookup.AAAA, 7, 0b1011))
    assert (made.header.id, made.header.rd, made.q.qtype, str(made.q.qname)) == (7, 1, 28, "DNs.quad9.net.")


def test_the_addresses_of_the_type_that_was_asked() -> None:
    assert name_lookup.addresses(response(), ASKED) == [ip_address("9.9.9.9"), ip_address("149.112.112.112")]
    asked = name_lookup.query("dns.quad9.net", name_lookup.AAAA, 9, 0x7F)
    assert name_lookup.addresses(response(asked), asked) == [ip_address("2620:fe::fe")]


@pytest.mark.parametrize("changes", [{"id": 1}, {"qr": 0}, {"rcode": 3}, {"tc": 1}, {"opcode": 2}])
def test_what_is_no_answer_to_it(changes: dict[str, int]) -> None:
    assert name_lookup.addresses(response(**changes), ASKED) is None


def test_other_capitals_are_a_forgery() -> None:
    assert name_lookup.addresses(response(), name_lookup.query("dns.quad9.net", name_lookup.A, 0x1234, 1)) is None


def test_too_many_records_or_too_long() -> None:
    whole = response()
    many = whole[:6] + struct.pack("!H", name_lookup.MAX_RECORDS + 1) + whole[8:]
    assert name_lookup.addresses(many, ASKED) is None
    assert name_lookup.addresses(whole + bytes(name_lookup.MAX_BYTES), ASKED) is None


@given(st.binary(max_size=400), st.integers(0, 400))
def test_nothing_that_comes_in_its_place_raises(junk: bytes, cut: int) -> None:
    whole = response()
    for packet in (junk, ASKED + junk, whole[:cut], whole[:cut] + junk):
        head = packet[:2] + whole[2:8] + packet[8:] if len(packet) >= 12 else packet
        for one in (packet, head):
            found = name_lookup.addresses(one, ASKED)
            assert found is None or all(address.version == 4 for address in found)
