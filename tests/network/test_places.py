# SPDX-License-Identifier: GPL-3.0-or-later
"""Places go to who has few: neither fifteen addresses nor a whole network takes them all."""

from __future__ import annotations

import pytest

from network.places import Bounds, Places, network_of

BOUNDS = Bounds(connections=300, client=20, network=150)
MAX_CONNECTIONS, MAX_PER_CLIENT, MAX_PER_NETWORK = BOUNDS.connections, BOUNDS.client, BOUNDS.network


class Connection:
    def __init__(self, client: str, used: float = 0.0, *, idle: bool = True) -> None:
        self.address, self.used, self.idle, self.ended = client, used, idle, False

    def cut(self) -> None:
        self.ended = True


def filled(clients: list[str], count: int, *, idle: bool = True) -> Places[Connection]:
    held: Places[Connection] = Places(BOUNDS)
    for client in clients:
        for number in range(count):
            assert held.take(Connection(client, float(number), idle=idle), float(number))
    return held


def test_fifteen_addresses_do_not_keep_out_a_sixteenth() -> None:
    held = filled([f"192.168.1.{number}" for number in range(15)], MAX_PER_CLIENT)
    assert len(held.taken) == MAX_CONNECTIONS
    for number in range(MAX_PER_CLIENT - 1):
        assert held.take(Connection("192.168.1.99", 100.0), 100.0), number
    assert len(held.taken) == MAX_CONNECTIONS and held.by_client["192.168.1.99"] == MAX_PER_CLIENT - 1
    assert max(held.by_client.values()) <= MAX_PER_CLIENT, "and it has no more than the others then"


def test_the_one_used_least_lately_of_who_has_most_goes() -> None:
    held = filled([f"10.0.0.{number}" for number in range(15)], MAX_PER_CLIENT)
    assert held.take(Connection("10.1.1.1", 100.0), 100.0)
    assert sum(each.used == 0.0 for each in held.taken) == 14


@pytest.mark.parametrize("why", ["in use", "just made"])
def test_nobody_loses_one_that_is_waited_on_or_just_made(why: str) -> None:
    held = filled([f"10.0.0.{number}" for number in range(15)], MAX_PER_CLIENT, idle=why != "in use")
    now = 100.0 if why == "in use" else float(MAX_PER_CLIENT - 1)
    for each in held.taken:
        each.used = now if why == "just made" else 0.0
    assert not held.take(Connection("10.1.1.1"), now)
    assert "10.1.1.1" not in held.by_client and len(held.taken) == MAX_CONNECTIONS


def test_a_client_has_its_share_and_no_more() -> None:
    held = filled(["192.168.1.1"], MAX_PER_CLIENT)
    assert not held.take(Connection("192.168.1.1"), 100.0)
    assert held.take(Connection("192.168.1.2"), 100.0)


def test_addresses_of_one_ipv6_network_share_half_of_the_places() -> None:
    held = filled([f"2001:db8::{number:x}" for number in range(MAX_PER_NETWORK)], 1)
    assert held.take(Connection("2001:db8::ffff", 100.0), 100.0), "who has none replaces an idle one"
    assert len(held.taken) == MAX_PER_NETWORK
    assert not held.take(Connection("2001:db8::ffff", 100.0), 100.0), "but who has one does not"
    assert held.take(Connection("2001:db8:0:1::1", 100.0), 100.0) and held.take(Connection("192.168.1.1"), 100.0)


def test_all_are_counted_back_when_they_leave() -> None:
    held = filled(["192.168.1.1", "2001:db8::1", "fe80::1%eth0"], 3)
    for each in list(held.taken):
        held.leave(each)
        held.leave(each)
    assert not held.by_client and not held._by_network and not held.taken


def test_a_network_is_a_64_on_its_link() -> None:
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff:1:2:3") != network_of("2001:db8:0:1::1")
    assert network_of("fe80::1%eth0") != network_of("fe80::1%eth1")
    assert network_of("192.168.1.1") == network_of("no address: at all") == ""
