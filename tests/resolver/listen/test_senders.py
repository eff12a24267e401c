# SPDX-License-Identifier: GPL-3.0-or-later
"""The kernel's addresses as text."""

import socket

import pytest

from resolver.listen.rate_limits import packed
from resolver.listen.senders import name_of, peer_of


def test_a_link_local_client_is_named_with_its_interface() -> None:
    packed = socket.inet_pton(socket.AF_INET6, "fe80::1")
    assert name_of(packed + bytes([3, 0, 0, 0])) == "fe80::1%3"
    assert name_of(packed + bytes(4)) == "fe80::1"
    assert name_of(bytes([192, 168, 1, 2])) == "192.168.1.2"


@pytest.mark.parametrize(
    "peer", [("fe80::1", 5353, 0, 3), ("fe80::1%eth0", 5353, 0, 3), ("fe80::1%3", 5353, 0, 3)]
)
def test_over_a_connection_it_is_the_same_client(peer: tuple[object, ...]) -> None:
    """Loops tell it each in their own way; its share, its limit and its seat are one."""
    key = socket.inet_pton(socket.AF_INET6, "fe80::1") + bytes([3, 0, 0, 0])
    assert peer_of(peer) == name_of(key) == "fe80::1%3" and packed(peer_of(peer)) == key


def test_other_clients_are_named_by_their_address_alone() -> None:
    assert peer_of(("192.168.1.2", 5353)) == "192.168.1.2" and peer_of(("2001:db8::1", 5353, 0, 0)) == "2001:db8::1"
