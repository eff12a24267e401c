# SPDX-License-Identifier: GPL-3.0-or-later
"""PendingTable that are late, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from resolver.upstream import pending
from resolver.upstream.pending import PendingTable


class Server:
    """One that usually takes a second."""

    slow_seconds = 1.5


class PendingQuery:
    """What `PendingTable` looks at."""

    def __init__(self, key: bytes, sent_ns: int) -> None:
        self.key, self.sent_ns, self.server = key, sent_ns, Server()


class Loop:
    """Keeps the one timer, until it is run."""

    def __init__(self) -> None:
        self.due: list[Callable[[], None]] = []

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Loop:
        assert seconds == pending.SLOT_SECONDS
        self.due.append(callback)
        return self

    def cancel(self) -> None:
        self.due.clear()

    def tick(self) -> None:
        (callback,) = self.due
        self.due.clear()
        callback()


def test_each_is_told_once_when_its_time_is_over_and_the_timer_rests_when_none_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, late, slow, loop = [0], list[bytes](), list[bytes](), Loop()
    monkeypatch.setattr(pending, "monotonic_ns", lambda: now[0])

    def told(query: Any) -> None:
        late.append(query.key)
        del waiting[query.key]

    any_loop: Any = loop
    waiting = PendingTable(any_loop, 2.0, told, lambda query: slow.append(query.key))
    for number in range(5):
        query: Any = PendingQuery(b"%d" % number, number * 1_000_000_000)
        waiting.add(query)
    del waiting[b"1"]  # answered
    for seconds in range(9):
        for half in (0, 6):  # tenths of a second
            now[0] = seconds * 1_000_000_000 + half * 100_000_000 + 1
            if loop.due:
                loop.tick()
        expected = [key for key in (b"0", b"2", b"3", b"4") if seconds >= int(key) + 2]
        assert late == expected
    assert slow == [b"0", b"2", b"3", b"4"], "once each passed what its server usually takes"
    assert not waiting and not loop.due


def test_where_nothing_is_awaited_nobody_is_woken_and_what_comes_later_is_looked_at_again() -> None:
    loop = Loop()
    any_loop: Any = loop
    waiting = PendingTable(any_loop, 2.0, lambda _: None, lambda _: None)
    for number in range(3):
        query: Any = PendingQuery(b"%d" % number, number)
        waiting.add(query)
        assert len(loop.due) == 1
        del waiting[query.key]
        waiting.rest((1 + number) * pending.REST_NS)
        assert not loop.due


def test_in_a_stream_of_queries_the_look_stays_as_it_is() -> None:
    loop = Loop()
    any_loop: Any = loop
    waiting = PendingTable(any_loop, 2.0, lambda _: None, lambda _: None)
    begun_ns, called_off = 5 * pending.REST_NS, 0
    for number in range(100):
        query: Any = PendingQuery(b"%d" % number, number)
        waiting.add(query)
        del waiting[query.key]
        waiting.rest(begun_ns + number * pending.REST_NS // 50)
        called_off += not loop.due
    assert called_off == 2, "one for each REST_NS"


def test_closing_forgets_all() -> None:
    loop = Loop()
    any_loop: Any = loop
    waiting = PendingTable(any_loop, 2.0, lambda _: None, lambda _: None)
    query: Any = PendingQuery(b"a", 0)
    waiting.add(query)
    waiting.close()
    assert not waiting and not loop.due
