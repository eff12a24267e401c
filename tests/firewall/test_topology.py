# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest

from firewall import topology
from firewall.topology import Place, Standing, stand

WAY_OUT = {"dst": "default", "gateway": "192.168.1.1", "dev": "eth0"}
HOME = {"dst": "192.168.1.0/24", "dev": "eth0"}
BEHIND = {"dst": "192.168.77.0/24", "dev": "lan"}
DOCKER = {"dst": "172.17.0.0/16", "dev": "docker0"}
VPN = {"dst": "10.9.0.0/24", "dev": "lan", "gateway": "192.168.1.5"}


@pytest.mark.parametrize(
    ("routes", "forwards", "place"),
    [
        ([WAY_OUT, HOME], False, Place.DNS),
        ([WAY_OUT, HOME, BEHIND], False, Place.DNS),
        ([WAY_OUT, HOME], True, Place.CHOSEN),
        ([WAY_OUT, HOME, DOCKER], True, Place.CHOSEN),  # Docker switches forwarding on everywhere
        ([WAY_OUT, HOME, VPN], True, Place.CHOSEN),
        ([WAY_OUT, HOME, BEHIND], True, Place.GATEWAY),
        ([WAY_OUT, HOME, {"dst": "fe80::/64", "dev": "lan"}, {"dst": "nonsense", "dev": "lan"}], True, Place.CHOSEN),
        ([], True, Place.CHOSEN),
    ],
)
def test_what_passes_through(routes: list[dict[str, Any]], forwards: bool, place: Place) -> None:
    assert stand(routes, forwards, container=False, hardware=True) == Standing(place)


def test_a_container_with_a_network_of_its_own_sees_nothing_of_the_home() -> None:
    routes = [{"dst": "default", "gateway": "172.17.0.1", "dev": "eth0"}, {"dst": "172.17.0.0/16", "dev": "eth0"}]
    assert stand(routes, True, container=True, hardware=False) == Standing(Place.DNS, container=True, shut_in=True)
    assert stand([WAY_OUT, HOME, BEHIND], True, True, hardware=True) == Standing(Place.GATEWAY, container=True)


def test_this_machine_stands_somewhere() -> None:
    assert topology.look().place in Place
