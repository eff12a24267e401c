# SPDX-License-Identifier: GPL-3.0-or-later
"""What the wall stands on, as it is meant and as it is found."""

from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from namespaces import Namespace

from network import local_network
from network.local_network import LocalNetwork


def test_home_is_private_addresses_and_what_the_links_hold() -> None:
    found = LocalNetwork(on_link=("2001:db8:1::/64",), own=("203.0.113.7",))
    assert ip_address("192.168.1.5") in found.home
    assert ip_address("2001:db8:1::5") in found.home
    assert ip_address("203.0.113.7") not in found.home


def test_our_own_addresses_and_the_home_are_never_touched() -> None:
    found = LocalNetwork(on_link=("2001:db8:1::/64",), own=("203.0.113.7",))
    for never in ("203.0.113.7", "192.168.1.1", "2001:db8:1::5", "127.0.0.1", "::1", "255.255.255.255", "ff02::fb"):
        assert ip_address(never) in found.never
    assert ip_address("8.8.8.8") not in found.never


def test_ports_by_version() -> None:
    assert LocalNetwork(dns_ports=((4, 5300),)).dns_port(4) == 5300
    assert LocalNetwork(dns_ports=((4, 5300),)).dns_port(6) is None


@pytest.mark.parametrize(
    ("endpoints", "ports"),
    [
        ([("0.0.0.0", 53), ("::", 53)], ((4, 53), (6, 53))),
        ([("0.0.0.0", 5300)], ((4, 5300),)),
        ([("192.168.1.2", 53)], ((4, 53),)),
        ([("127.0.0.1", 53)], ()),
        ([("::1", 53)], ()),
    ],
)
def test_port_53_goes_where_every_address_answers(endpoints: Any, ports: Any) -> None:
    assert local_network.dns_targets(endpoints, ["192.168.1.2", "fe80::1"]) == (ports, ())


@pytest.mark.parametrize(
    ("endpoints", "ports", "at"),
    [
        ([("192.168.77.1", 53)], ((4, 53),), ((4, "192.168.77.1"),)),
        ([("203.0.113.1", 53), ("192.168.77.1", 5300)], ((4, 5300),), ((4, "192.168.77.1"),)),
        ([("192.168.77.1", 5300), ("0.0.0.0", 53)], ((4, 53),), ()),
        ([("fd00:77::1", 53)], ((6, 53),), ((6, "fd00:77::1"),)),
        ([("192.168.77.1", 53), ("fd00:77::1", 53)], ((4, 53), (6, 53)), ((4, "192.168.77.1"), (6, "fd00:77::1"))),
        ([("192.0.2.7", 53), ("127.0.0.1", 53), ("fe80::1%eth0", 53)], (), ()),
    ],
)
def test_one_of_several_addresses_is_met_there(endpoints: Any, ports: Any, at: Any) -> None:
    own = ["192.168.77.1", "203.0.113.1", "fd00:77::1", "2001:db8:ff::1", "fe80::1"]
    assert local_network.dns_targets(endpoints, own) == (ports, at)


def test_time_is_served_when_something_listens_on_every_address(tmp_path: Path) -> None:
    table = tmp_path / "udp"
    head = "  sl  local_address rem_address   st\n"
    table.write_text(head + " 1: 0100007F:007B 00000000:0000 07\n")
    assert not local_network.serves_time([table, tmp_path / "none"])
    table.write_text(head + " 1: 00000000:007B 00000000:0000 07\n")
    assert local_network.serves_time([table])


def test_a_gateway_is_what_forwards(tmp_path: Path) -> None:
    four, six = tmp_path / "four", tmp_path / "six"
    assert local_network.forwards([four, six]), "what cannot be seen is not claimed"
    four.write_text("0\n")
    assert not local_network.forwards([four, six])
    six.write_text("1\n")
    assert local_network.forwards([four, six])


@pytest.mark.netns
def test_look_at_a_machine(alone: Namespace) -> None:
    alone.ip("link add eth7 type bridge")
    alone.ip("link set eth7 up")
    alone.ip("address add 192.168.88.2/24 dev eth7")
    alone.ip("address add 2001:db8:88::2/64 dev eth7 nodad")
    with alone.inside():
        found = local_network.find([("0.0.0.0", 53)])
    assert {"192.168.88.0/24", "2001:db8:88::/64"} <= set(found.on_link)
    assert {"192.168.88.2", "2001:db8:88::2"} <= set(found.own)
    assert "127.0.0.1" not in found.own
    assert found.dns_ports == ((4, 53),)
