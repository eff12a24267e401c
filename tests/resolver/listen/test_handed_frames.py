# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes between a worker and the process that ends encrypted connections."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.listen import handed_frames
from resolver.listen.handed_frames import HandedQuery

QUERIES = st.builds(
    HandedQuery, st.integers(0, 2**32 - 1), st.integers(0, 255), st.from_regex(r"[0-9a-f:.#]{0,60}", fullmatch=True),
    st.binary(max_size=600),
)  # fmt: skip


@given(st.lists(QUERIES, max_size=20))
def test_queries_arrive_as_they_were_sent(sent: list[HandedQuery]) -> None:
    message = b"".join(map(handed_frames.of_query, sent))
    assert list(handed_frames.queries(memoryview(message))) == sent


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.binary(max_size=600)), max_size=20))
def test_responses_arrive_as_they_were_sent(sent: list[tuple[int, bytes]]) -> None:
    message = b"".join(handed_frames.of_response(*each) for each in sent)
    assert list(handed_frames.responses(memoryview(message))) == sent


def test_half_a_message_is_told() -> None:
    with pytest.raises(struct.error):
        list(handed_frames.queries(memoryview(b"\0\0")))
    with pytest.raises(struct.error):
        list(handed_frames.responses(memoryview(b"\0\0")))


@given(st.lists(st.integers(1, 60_000).map(bytes), min_size=1, max_size=12))
def test_messages_hold_every_frame_in_order_and_as_many_as_fit(frames: list[bytes]) -> None:
    left, sent = frames, b""
    while left:
        message, count = handed_frames.next_message(left)
        assert count and len(message) <= handed_frames.MAX_MESSAGE
        assert count == len(left) or len(message) + len(left[count]) > handed_frames.MAX_MESSAGE
        sent, left = sent + message, left[count:]
    assert sent == b"".join(frames)
