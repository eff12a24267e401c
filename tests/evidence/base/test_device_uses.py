# SPDX-License-Identifier: GPL-3.0-or-later
"""Sums by device and group: remembered hours are read once, and what is added to them stays apart."""

from evidence.base.device_uses import MAX_KEPT, Uses, UsesMemo


def test_a_memo_reads_once_and_gives_copies() -> None:
    memo, read = UsesMemo[str](), list[Uses[str]]()

    def fill(uses: Uses[str]) -> None:
        read.append(uses)
        uses.of("a", 1).add(2, 1, 0, 2, 0, 10)
        uses.by_hour["a", 5] += 1

    first = memo.uses("hours", fill)
    first.of("a", 1).add(1, 1, 1, 0, 0, 20)
    first.by_hour["a", 5] += 1
    second = memo.uses("hours", fill)
    assert len(read) == 1
    assert (second.of("a", 1).queries, second.of("a", 1).last_s, second.by_hour["a", 5]) == (2, 10, 1)
    for number in range(MAX_KEPT):
        memo.uses(number, fill)
    memo.uses("hours", fill)
    assert len(read) == 2 + MAX_KEPT, "what is older than the last looks is read anew"


def test_numbers_add_up_and_the_last_second_is_kept() -> None:
    uses = Uses[str]()
    uses.of("a", 1).add(2, 1, 1, 1, 0, 30)
    uses.of("a", 1).add(3, 2, 0, 2, 1, 20)
    sums = uses.of("a", 1)
    assert (sums.queries, sums.lookups, sums.blocked, sums.answered, sums.failed, sums.last_s) == (5, 3, 1, 3, 1, 30)
