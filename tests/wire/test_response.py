# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets out, read back by an independent library."""

from __future__ import annotations

from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import response, types
from wire.message import Question, parse_question
from wire.response import BlockMode, Sinkhole


def question(name: str = "Ads.Example", rdtype: str = "A", **options: Any) -> Question:
    return parse_question(dns.message.make_query(name, rdtype, **options).to_wire())


TYPES = ["A", "AAAA", "HTTPS", "MX", "TXT", "PTR", "ANY", "TYPE999"]
# Mode → its addresses, its rcode, and whether an SOA says how long there is nothing.
MODES: dict[BlockMode, tuple[dict[str, str], dns.rcode.Rcode, bool]] = {
    BlockMode.NULL: ({"A": "0.0.0.0", "AAAA": "::"}, dns.rcode.NOERROR, True),
    BlockMode.NXDOMAIN: ({}, dns.rcode.NXDOMAIN, True),
    BlockMode.NODATA: ({}, dns.rcode.NOERROR, True),
    BlockMode.REFUSED: ({}, dns.rcode.REFUSED, False),
    BlockMode.ADDRESS: ({"A": "192.0.2.9", "AAAA": "2001:db8::9"}, dns.rcode.NOERROR, True),
    BlockMode.SERVFAIL: ({}, dns.rcode.SERVFAIL, False),
    BlockMode.TCP: ({}, dns.rcode.NOERROR, False),
}


@pytest.mark.parametrize("rdtype", TYPES)
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_answers_every_type_as_it_says(mode: BlockMode, rdtype: str) -> None:
    how = Sinkhole.build(mode, 10, "192.0.2.9", "2001:db8::9")
    asked = question(rdtype=rdtype)
    got = dns.message.from_wire(response.sinkhole(asked, how))
    addresses, rcode, negative = MODES[mode]
    assert got.rcode() == rcode
    assert [str(rr) for rrset in got.answer for rr in rrset] == ([addresses[rdtype]] if rdtype in addresses else [])
    assert all(rrset.ttl == 10 for rrset in got.answer)
    assert bool(got.flags & dns.flags.TC) == (mode == BlockMode.TCP)
    assert str(got.question[0].name) == "Ads.Example.", "the letters' case comes back as it came"
    if rdtype not in addresses and negative:
        (soa,) = got.authority
        assert soa.rdtype == dns.rdatatype.SOA and min(soa.ttl, soa[0].minimum) == 10, "or clients ask all the time"
    else:
        assert not got.authority


def test_nothing_is_sent_where_a_query_is_dropped_and_every_mode_is_tried_here() -> None:
    assert response.sinkhole(question(), Sinkhole(BlockMode.DROP)) == b""
    assert {*MODES, BlockMode.DROP} == set(BlockMode)


def test_an_own_address_of_one_family_leaves_the_other_without_data() -> None:
    how = Sinkhole.build(BlockMode.ADDRESS, 10, "192.0.2.9", "")
    assert dns.message.from_wire(response.sinkhole(question(rdtype="A"), how)).answer
    assert not dns.message.from_wire(response.sinkhole(question(rdtype="AAAA"), how)).answer


@pytest.mark.parametrize("do", [True, False])
def test_edns_is_answered_with_ours_and_never_repeats_an_option(do: bool) -> None:
    options = [dns.edns.GenericOption(10, b"cookie!!"), dns.edns.ECSOption("192.0.2.0", 24)]
    asked = question(use_edns=0, want_dnssec=do, options=options)
    packet = response.empty(asked, types.NOERROR)
    got = dns.message.from_wire(packet)
    assert got.edns == 0 and got.payload == 1232 and not got.options
    assert bool(got.ednsflags & dns.flags.DO) is do
    assert b"cookie" not in packet


def test_without_edns_there_is_none_in_the_answer() -> None:
    got = dns.message.from_wire(response.empty(question(use_edns=False), types.NOERROR))
    assert got.edns == -1


def test_a_later_version_of_edns_is_told_so() -> None:
    got = dns.message.from_wire(response.empty(question(use_edns=1), types.BADVERS))
    assert got.rcode() == dns.rcode.BADVERS and got.edns == 0


@pytest.mark.parametrize("flags", [dns.flags.RD, 0, dns.flags.RD | dns.flags.CD, dns.flags.AD | dns.flags.AA])
def test_flags_are_those_of_a_resolver(flags: int) -> None:
    query = dns.message.make_query("x.example", "A", flags=flags)
    got = dns.message.from_wire(response.empty(parse_question(query.to_wire()), types.NOERROR))
    assert got.flags & dns.flags.QR and got.flags & dns.flags.RA
    assert got.flags & (dns.flags.RD | dns.flags.CD) == flags & (dns.flags.RD | dns.flags.CD)
    assert not got.flags & (dns.flags.AA | dns.flags.AD | dns.flags.TC)


@given(st.binary(min_size=12, max_size=300), st.sampled_from([types.FORMERR, types.NOTIMP, types.REFUSED]))
def test_an_error_is_twelve_bytes_and_repeats_nothing_but_id_opcode_and_rd(packet: bytes, rcode: int) -> None:
    got = response.error(packet, rcode)
    assert len(got) == 12 and got[:2] == packet[:2] and got[4:] == bytes(8)
    assert got[2] & 0x80 and got[2] & 0x79 == packet[2] & 0x79 and not got[2] & 0x06
    assert got[3] == rcode


BODY = b"".join(b"\xc0\x0c\0\1\0\1" + ttl.to_bytes(4, "big") + b"\0\4\1\2\3\4" for ttl in (5, 60, 86400))
TTLS = [(6, 5), (22, 60), (38, 86400)]


@given(st.integers(0, 100_000), st.integers(0, 30))
def test_ttls_count_down_and_nothing_else_changes(age: int, floor: int) -> None:
    patched = response.with_ttls(BODY, TTLS, age, floor)
    got = dns.message.from_wire(
        response.build(question("x.example"), types.NOERROR, patched, (3, 0, 0)), one_rr_per_rrset=True
    )
    assert [rrset.ttl for rrset in got.answer] == [max(ttl - age, floor) for _, ttl in TTLS]
    assert {str(rrset[0]) for rrset in got.answer} == {"1.2.3.4"}
    assert response.with_ttls(BODY, TTLS, 0) == BODY, "the cached body itself stays"


def test_a_root_question_can_be_answered() -> None:
    got = dns.message.from_wire(response.sinkhole(question("."), Sinkhole()))
    assert [str(rr) for rrset in got.answer for rr in rrset] == ["0.0.0.0"]
