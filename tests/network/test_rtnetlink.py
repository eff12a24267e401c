# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages and attributes of netlink, as they are put together by hand here."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from network import rtnetlink

PARTS = st.lists(st.tuples(st.integers(0, 0x3FFF), st.binary(max_size=9)), max_size=6)


def put(head: struct.Struct, kind: int, value: bytes) -> bytes:
    rest = (0,) * (3 if head.size == 16 else 0)
    packed = head.pack(head.size + len(value), kind, *rest) + value
    return packed + bytes(-len(packed) % 4)


@given(PARTS, st.sampled_from([0, 0x4000, 0x8000]))
def test_what_is_put_together_is_taken_apart(parts: list[tuple[int, bytes]], flag: int) -> None:
    messages = b"".join(put(struct.Struct("=IHHII"), kind, value) for kind, value in parts)
    assert list(rtnetlink.messages(messages)) == parts
    attributes = b"".join(put(struct.Struct("=HH"), kind | flag, value) for kind, value in parts)
    assert list(rtnetlink.attributes(attributes)) == parts


@given(st.binary(max_size=120))
def test_any_bytes_end(data: bytes) -> None:
    for read in (rtnetlink.messages, rtnetlink.attributes):
        assert sum(len(value) for _, value in read(data)) <= len(data)


def test_all_are_asked_for_in_one_message() -> None:
    assert list(rtnetlink.messages(rtnetlink.request_all(22, b"head"))) == [(22, b"head")]
