# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest

from firewall import topology
from firewall.topology import Role, Topology, topology_of

WAY_OUT = {"dst": "default", "gateway": "192.168.1.1", "dev": "eth0"}
HOME = {"dst": "192.168.1.0/24", "dev": "eth0"}
BEHIND = {"dst": "192.168.77.0/24", "dev": "lan"}
DOCKER = {"dst": "172.17.0.0/16", "dev": "docker0"}
VPN = {"dst": "10.9.0.0/24", "dev": "lan", "gateway": "192.168.1.5"}


@pytest.mark.parametrize(
    ("routes", "forwards", "role"),
    [
        ([WAY_OUT, HOME], False, Role.DNS),
        ([WAY_OUT, HOME, BEHIND], False, Role.DNS),
        ([WAY_OUT, HOME], True, Role.CHOSEN),
        ([WAY_OUT, HOME, DOCKER], True, Role.CHOSEN),  # Docker switches forwarding on everywhere
        ([WAY_OUT, HOME, VPN], True, Role.CHOSEN),
        ([WAY_OUT, HOME, BEHIND], True, Role.GATEWAY),
        ([WAY_OUT, HOME, {"dst": "fe80::/64", "dev": "lan"}, {"dst": "nonsense", "dev": "lan"}], True, Role.CHOSEN),
        ([], True, Role.CHOSEN),
    ],
)
def test_what_passes_through(routes: list[dict[str, Any]], forwards: bool, role: Role) -> None:
    assert topology_of(routes, forwards, container=False, hardware=True) == Topology(role)


def test_a_container_with_a_network_of_its_own_sees_nothing_of_the_home() -> None:
    routes = [{"dst": "default", "gateway": "172.17.0.1", "dev": "eth0"}, {"dst": "172.17.0.0/16", "dev": "eth0"}]
    assert topology_of(routes, True, container=True, hardware=False) == Topology(Role.DNS, container=True, shut_in=True)
    between = [{"dst": "default", "gateway": "203.0.113.2", "dev": "eth0"}, BEHIND]
    assert topology_of(between, True, True, hardware=False) == Topology(Role.GATEWAY, container=True)
    assert topology_of(between, False, True, hardware=False).shut_in
    assert topology_of([WAY_OUT, HOME, BEHIND], True, True, hardware=True) == Topology(Role.GATEWAY, container=True)


@pytest.mark.process
def test_this_machine_stands_somewhere() -> None:
    assert topology.look().role in Role
