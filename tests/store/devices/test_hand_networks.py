# SPDX-License-Identifier: GPL-3.0-or-later
"""Of the networks that hold an address, the most specific one counts."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from store.devices.hand_networks import HandNetworks

# Small numbers, so that they overlap.
ADDRESSES = st.integers(0, 15).map(lambda n: IPv4Address(0x0A000000 + n)) | st.integers(0, 15).map(
    lambda n: IPv6Address((0xFD << 120) + n)
)
NETWORKS = st.tuples(ADDRESSES, st.integers(0, 6)).map(
    lambda pair: str(ip_network((pair[0], pair[0].max_prefixlen - pair[1]), strict=False))
)


@given(st.dictionaries(NETWORKS, st.integers(1, 9)), ADDRESSES)
def test_it_is_the_longest_that_holds_it(rows: dict[str, int], address: IPv4Address | IPv6Address) -> None:
    held = [net for net in map(ip_network, rows) if net.version == address.version and address in net]
    best = max(held, key=lambda net: net.prefixlen, default=None)
    assert HandNetworks(rows.items()).device_of(str(address)) == (rows[str(best)] if best is not None else None)


def test_what_is_no_address_is_nobodys() -> None:
    assert HandNetworks([("0.0.0.0/0", 1)]).device_of("ac:bb:cc:00:00:01") is None
    assert HandNetworks([("0.0.0.0/0", 1)]).device_of(str(ip_address("fd00::1"))) is None
    assert not HandNetworks([])
