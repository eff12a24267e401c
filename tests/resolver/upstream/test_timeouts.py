# SPDX-License-Identifier: GPL-3.0-or-later
"""Time-outs, on a clock that the test turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolver.upstream.timeouts import SLOT_SECONDS, Timeouts


class Clock:
    """The two things that a wheel asks of a loop."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.calls: list[tuple[float, Callable[[], None], Handle]] = []
        self.called = 0

    def time(self) -> float:
        return self.now

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Handle:
        handle = Handle()
        self.calls.append((self.now + seconds, callback, handle))
        return handle

    def run(self, seconds: float) -> None:
        """Let time pass in small steps."""
        end = self.now + seconds
        while self.now < end:
            self.now += SLOT_SECONDS / 7
            due = [call for call in self.calls if call[0] <= self.now]
            self.calls = [call for call in self.calls if call[0] > self.now]
            for _, callback, handle in due:
                if not handle.cancelled:
                    self.called += 1
                    callback()

    @property
    def waits(self) -> int:
        """How many timers there are."""
        return sum(not handle.cancelled for _, _, handle in self.calls)


class Handle:
    cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


@given(st.lists(st.floats(0, 2), max_size=40))
def test_every_item_comes_once_and_neither_early_nor_more_than_two_slots_late(waits: list[float]) -> None:
    clock: Any = Clock()
    came: list[tuple[int, float]] = []
    wheel: Timeouts[int] = Timeouts(clock, lambda item: came.append((item, clock.now - 1000.0)))
    for item, seconds in enumerate(waits):
        wheel.add(seconds, item)
    assert clock.waits == bool(waits), "one timer, however many items"
    clock.run(2.3)
    assert sorted(item for item, _ in came) == list(range(len(waits)))
    assert all(waits[item] - 1e-6 <= at <= waits[item] + 2.2 * SLOT_SECONDS for item, at in came)
    assert not clock.calls, "an empty wheel does not tick"


def test_what_is_over_in_time_wakes_nobody_for_each_slot_until_then() -> None:
    clock: Any = Clock()
    wheel: Timeouts[int] = Timeouts(clock, lambda item: None)
    for item in range(20):  # a question each second, answered at once
        for seconds in (4.0, 0.4):
            wheel.discard(wheel.add(seconds, item), item)
        clock.run(1.0)
    clock.run(5.0)
    assert clock.called <= 2 * 20 and not clock.waits


def test_what_is_over_sooner_than_what_is_waited_for_comes_in_time() -> None:
    clock: Any = Clock()
    came: list[int] = []
    wheel: Timeouts[int] = Timeouts(clock, came.append)
    for item, seconds in enumerate((2.0, 0.5, 1.0)):
        wheel.add(seconds, item)
    assert clock.waits == 1
    clock.run(0.5 + 2 * SLOT_SECONDS)
    assert came == [1]
    clock.run(2.0)
    assert came == [1, 2, 0] and not clock.waits


def test_an_item_may_add_another_while_it_is_dealt_with() -> None:
    clock: Any = Clock()
    came: list[int] = []

    def deal(item: int) -> None:
        came.append(item)
        if item < 3:
            wheel.add(0.2, item + 1)

    wheel: Timeouts[int] = Timeouts(clock, deal)
    wheel.add(0.2, 0)
    clock.run(1.5)
    assert came == [0, 1, 2, 3]


def test_one_that_fails_is_not_the_end_of_the_others() -> None:
    clock: Any = Clock()
    came: list[int] = []

    def deal(item: int) -> None:
        came.append(item)
        if item == 1:
            raise ValueError

    wheel: Timeouts[int] = Timeouts(clock, deal)
    for number, seconds in enumerate((0.2, 0.2, 0.2, 0.7)):
        wheel.add(seconds, number)
    with pytest.raises(ValueError):
        clock.run(0.5)
    clock.run(1.0)
    assert sorted(came) == [0, 1, 2, 3]


def test_a_closed_wheel_is_silent() -> None:
    clock: Any = Clock()
    came: list[int] = []
    wheel: Timeouts[int] = Timeouts(clock, came.append)
    wheel.add(0.1, 1)
    wheel.close()
    clock.run(0.5)
    assert not came


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40))
def test_what_was_discarded_never_comes(waits: list[tuple[float, bool]]) -> None:
    clock: Any = Clock()
    came: list[int] = []
    wheel: Timeouts[int] = Timeouts(clock, came.append)
    slots = [wheel.add(seconds, item) for item, (seconds, _) in enumerate(waits)]
    for item, (_, gone) in enumerate(waits):
        if gone:
            wheel.discard(slots[item], item)
            wheel.discard(slots[item], item)
    clock.run(1.3)
    assert sorted(came) == [item for item, (_, gone) in enumerate(waits) if not gone]


def test_a_time_out_may_discard_others_of_its_slot() -> None:
    clock: Any = Clock()
    came: list[int] = []

    def on_time_out(item: int) -> None:
        came.append(item)
        for other in range(5):
            wheel.discard(slot, other)

    wheel: Timeouts[int] = Timeouts(clock, on_time_out)
    (slot,) = {wheel.add(0.1, item) for item in range(5)}
    clock.run(0.3)
    assert len(came) == 1
