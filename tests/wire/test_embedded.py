# SPDX-License-Identifier: GPL-3.0-or-later
"""IPv4 addresses in the clothes of IPv6: in each of them what is private stays private, and what is public public."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import embedded
from wire.addresses import is_private

PRIVATE = ["10.1.2.3", "192.168.178.1", "172.16.0.9", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"]
PUBLIC = ["9.9.9.9", "192.0.0.170", "172.32.0.1", "198.51.100.7"]
# RFC 6052 section 2.4, in full: what each length of prefix makes of 192.0.2.33.
RFC_6052 = {
    "2001:db8::/32": "2001:db8:c000:221::", "2001:db8:100::/40": "2001:db8:1c0:2:21::",
    "2001:db8:122::/48": "2001:db8:122:c000:2:2100::", "2001:db8:122:300::/56": "2001:db8:122:3c0:0:221::",
    "2001:db8:122:344::/64": "2001:db8:122:344:c0:2:2100::", "2001:db8:122:344::/96": "2001:db8:122:344::192.0.2.33",
}  # fmt: skip


def teredo(address: str) -> str:
    """As RFC 4380 section 4 has it: server, flags, port, and the client's address turned round."""
    turned = IPv4Address(int(IPv4Address(address)) ^ 0xFFFFFFFF)
    return str(IPv6Address(b"\x20\x01\0\0" + IPv4Address("65.54.227.120").packed + b"\x80\0\x63\xbf" + turned.packed))


def six_to_four(address: str) -> str:
    return str(IPv6Address(b"\x20\x02" + IPv4Address(address).packed + bytes(9) + b"\1"))


CLOTHES = {
    "mapped": "::ffff:{}".format, "compatible": "::{}".format, "translated": "::ffff:0:{}".format,
    "NAT64": "64:ff9b::{}".format, "local NAT64": "64:ff9b:1:fffe::{}".format, "6to4": six_to_four, "Teredo": teredo,
}  # fmt: skip


@pytest.mark.parametrize("clothes", CLOTHES)
def test_what_is_private_stays_private_and_what_is_public_public(clothes: str) -> None:
    for address in PRIVATE:
        assert is_private(ip_address(CLOTHES[clothes](address)).packed), address
    for address in PUBLIC:
        assert not is_private(ip_address(CLOTHES[clothes](address)).packed), address


@pytest.mark.parametrize("clothes", CLOTHES)
@given(st.ip_addresses(v=4))
def test_the_address_inside_is_found(clothes: str, address: IPv4Address) -> None:
    inside = embedded.behind(ip_address(CLOTHES[clothes](str(address))))
    assert inside == address or (clothes == "compatible" and int(address) <= 1)


def test_site_local_is_private_and_its_neighbours_are_judged_alone() -> None:
    assert is_private(ip_address("fec0::1").packed) and is_private(ip_address("feff::1").packed)
    assert not is_private(ip_address("fe00::1").packed) and not is_private(ip_address("2001:4860::1").packed)


@pytest.mark.parametrize(("prefix", "address"), RFC_6052.items())
def test_prefixes_of_all_lengths_carry_as_the_rfc_shows(prefix: str, address: str) -> None:
    network, whole = IPv6Network(prefix), IPv4Network("192.0.2.33/32")
    made = embedded.carried(whole, network)
    assert made.network_address == IPv6Address(address)
    assert embedded.extracted(IPv6Address(address).packed, network.prefixlen) == whole.network_address.packed
    known = (whole.network_address.packed,)
    assert embedded.nat64_prefix(IPv6Address(address).packed, known) == network


@given(st.sampled_from(embedded.LENGTHS), st.ip_addresses(v=4), st.integers(0, 32), st.ip_addresses(v=4))
def test_a_network_behind_a_prefix_holds_what_it_held(
    length: int, at: IPv4Address, bits: int, one: IPv4Address
) -> None:
    network, prefix = IPv4Network((int(at), bits), strict=False), IPv6Network(f"2001:db8::/{length}")
    address = embedded.carried(IPv4Network(one), prefix).network_address
    assert (address in embedded.carried(network, prefix)) is (one in network)


@pytest.mark.parametrize("address", ["2001:db8::1", "::", "2a00:1450:4001::64"])
def test_an_answer_without_the_known_address_tells_no_prefix(address: str) -> None:
    assert embedded.nat64_prefix(ip_address(address).packed, (bytes((192, 0, 0, 170)),)) is None
