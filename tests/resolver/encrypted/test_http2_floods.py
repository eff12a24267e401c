# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of HTTP/2's own talk a client may make us listen to."""

from resolver.encrypted import http2_floods
from resolver.encrypted.http2_floods import RESET, FloodGuard


def test_a_browsers_talk_is_in_order() -> None:
    guard = FloodGuard(0.0)
    assert all(guard.talk(number * 0.1) for number in range(600))


def test_a_flood_is_not() -> None:
    guard = FloodGuard(0.0)
    assert not all(guard.talk(0.0) for _ in range(int(http2_floods.MOST) + 1))


def test_a_hundred_streams_taken_back_at_once_are_the_most() -> None:
    guard = FloodGuard(0.0)
    taken = sum(guard.talk(0.0, RESET) for _ in range(1000))
    assert taken == http2_floods.MOST // RESET


def test_who_takes_a_large_page_may_say_so_often() -> None:
    guard = FloodGuard(0.0)
    for _ in range(1000):
        guard.sent(16_384)
        assert guard.window(0.0)
