# SPDX-License-Identifier: GPL-3.0-or-later
"""What is private and special: each set as its users mean it, and the fast test against the plain one."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wire import addresses
from wire.addresses import Address, Networks

HOME = "10.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16"
IPV4 = f"0.0.0.0/8 100.64.0.0/10 127.0.0.0/8 {HOME}"
SETS = {
    "HOME_DEVICES": f"{HOME} fc00::/7 fe80::/10",
    "AT_HOME": f"100.64.0.0/10 127.0.0.0/8 {HOME} ::1/128 fc00::/7 fe80::/10",
    "LOCAL": f"{IPV4} ::/127 fc00::/7 fe80::/10",
    "SPARED": f"{IPV4} 224.0.0.0/3 ::/127 fc00::/7 fe80::/10 ff00::/8",
    "NOT_PUBLIC": f"{IPV4} fc00::/7 fe80::/9 "
    + " ".join(
        f"{prefix}{network}"
        for prefix in ("::", "::ffff:", "::ffff:0:", "64:ff9b::")
        for network in (
            "0.0.0.0/104", "10.0.0.0/104", "100.64.0.0/106", "127.0.0.0/104", "169.254.0.0/112", "172.16.0.0/108",
            "192.168.0.0/112",
        )
    )
    + " 2002::/24 2002:a00::/24 2002:6440::/26 2002:7f00::/24 2002:a9fe::/32 2002:ac10::/28 2002:c0a8::/32",
    "NOWHERE": "0.0.0.0/8 127.0.0.0/8 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 ::/127 100::/64 "
    "2001:db8::/32 ::ffff:0:0/104 ::ffff:7f00:0/104",
    "LOCALLY_SERVED": f"{IPV4} 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 255.255.255.255/32 ::/127 2001:db8::/32 "
    "fc00::/7 fe80::/10",
}


def networks(text: str) -> Networks:
    return tuple(map(ip_network, text.split()))


@pytest.mark.parametrize(("name", "text"), SETS.items())
def test_each_set_is_what_its_users_mean(name: str, text: str) -> None:
    made: Networks = getattr(addresses, name)
    assert set(made) == set(networks(text)) and list(made) == list(addresses.joined(made))


@st.composite
def near(draw: st.DrawFn) -> Address:
    """An address of any kind, or one at either end of a network that has a name, give or take a few."""
    if draw(st.booleans()):
        return draw(st.ip_addresses(v=4) | st.ip_addresses(v=6))
    network = draw(st.sampled_from([one for text in SETS.values() for one in networks(text)]))
    end = int(draw(st.sampled_from((network.network_address, network.broadcast_address))))
    number = (end + draw(st.integers(-2, 2))) % (1 << network.max_prefixlen)
    return IPv4Address(number) if network.version == 4 else IPv6Address(number)


@pytest.mark.parametrize("name", SETS)
@given(address=near())
def test_the_fast_test_says_the_same_as_the_plain_one(name: str, address: Address) -> None:
    made: Networks = getattr(addresses, name)
    inside = any(address in network for network in made if network.version == address.version)
    assert addresses.holder(made)(address.packed) is inside
    assert not inside or address.packed[0] in addresses.first_bytes(made)


@given(near())
def test_private_in_the_clothes_of_ipv6_is_private(address: Address) -> None:
    if isinstance(address, IPv4Address):
        mapped = IPv6Address(bytes(10) + b"\xff\xff" + address.packed)
        assert addresses.is_private(mapped.packed) is addresses.is_private(address.packed)
        assert addresses.plain(mapped) == address == addresses.plain(address)


@pytest.mark.parametrize(
    ("text", "address"),
    [("192.0.2.1", "192.0.2.1"), ("fe80::1%eth0", "fe80::1"), ("::ffff:192.0.2.1", "192.0.2.1"), ("::1", "::1")],
)
def test_an_address_is_read_without_its_clothes_and_interface(text: str, address: str) -> None:
    assert addresses.parse(text) == ip_address(address)


@pytest.mark.parametrize("text", ["", "%eth0", "192.0.2.0/24", "name.example", "1.2.3"])
def test_what_is_no_address_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not appear"):
        addresses.parse(text)


@given(
    st.ip_addresses() | st.integers(0, 2**32 - 1).map(lambda low: IPv6Address(0xFFFF << 32 | low)),
    st.sampled_from(["", "%eth0", "%3"]),
)
def test_a_packed_address_is_the_parsed_one(address: Address, interface: str) -> None:
    text = f"{address}{interface if address.version == 6 else ''}"
    assert addresses.packed(text) == addresses.parse(text).packed


@pytest.mark.parametrize("text", [
    "", "no address", "1.2.3", "1.2.3.4.5", "300.1.1.1", "ac:bb:cc:00:00:01", "fe80::1::2", "1.2.3.4\0",
])
def test_what_is_no_address_is_not_packed(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        addresses.packed(text)


@pytest.mark.parametrize(
    ("network", "zones"),
    [
        ("10.0.0.0/8", ["10.in-addr.arpa"]),
        ("198.51.100.0/24", ["100.51.198.in-addr.arpa"]),
        ("255.255.255.255/32", ["255.255.255.255.in-addr.arpa"]),
        ("172.16.0.0/15", ["16.172.in-addr.arpa", "17.172.in-addr.arpa"]),
        ("fc00::/7", ["c.f.ip6.arpa", "d.f.ip6.arpa"]),
        ("2001:db8::/32", ["8.b.d.0.1.0.0.2.ip6.arpa"]),
        ("::1/128", ["1." + "0." * 31 + "ip6.arpa"]),
    ],
)
def test_reverse_zones_end_at_a_label(network: str, zones: list[str]) -> None:
    assert addresses.reverse_zones(networks(network)) == set(zones)


@given(near())
def test_the_reverse_name_of_an_address_is_in_the_zones_of_its_networks(address: Address) -> None:
    zones = addresses.reverse_zones(addresses.LOCALLY_SERVED)
    name = address.reverse_pointer
    inside = any(address in network for network in addresses.LOCALLY_SERVED if network.version == address.version)
    assert any(name == zone or name.endswith(f".{zone}") for zone in zones) is inside
