# SPDX-License-Identifier: GPL-3.0-or-later
"""Memos: the memory that all of a snapshot take together."""

from __future__ import annotations

from blocklists.index.match import RuleTable
from resolver.answer.memo import Aging, MemoEntry, MemoSpace, cost
from resolver.answer.seat import Seat
from resolver.answer.snapshot import REFUSED
from store.log.records import Key


def entry(size: int = 8, *, aging: bool = False, expires_ns: int = 1) -> MemoEntry:
    tail = bytes(size)
    return tail, 1, Key("n", 1, 0, 0, "", "", 0, ""), Aging([], 0, 0, expires_ns) if aging else None


def test_memos_are_bounded_by_bytes_whoever_asks() -> None:
    """Of all policies together: a device with a rule of its own has a memo of its own."""
    space = MemoSpace(limit=20_000)
    seats = [Seat(RuleTable(), REFUSED.index, 0, space=space) for _ in range(3)]
    for number in range(300):
        seats[number % 3].remember(b"%d" % number, entry(1000, aging=number % 2 == 0))
        kept = sum(cost(query, each) for seat in seats for query, each in seat.memo.items())
        assert kept == space.used <= 20_000
        assert b"%d" % number in seats[number % 3].memo


def test_what_is_remembered_again_or_has_had_its_time_is_counted_once() -> None:
    seat = Seat(RuleTable(), REFUSED.index, 0)
    for _ in range(10):
        seat.remember(b"one", entry(aging=True))
    assert seat.space.used == cost(b"one", entry(aging=True))
    assert seat.renew(b"one", seat.memo[b"one"], 2) is None
    assert seat.space.used == 0 and not seat.memo
