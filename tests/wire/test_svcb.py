# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of SVCB and HTTPS records, as an independent library writes and reads it."""

from __future__ import annotations

from ipaddress import ip_address

import dns.rdata
import dns.rdataclass
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import svcb
from wire.names import Malformed

FULL = '1 svc.example.net. alpn="h2,h3" port=8443 ipv4hint=192.0.2.1,192.0.2.2 ipv6hint=2001:db8::1 key65280=x'


def data_of(text: str) -> bytes:
    return dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.HTTPS, text).to_wire()


def test_parameters_are_found_where_they_stand() -> None:
    data = data_of(FULL)
    for before in (b"", b"other records"):
        packet = before + data + b"behind"
        found = svcb.parameters(packet, len(before), len(before) + len(data))
        assert [key for key, _, _ in found] == [1, 3, 4, 6, 65280]
        assert {key: packet[start:end] for key, start, end in found}[3] == (8443).to_bytes(2, "big")


def test_hints_are_whole_addresses() -> None:
    data = data_of(FULL)
    found = [str(ip_address(hint)) for hint in svcb.hints(data, 0, len(data))]
    assert found == ["192.0.2.1", "192.0.2.2", "2001:db8::1"]
    odd = b"\0\1\0" + svcb.parameter(4, bytes(7)) + svcb.parameter(6, bytes(15)) + svcb.parameter(4, b"")
    assert svcb.hints(odd, 0, len(odd)) == [bytes(4)]


def test_a_parameter_that_is_cut_off_is_none() -> None:
    data = b"\0\1\0" + svcb.parameter(4, bytes(4)) + svcb.parameter(6, bytes(16))
    for end in range(len(data) - 1, 10, -1):
        assert svcb.hints(data, 0, end) == [bytes(4)], "though its bytes follow in the packet"


def test_none_beyond_the_bound_goes_unseen() -> None:
    most = b"\0\1\0" + svcb.parameter(7, b"") * svcb.MAX_PARAMETERS
    assert len(svcb.parameters(most, 0, len(most))) == svcb.MAX_PARAMETERS
    more = most + svcb.parameter(4, bytes((192, 168, 1, 1)))
    with pytest.raises(Malformed, match="too many"):
        svcb.hints(more, 0, len(more))


@given(st.binary(max_size=400), st.integers(0, 400), st.integers(0, 400))
def test_any_bytes_are_parameters_or_malformed(packet: bytes, start: int, end: int) -> None:
    try:
        found = svcb.parameters(packet, start, min(end, len(packet)))
    except Malformed:
        return
    assert all(start < begin <= stop <= end for _, begin, stop in found)
    assert all(len(hint) in (4, 16) for hint in svcb.hints(packet, start, min(end, len(packet))))


@pytest.mark.parametrize(
    "text",
    [
        "0 svc.example.net.", "1 .", '1 . alpn="h2,h3" port=8443', "1 a.example. ipv4hint=192.0.2.1,192.0.2.2",
        "1 . mandatory=port,ipv6hint ipv6hint=2001:db8::1 port=53",
        '1 . alpn="dot" no-default-alpn="" dohpath="/q{?dns}"',
    ],
)  # fmt: skip
def test_text_is_written_as_another_library_writes_it(text: str) -> None:
    assert svcb.from_text(text) == data_of(text)


def test_what_makes_no_sense_is_left_out() -> None:
    assert svcb.from_text("1 . port=many ipv4hint=::1 mandatory=odd unheard=1 alpn=h2") == svcb.from_text("1 . alpn=h2")
    for wrong in ("", "1", "x .", "1 a..b"):
        with pytest.raises(ValueError):
            svcb.from_text(wrong)
