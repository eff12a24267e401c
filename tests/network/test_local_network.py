# SPDX-License-Identifier: GPL-3.0-or-later
from ipaddress import ip_address

from network.local_network import Situation


def test_home_is_private_addresses_and_what_the_links_hold() -> None:
    found = Situation(on_link=("2001:db8:1::/64",), own=("203.0.113.7",))
    assert ip_address("192.168.1.5") in found.home
    assert ip_address("2001:db8:1::5") in found.home
    assert ip_address("203.0.113.7") not in found.home


def test_our_own_addresses_and_the_home_are_never_touched() -> None:
    found = Situation(on_link=("2001:db8:1::/64",), own=("203.0.113.7",))
    for never in ("203.0.113.7", "192.168.1.1", "2001:db8:1::5", "127.0.0.1", "::1", "255.255.255.255", "ff02::fb"):
        assert ip_address(never) in found.never
    assert ip_address("8.8.8.8") not in found.never


def test_ports_by_version() -> None:
    assert Situation(dns_ports=((4, 5300),)).dns_port(4) == 5300
    assert Situation(dns_ports=((4, 5300),)).dns_port(6) is None
