# SPDX-License-Identifier: GPL-3.0-or-later
"""Random bytes: as many as asked for, none twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wire.entropy import PAGE, Entropy


@given(st.lists(st.integers(0, 300), max_size=60))
def test_as_many_bytes_come_as_are_asked_for(sizes: list[int]) -> None:
    entropy = Entropy()
    assert [len(entropy.take(size)) for size in sizes] == sizes


def test_no_byte_is_given_out_twice() -> None:
    entropy = Entropy()
    taken = [entropy.take(16) for _ in range(4 * PAGE // 16)]
    assert len(set(taken)) == len(taken)
