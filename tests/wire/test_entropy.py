# SPDX-License-Identifier: GPL-3.0-or-later
"""Random bytes: as many as asked for, none twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from wire.entropy import PAGE, Entropy, mixed_case
from wire.names import to_wire


@given(st.lists(st.integers(0, 300), max_size=60))
def test_as_many_bytes_come_as_are_asked_for(sizes: list[int]) -> None:
    entropy = Entropy()
    assert [len(entropy.take(size)) for size in sizes] == sizes


def test_no_byte_is_given_out_twice() -> None:
    entropy = Entropy()
    taken = [entropy.take(16) for _ in range(4 * PAGE // 16)]
    assert len(set(taken)) == len(taken)

def test_only_letters_change_their_case() -> None:
    name = to_wire(r"a-1_\000\255\200@[`{z.test")
    seen = {mixed_case(name) for _ in range(60)}
    assert len(seen) > 20
    assert {mixed.lower() for mixed in seen} == {name}
    changed = {before ^ after for mixed in seen for before, after in zip(name, mixed, strict=True)}
    assert changed == {0, 0x20}
