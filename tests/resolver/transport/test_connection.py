# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from resolver.transport.connection import frames

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
