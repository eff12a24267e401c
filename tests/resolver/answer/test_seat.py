# SPDX-License-Identifier: GPL-3.0-or-later
"""The memo of a seat is bounded; what all of them together may take: test_memo.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from resolver.answer import seat as seats
from resolver.answer.memo import MemoEntry
from resolver.answer.snapshot import build
from store.log.records import Key, row_key

pytestmark = pytest.mark.database

ENTRY: MemoEntry = (bytes(8), 1, row_key(Key("n", 1, 0, 0, "", "", 0, "")), None)


def test_a_memo_is_bounded_and_keeps_what_came_last(monkeypatch: pytest.MonkeyPatch, state: Path) -> None:
    monkeypatch.setattr(seats, "MEMO_MAX", 10)
    seat = build(state, {}).admit("192.168.1.1")
    for number in range(50):
        seat.remember(b"%d" % number, ENTRY)
        assert len(seat.memo) <= 10 and b"%d" % number in seat.memo


def test_queries_of_4_kilobytes_fill_no_memory(state: Path) -> None:
    seat = build(state, {}).admit("192.168.1.1")
    for number in range(50):
        for size in (1, seats.MEMO_QUERY_MAX, seats.MEMO_QUERY_MAX + 1, 4096):
            seat.remember(number.to_bytes(size, "big"), ENTRY)
    assert {len(query) for query in seat.memo} == {1, seats.MEMO_QUERY_MAX}
