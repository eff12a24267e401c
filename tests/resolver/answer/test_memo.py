# SPDX-License-Identifier: GPL-3.0-or-later
"""Memos: the memory that all of a snapshot take together."""

from __future__ import annotations

from blocklists.index.match import RuleTable
from resolver.answer import memo
from resolver.answer.memo import Aging, MemoEntry, MemoSpace, cost, memo_of
from resolver.answer.seat import Seat
from resolver.answer.snapshot import REFUSED
from store.log.records import Key, Origin, row_key
from wire import stub
from wire.message import parse_question
from wire.types import A


def entry(size: int = 8, *, aging: bool = False, expires_ns: int = 1) -> MemoEntry:
    tail = bytes(size)
    return tail, 1, row_key(Key("n", 1, 0, 0, "", "", 0, "")), Aging([], 0, 0, expires_ns) if aging else None


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


def test_memos_share_outcomes_within_a_bound() -> None:
    """What is noted of an answer from memory says so, and takes no memory of its own beside name and rule."""
    packet = stub.build("www.example", A, 1)

    def noted(number: int, upstream: str) -> tuple[object, ...]:
        key = Key(f"n{number}.example", 1, 1, int(Origin.SELF), "ads", f"n{number}.example", 0, upstream)
        made = memo_of(packet, parse_question(packet), key, 1.0, None)[2]
        assert made.key == key._replace(origin=int(Origin.MEMO))
        return made.outcome

    assert noted(1, "9.9.9.9") is noted(2, "".join(["9.9.", "9.9"])) is not noted(3, "1.1.1.1")
    for number in range(2 * memo.SHARED_MAX):
        noted(number, f"upstream {number}")
        assert len(memo._shared) <= memo.SHARED_MAX


def test_what_has_had_its_time_goes_though_nobody_asks_for_it() -> None:
    space = MemoSpace()
    seats = [Seat(RuleTable(), REFUSED.index, 0, space=space) for _ in range(2)]
    seats[0].remember(b"over", entry(aging=True, expires_ns=5))
    seats[0].remember(b"due for a renewal", entry(aging=True, expires_ns=6))
    seats[1].remember(b"sinkhole", entry())
    space.drop_over(5)
    assert list(seats[0].memo) == [b"due for a renewal"] and not seats[1].memo
    assert space.used == sum(cost(*each) for each in seats[0].memo.items())
    space.drop_over(6)
    assert space.used == 0 and not seats[0].memo
