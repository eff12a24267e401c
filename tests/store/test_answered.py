# SPDX-License-Identifier: GPL-3.0-or-later
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import answered
from store.answered import BadAnswers

rows = st.lists(st.tuples(st.ip_addresses(), st.ip_addresses(), st.integers(0, answered.MAX_TTL)), max_size=20)


def plain(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> answered.Address:
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


@given(rows)
def test_what_is_packed_is_unpacked(given: list[tuple[answered.Address, answered.Address, int]]) -> None:
    message = answered.pack(
        (answered.packed(client.packed), answered.packed(one.packed), ttl) for client, one, ttl in given
    )
    assert answered.unpack(message) == [(plain(client), plain(one), ttl) for client, one, ttl in given]


@given(st.binary(max_size=400))
def test_other_bytes_are_refused_in_one_way(data: bytes) -> None:
    try:
        answered.unpack(data)
    except BadAnswers:
        return
    assert data.startswith(b"ANS1")


def test_bounds() -> None:
    row = (answered.packed("192.0.2.1"), answered.packed("fe80::1%eth0"), 2**32 - 1)
    message = answered.pack([row] * 1000)
    assert len(message) == answered.MAX_BYTES
    found = answered.unpack(message)
    assert len(found) == answered.MAX_ROWS
    assert found[0][2] == answered.MAX_TTL
    with pytest.raises(BadAnswers):
        answered.unpack(message + bytes(36))
    with pytest.raises(ValueError, match="no address"):
        answered.packed(b"12345")
