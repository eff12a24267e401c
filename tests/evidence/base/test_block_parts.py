# SPDX-License-Identifier: GPL-3.0-or-later
"""Parts of a block have its rows, each once, and all of a name in one part."""

from drawn_blocks import as_block, blocks
from hypothesis import given
from hypothesis import strategies as st

from evidence.base import block_parts, sum_block
from evidence.base.sum_block import HOME, Sums


@given(blocks(), st.integers(1, 13))
def test_parts_have_the_rows_of_the_block(rows: list[Sums], most: int) -> None:
    parts = [[row for device in part.places for row in part.of(device)] for part in
             block_parts.parts(as_block(rows), most)]  # fmt: skip
    assert sorted(row for part in parts for row in part) == rows
    assert len(parts) == 1 or all(len(part) >= most for part in parts[:-1])
    names = [sorted({row.name for row in part}) for part in parts]
    ascending = [name for of_part in names for name in of_part]
    assert ascending == sorted(set(ascending))


@given(blocks(), st.integers(1, 13))
def test_parts_of_a_home_know_who_asked(rows: list[Sums], most: int) -> None:
    home = sum_block.home(sum_block.pack_day(rows)[0])
    assert home is not None
    masks = [(name, mask) for part in block_parts.parts(home, most) if (places := part.places.get(HOME)) is not None
             for name, mask in zip(part.names_at(places), part.masks, strict=True)]  # fmt: skip
    assert masks == list(zip(home.names(HOME), home.masks, strict=True))
