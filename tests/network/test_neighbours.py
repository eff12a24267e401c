# SPDX-License-Identifier: GPL-3.0-or-later
from ipaddress import ip_address
from typing import Any

import pytest

from network import neighbours
from network.neighbours import Neighbours

PHONE = ip_address("192.168.77.10")
TABLE: list[dict[str, Any]] = [
    {"dst": "192.168.77.10", "dev": "lan", "lladdr": "AA:bb:cc:dd:ee:ff", "state": ["REACHABLE"]},
    {"dst": "192.168.77.11", "dev": "lan", "state": ["FAILED"]},
    {"dst": "192.168.77.12", "dev": "lan", "lladdr": "aa:bb:cc:dd:ee:00", "state": ["FAILED"]},
    {"dst": "2001:db8:77::10", "dev": "lan", "lladdr": "aa:bb:cc:dd:ee:ff", "state": ["STALE"]},
    {"dst": "10.0.0.1", "dev": "tun0", "lladdr": "1.2.3.4", "state": ["PERMANENT"]},
]


def test_addresses_of_one_device_share_a_mac() -> None:
    found = Neighbours(lambda: TABLE)
    assert found.mac_of(PHONE, 0) == found.mac_of(ip_address("2001:db8:77::10"), 0) == "aa:bb:cc:dd:ee:ff"
    assert {found.mac_of(ip_address(other), 0) for other in ("192.168.77.11", "192.168.77.12", "10.0.0.1")} == {None}


def test_what_is_known_costs_no_look() -> None:
    found = Neighbours(lambda: TABLE)
    assert found.known(PHONE) is None
    found.mac_of(PHONE, 0)
    assert found.known(PHONE) == "aa:bb:cc:dd:ee:ff"


def test_it_looks_again_but_not_for_each_question() -> None:
    looks: list[int] = []

    def look() -> list[dict[str, Any]]:
        looks.append(1)
        return TABLE

    found = Neighbours(look)
    for now in (0.0, 0.5, 1.0):
        found.mac_of(ip_address("192.168.77.99"), now)
    assert len(looks) == 1
    found.mac_of(ip_address("192.168.77.99"), 3)
    found.mac_of(PHONE, 10)
    assert len(looks) == 2
    found.mac_of(PHONE, 100)
    assert len(looks) == 3


@pytest.mark.netns
def test_the_kernel_tells(home: Any) -> None:
    home.connect("192.168.77.1", 9)
    with home.gateway.inside():
        found = Neighbours().mac_of(PHONE, 0)
    assert found is not None
    assert found in home.phone.run("ip", "link", "show", "eth0").stdout


def test_only_what_answered_lately_is_up() -> None:
    stale = [{"dst": "192.168.77.20", "lladdr": "aa:bb:cc:dd:ee:20", "state": ["STALE"]}]
    asked = [{"dst": "192.168.77.21", "lladdr": "aa:bb:cc:dd:ee:21", "state": ["DELAY"]}]
    assert neighbours.reachable(lambda: [*TABLE, *stale, *asked]) == {"aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:21"}
    assert neighbours.reachable(list) == set()
