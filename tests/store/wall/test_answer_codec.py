# SPDX-License-Identifier: GPL-3.0-or-later
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.wall import answer_codec
from store.wall.answer_codec import BadAnswers

rows = st.lists(st.tuples(st.ip_addresses(), st.ip_addresses(), st.integers(0, answer_codec.MAX_TTL)), max_size=20)


def plain(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> answer_codec.Address:
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


@given(rows)
def test_what_is_packed_is_unpacked(given: list[tuple[answer_codec.Address, answer_codec.Address, int]]) -> None:
    message = answer_codec.pack(
        (answer_codec.packed(client.packed), answer_codec.packed(one.packed), ttl) for client, one, ttl in given
    )
    assert answer_codec.unpack(message) == [(plain(client), plain(one), ttl) for client, one, ttl in given]


@given(st.binary(max_size=400))
def test_other_bytes_are_refused_in_one_way(data: bytes) -> None:
    try:
        answer_codec.unpack(data)
    except BadAnswers:
        return
    assert data.startswith(b"ANS1")


def test_bounds() -> None:
    row = (answer_codec.packed("192.0.2.1"), answer_codec.packed("fe80::1%eth0"), 2**32 - 1)
    message = answer_codec.pack([row] * 1000)
    assert len(message) == answer_codec.MAX_BYTES
    found = answer_codec.unpack(message)
    assert len(found) == answer_codec.MAX_ROWS
    assert found[0][2] == answer_codec.MAX_TTL
    with pytest.raises(BadAnswers):
        answer_codec.unpack(message + bytes(36))
    with pytest.raises(ValueError, match="no address"):
        answer_codec.packed(b"12345")
