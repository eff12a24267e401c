# SPDX-License-Identifier: GPL-3.0-or-later
"""Multicast groups on the links of a network namespace."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest
from namespaces import Namespace, making, require
from waiting import until

from network import multicast
from network.multicast import Asker, MulticastGroup

pytestmark = pytest.mark.netns
GROUP, PORT = "224.0.0.251", 5353


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Namespace, Namespace]]:
    """Two machines on one link: 192.168.78.1 and .2."""
    require()
    with making() as make:
        here, there = make("here"), make("there")
        here.ip(
            "link add name eth0 type veth peer name eth0 netns " + there.name,
            "address add 192.168.78.1/24 dev eth0", "link set eth0 up",
        )  # fmt: skip
        there.ip("address add 192.168.78.2/24 dev eth0", "link set eth0 up", "route add 224.0.0.0/4 dev eth0")
        until(lambda: "state UP" in here.run("ip", "link", "show", "eth0").stdout)
        yield here, there


@pytest.fixture(autouse=True)
def true_interfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    """As tests/conftest.py found them."""
    monkeypatch.setattr(multicast, "interfaces", lambda: [each for each in socket.if_nameindex() if each[1] != "lo"])


def received(by: MulticastGroup | Asker) -> tuple[bytes, str] | None:
    got: list[tuple[bytes, str] | None] = []

    def take() -> bool:
        got.append(by.receive())
        return got[-1] is not None

    until(take)
    return got[-1]


def test_a_group_hears_devices_and_an_asker_their_answers(pair: tuple[Namespace, Namespace]) -> None:
    here, there = pair
    with here.inside():
        group, again, asker = MulticastGroup(GROUP, PORT), MulticastGroup(GROUP, PORT), Asker(GROUP, PORT)
    speaker = there.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with speaker:
        speaker.sendto(b"hello", (GROUP, PORT))
        assert received(group) == (b"hello", "192.168.78.2")
        with there.inside():
            device = MulticastGroup(GROUP, PORT)
        with here.inside():
            asker.ask([b"who?", b"what?"])
        assert received(device) == (b"who?", "192.168.78.1")
        speaker.sendto(b"me", ("192.168.78.1", asker._socket.getsockname()[1]))
        assert received(asker) == (b"me", "192.168.78.2")
    for each in (group, asker, again, device):
        each.close()
    assert group.fileno() == -1


def test_a_packet_of_an_address_outside_the_home_comes_without_its_bytes(pair: tuple[Namespace, Namespace]) -> None:
    here, there = pair
    there.ip("address add 203.0.113.9/32 dev eth0")
    with here.inside():
        group = MulticastGroup(GROUP, PORT)
    with there.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("203.0.113.9", 0))
        sock.sendto(b"hello", (GROUP, PORT))
        assert received(group) == (b"", "203.0.113.9")
    group.close()


def test_interfaces_that_come_later_are_joined(pair: tuple[Namespace, Namespace]) -> None:
    here, _ = pair
    with here.inside():
        group = MulticastGroup(GROUP, PORT)
        before = len(group._joined)
        here.ip("link add name later type veth peer name end", "link set later up", "link set end up")
        group.join()
        assert len(group._joined) == before + 2
        here.ip("link del later")
        group.join()
        assert len(group._joined) == before
    group.close()
