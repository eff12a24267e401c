# SPDX-License-Identifier: GPL-3.0-or-later
"""Seconds of an hour as bytes, and back."""

from hypothesis import given
from hypothesis import strategies as st

from evidence.base.beats import MAX_BEATS, pack, unpack


@given(st.lists(st.integers(0, 3599), max_size=MAX_BEATS).map(sorted))
def test_they_come_back(seconds: list[int]) -> None:
    packed = pack(seconds)
    assert packed is not None and unpack(packed) == seconds and len(packed) <= 2 * len(seconds)


def test_too_many_are_left_out() -> None:
    assert pack(range(MAX_BEATS + 1)) is None


def test_a_beat_of_a_minute_is_a_byte_each() -> None:
    assert len(pack(range(7, 3600, 60)) or b"") == 60
