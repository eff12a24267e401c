# SPDX-License-Identifier: GPL-3.0-or-later
"""Columns come back as they went in, are small, and damage is told as such."""

import random
import zlib
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evidence.base.columns import append, joined, pack, unpack
from store.base.store_errors import CorruptDatabase

NUMBERS = st.lists(st.integers(0, 255) | st.integers(0, 70_000) | st.integers(0, 2**64 - 1), max_size=20)


LARGE = [random.Random(7).choices(range(60), k=5_000), list(range(0, 20_000, 9))]


@given(st.lists(NUMBERS, max_size=9), st.booleans())
def test_they_come_back(columns: list[list[int]], tight: bool) -> None:
    assert [list(column) for column in unpack(pack(*columns, tight=tight))] == columns


@given(st.lists(NUMBERS, max_size=5))
def test_columns_are_joined_whatever_their_width(parts: list[list[int]]) -> None:
    columns = [[array("B")] for _ in parts]
    for column, part in zip(columns, parts, strict=True):
        for number in part:
            append(column, (number,))
    assert list(joined([column for (column,) in columns])) == [number for part in parts for number in part]


def test_what_is_large_is_smaller_when_it_is_to_be_tight() -> None:
    tight, usual = pack(*LARGE, tight=True), pack(*LARGE)
    assert len(tight) < len(usual)
    assert [list(column) for column in unpack(tight)] == [list(column) for column in unpack(usual)] == LARGE


def test_of_what_is_tight_one_changed_byte_is_told() -> None:
    packed = pack(*LARGE, tight=True)
    for place in range(0, len(packed), 37):
        with pytest.raises(CorruptDatabase):
            unpack(packed[:place] + bytes((packed[place] ^ 4,)) + packed[place + 1 :])
    for cut in (1, 4, 5, 9, len(packed) - 1):
        with pytest.raises(CorruptDatabase):
            unpack(packed[:cut])


def test_what_was_packed_before_still_reads() -> None:
    assert unpack(zlib.compress(zlib.decompress(pack([1, 2, 300])), 1))[0].tolist() == [1, 2, 300]


def test_what_is_regular_is_small() -> None:
    assert len(pack([60] * 1000, range(300, 1300))) < 600


@pytest.mark.parametrize("damage", [lambda data: data[:-3], lambda data: b"\x99" * 40, lambda data: b""])
def test_what_is_damaged_is_told(damage: object) -> None:
    with pytest.raises(CorruptDatabase):
        unpack(damage(pack([1, 2, 3])))  # type: ignore[operator]
