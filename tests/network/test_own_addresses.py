# SPDX-License-Identifier: GPL-3.0-or-later
from pathlib import Path
from typing import Any

import pytest

from network import own_addresses

ROUTES: list[dict[str, Any]] = [
    {"dst": "default", "gateway": "192.168.1.1", "dev": "eth0"},
    {"dst": "192.168.1.0/24", "dev": "eth0", "prefsrc": "192.168.1.2"},
    {"dst": "10.9.0.0/16", "gateway": "192.168.1.7", "dev": "eth0"},
    {"dst": "2001:db8:1::/64", "dev": "eth0"},
    {"dst": "default", "dev": "ppp0"},
    {"dst": "0.0.0.0/1", "dev": "tun0"},
    {"dst": "2000::/3", "dev": "tun0"},
    {"dst": "203.0.113.9", "dev": "ppp0"},
    {"type": "blackhole", "dst": "198.51.100.0/24"},
]


def test_the_home_is_what_needs_no_router() -> None:
    assert own_addresses.on_link(ROUTES) == {"192.168.1.0/24", "2001:db8:1::/64"}


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
    assert own_addresses.dns_ports(endpoints, ["192.168.1.2", "fe80::1"]) == ports


def test_one_of_several_addresses_is_not_enough() -> None:
    assert own_addresses.dns_ports([("192.168.1.2", 53)], ["192.168.1.2", "10.0.0.1"]) == ()


def test_time_is_served_when_something_listens_on_every_address(tmp_path: Path) -> None:
    table = tmp_path / "udp"
    head = "  sl  local_address rem_address   st\n"
    table.write_text(head + " 1: 0100007F:007B 00000000:0000 07\n")
    assert not own_addresses.serves_time([table, tmp_path / "none"])
    table.write_text(head + " 1: 00000000:007B 00000000:0000 07\n")
    assert own_addresses.serves_time([table])


def test_a_gateway_is_what_forwards(tmp_path: Path) -> None:
    four, six = tmp_path / "four", tmp_path / "six"
    assert own_addresses.forwards([four, six]), "what cannot be seen is not claimed"
    four.write_text("0\n")
    assert not own_addresses.forwards([four, six])
    six.write_text("1\n")
    assert own_addresses.forwards([four, six])


@pytest.mark.netns
def test_look_at_a_machine(alone: Any) -> None:
    alone.ip("link add eth7 type bridge")
    alone.ip("link set eth7 up")
    alone.ip("address add 192.168.88.2/24 dev eth7")
    alone.ip("address add 2001:db8:88::2/64 dev eth7 nodad")
    with alone.inside():
        found = own_addresses.look([("0.0.0.0", 53)])
    assert {"192.168.88.0/24", "2001:db8:88::/64"} <= set(found.on_link)
    assert {"192.168.88.2", "2001:db8:88::2"} <= set(found.own)
    assert "127.0.0.1" not in found.own
    assert found.dns_ports == ((4, 53),)
