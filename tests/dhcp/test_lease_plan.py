# SPDX-License-Identifier: GPL-3.0-or-later
from dataclasses import replace
from typing import Any

import pytest

from dhcp.lease_plan import DhcpError, DhcpPlan, Uplink, make
from store.config.settings import Settings
from store.local.static_leases import StaticLease

GOOD = replace(Settings(), dhcp_from="192.168.1.100", dhcp_to="192.168.1.200")
UPLINK = Uplink("eth0", "192.168.1.1")


def link(address: str = "192.168.1.2", bits: int = 24, **more: Any) -> dict[str, Any]:
    return {"ifname": "eth0", "addr_info": [{"family": "inet", "local": address, "prefixlen": bits, **more}]}


def planned(settings: Settings = GOOD, *static: StaticLease, at: dict[str, Any] | None = None) -> DhcpPlan:
    return make(settings, static, [{"ifname": "lo"}, at or link()], UPLINK)


def test_what_is_left_out_is_what_the_machine_itself_uses() -> None:
    made = planned()
    assert (made.interface, str(made.own), str(made.router)) == ("eth0", "192.168.1.2", "192.168.1.1")
    assert (str(made.network), made.size, made.notes) == ("192.168.1.0/24", 101, ())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"dhcp_from": ""}, "dhcp_from"),
        ({"dhcp_to": ""}, "dhcp_to"),
        ({"dhcp_to": "192.168.2.9"}, "192.168.2.9 is no address of a device in 192.168.1.0/24"),
        ({"dhcp_to": "192.168.1.255"}, "no address of a device"),
        ({"dhcp_from": "192.168.1.201"}, "comes after"),
        ({"dhcp_from": "192.168.1.2"}, "this machine"),
        ({"dhcp_router": "192.168.1.150"}, "the router"),
        ({"dhcp_router": "10.0.0.1"}, "could not reach it"),
        ({"dhcp_interface": "eth9"}, "no network connection eth9"),
        ({"dhcp_interface": "lo"}, "no IPv4 address"),
    ],
)
def test_what_cannot_be_is_said(wrong: dict[str, str], says: str) -> None:
    with pytest.raises(DhcpError, match=says):
        planned(replace(GOOD, **wrong))


def test_a_range_has_an_end() -> None:
    wide = replace(GOOD, dhcp_from="10.0.1.0", dhcp_to="10.0.200.0", dhcp_router="10.0.0.1")
    with pytest.raises(DhcpError, match="more than 10,000"):
        planned(wide, at=link("10.0.0.2", 16))


@pytest.mark.parametrize("address", ["192.168.2.5", "192.168.1.0", "192.168.1.1", "192.168.1.2"])
def test_a_static_lease_is_in_the_network_and_nobody_elses(address: str) -> None:
    planned(GOOD, StaticLease("02:00:5e:00:00:11", "192.168.1.5"))
    with pytest.raises(DhcpError):
        planned(GOOD, StaticLease("02:00:5e:00:00:11", address))


def test_an_address_by_dhcp_is_a_note() -> None:
    assert "192.168.1.2" in planned(at=link(dynamic=True)).notes[0]


def test_without_a_way_out_the_connection_must_be_named() -> None:
    with pytest.raises(DhcpError, match="dhcp_interface"):
        make(GOOD, (), [link()], Uplink())
    with pytest.raises(DhcpError, match="dhcp_router"):
        make(replace(GOOD, dhcp_interface="eth0"), (), [link()], Uplink())
