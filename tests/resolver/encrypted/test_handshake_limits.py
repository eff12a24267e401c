# SPDX-License-Identifier: GPL-3.0-or-later
"""How many handshakes a second."""

from resolver.encrypted import handshake_limits
from resolver.encrypted.handshake_limits import HandshakeLimits


def test_a_client_has_its_share_and_gets_it_again_with_time() -> None:
    limits = HandshakeLimits(client=(3.0, 1.0))
    assert [limits.take("10.0.0.2", 0.0) for _ in range(4)] == [True, True, True, False]
    assert limits.take("10.0.0.3", 0.0)
    assert limits.take("10.0.0.2", 1.5)
    assert not limits.take("10.0.0.2", 1.5)


def test_addresses_of_one_ipv6_network_are_one_client() -> None:
    limits = HandshakeLimits(client=(2.0, 1.0))
    assert [limits.take(f"2001:db8::{number}", 0.0) for number in (1, 2, 3)] == [True, True, False]


def test_all_together_have_a_bound_too() -> None:
    limits = HandshakeLimits(every=(5.0, 1.0))
    assert sum(limits.take(f"10.0.0.{number}", 0.0) for number in range(20)) == 5


def test_it_remembers_no_more_clients_than_its_bound() -> None:
    limits = HandshakeLimits()
    for number in range(handshake_limits.CLIENTS_MAX + 10):
        limits.take(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}", number / 100)
    assert len(limits._clients) <= handshake_limits.CLIENTS_MAX
