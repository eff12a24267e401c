# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS with a length before it, however it is cut, and what a connection makes of bytes that drip."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from resolver.transport.connection import FramedConnection, frames

PACKETS = st.lists(st.binary(max_size=300), max_size=20)


@given(PACKETS, st.lists(st.integers(1, 400), max_size=60))
def test_however_a_stream_is_cut_the_same_packets_come_out(packets: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(len(packet).to_bytes(2, "big") + packet for packet in packets)
    came: list[bytes] = []
    rest, at = b"", 0
    for cut in [*cuts, len(stream)]:
        new, rest = frames(rest + stream[at : at + cut])
        at += cut
        came += new
    assert came == packets and not rest


@given(st.binary(max_size=3000))
def test_of_any_bytes_nothing_is_lost_and_what_is_left_is_less_than_a_packet(data: bytes) -> None:
    packets, rest = frames(data)
    assert b"".join(len(packet).to_bytes(2, "big") + packet for packet in packets) + rest == data
    assert len(rest) < 2 or len(rest) < 2 + int.from_bytes(rest[:2], "big")


class Holder:
    """Whose connection it is: the packets that came."""

    def __init__(self) -> None:
        self.came: list[bytes] = []

    def packet(self, connection: Any, packet: bytes) -> None:
        self.came.append(packet)


def connection(holder: Any) -> FramedConnection:
    made = FramedConnection(holder)
    made.pending = dict.fromkeys((b"ab", b"cd"))  # type: ignore[arg-type]
    return made


@given(st.lists(st.integers(1, 30), max_size=60))
def test_a_connection_makes_the_same_of_it_however_it_is_cut(cuts: list[int]) -> None:
    packets = [b"ab" + bytes(40), b"", b"cd" + bytes(3), b"ab"]
    stream = b"".join(len(packet).to_bytes(2, "big") + packet for packet in packets)
    made, at = connection(holder := Holder()), 0
    for cut in [*cuts, len(stream)]:
        made.on_data(stream[at : at + cut])
        at += cut
    assert holder.came == packets


def test_bytes_that_drip_are_not_copied_again_for_each_and_are_no_sign_of_life() -> None:
    made = connection(holder := Holder())
    packet = b"ab" + bytes(65_000)
    for byte in len(packet).to_bytes(2, "big") + packet[:-1]:
        made.on_data(bytes((byte,)))
    made.is_open = True
    assert not made.heard and not holder.came
    made.distrust(since=1.0)
    assert made.distrusted
    made.on_data(packet[-1:])
    assert holder.came == [packet] and made.heard
