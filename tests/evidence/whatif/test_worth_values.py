# SPDX-License-Identifier: GPL-3.0-or-later
"""Which lists may be off together."""

from __future__ import annotations

from evidence.whatif.worth_values import lose_nothing


def held(**counts: int) -> dict[frozenset[str], int]:
    return {frozenset(names): count for names, count in counts.items()}


def test_of_lists_that_hold_the_same_one_stays() -> None:
    assert lose_nothing(held(ab=5), {}, {"a", "b"}) == ("a",)
    assert lose_nothing(held(abc=5, bc=1), {}, {"a", "b", "c"}) == ("a", "b")
    assert lose_nothing(held(ab=5, a=1), {"a": 1}, {"a", "b"}) == ("b",)


def test_a_list_that_blocks_nothing_goes_and_one_that_alone_blocks_something_stays() -> None:
    assert lose_nothing({}, {}, {"a", "b"}) == ("a", "b")
    assert lose_nothing(held(a=1, b=1), {"a": 1, "b": 1}, {"a", "b", "c"}) == ("c",)
    assert lose_nothing(held(ab=9, bc=2, ac=2), {}, {"a", "b", "c"}) == ("c",)
