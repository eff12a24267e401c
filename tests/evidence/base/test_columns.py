# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns come back as they went in, are small, and damage is told as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.base.columns import pack, unpack
from store.base.store_errors import CorruptDatabase

NUMBERS = st.lists(st.integers(0, 255) | st.integers(0, 70_000) | st.integers(0, 2**64 - 1), max_size=20)


@given(st.lists(NUMBERS, max_size=9))
def test_they_come_back(columns: list[list[int]]) -> None:
    assert [list(column) for column in unpack(pack(*columns))] == columns


def test_what_is_regular_is_small() -> None:
    assert len(pack([60] * 1000, range(300, 1300))) < 600


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: b"\x99" * 40, lambda data: b""])
def test_what_is_damaged_is_told(damage: object) -> None:
    with pytest.raises(CorruptDatabase):
        unpack(damage(pack([1, 2, 3])))  # type: ignore[operator]
