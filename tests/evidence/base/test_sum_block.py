# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into a block comes out of it, whole, by device, by name, and added to others."""

from drawn_blocks import as_block, blocks
from hypothesis import given

from evidence.base import sum_block
from evidence.base.sum_block import Sums


@given(blocks())
def test_rows_come_back(rows: list[Sums]) -> None:
    block = as_block(rows)
    assert [row for device in block.places for row in block.of(device)] == rows
    assert list(block.of(5)) == [] and list(block.of(1, {2})) == [row for row in rows if row[:2] == (1, 2)]
    devices, _ = sum_block.pack(rows, [0] * len(rows))
    names = sum_block.names_of_devices(devices)
    assert names == {device: sum(row.device == device for row in rows) for device in {row.device for row in rows}}


@given(blocks(), blocks())
def test_blocks_add_up(rows: list[Sums], later: list[Sums]) -> None:
    parts = [(0, as_block(rows)), (3600, as_block(later))]
    whole: dict[tuple[int, int], Sums] = {row[:2]: row for row in rows}
    for row in later:
        before = whole.get(row[:2])
        if before is None:
            whole[row[:2]] = row._replace(first=row.first + 3600)
            continue
        counts = [some + more for some, more in zip(before[2:7], row[2:7], strict=True)]
        last = max(before.first + before.span, row.first + 3600 + row.span)
        first = min(before.first, row.first + 3600)
        whole[row[:2]] = Sums(*row[:2], *counts, first, last - first)  # type: ignore[arg-type]
    expected = [whole[key] for key in sorted(whole)]
    assert list(sum_block.added(parts)) == expected
    some = [row for row in expected if row.device == 1 and row.name in (2, 3)]
    assert list(sum_block.added(parts, 1, {2, 3})) == some
