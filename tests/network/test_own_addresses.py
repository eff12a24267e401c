# SPDX-License-Identifier: GPL-3.0-or-later
"""This machine's own addresses, as the kernel tells them."""

from ipaddress import ip_address
from typing import Any

import pytest
from namespaces import Home, Namespace

from network import own_addresses

LINKS: list[dict[str, Any]] = [
    {"ifname": "lo", "addr_info": [{"local": "127.0.0.1"}, {"local": "::1"}]},
    {"ifname": "eth0", "addr_info": [{"local": "192.168.1.2", "prefixlen": 24}, {"local": "fe80::1"}, {}]},
    {"ifname": "down0"},
]


def test_loopback_is_no_address_of_ours_that_others_know() -> None:
    assert own_addresses.addresses(LINKS) == {"192.168.1.2", "fe80::1"}


def test_loopback_is_met_from_itself() -> None:
    assert own_addresses.towards("127.0.0.1") == ip_address("127.0.0.1")


@pytest.mark.netns
def test_each_is_met_under_the_address_of_its_link(home: Home) -> None:
    with home.gateway.inside():
        assert {"192.168.77.1", "203.0.113.1"} <= own_addresses.addresses(own_addresses.links())
        assert own_addresses.towards("192.168.77.10") == ip_address("192.168.77.1")
        assert own_addresses.towards("2001:db8:77::10") == ip_address("2001:db8:77::1")
        assert own_addresses.way_out() == ip_address("203.0.113.1")
        assert own_addresses.way_out(6) == ip_address("2001:db8:ff::1")


@pytest.mark.netns
def test_on_a_link_its_interface_says_which(alone: Namespace) -> None:
    for link, own in (("d0", "fe80::5"), ("e0", "fe80::6")):
        alone.ip(f"link add {link} type veth peer name {link}p")
        alone.ip(f"link set {link}p up")
        alone.ip(f"link set {link} up")
        alone.ip(f"address add {own}/64 dev {link} nodad metric 1")
    with alone.inside():
        assert own_addresses.towards("fe80::5%d0") == ip_address("fe80::5")
        assert own_addresses.towards("fe80::6%e0") == ip_address("fe80::6")


@pytest.mark.netns
def test_without_a_way_there_is_no_address(alone: Namespace) -> None:
    with alone.inside():
        assert own_addresses.towards("192.168.77.10") is None
        assert own_addresses.way_out() is None and own_addresses.way_out(6) is None
