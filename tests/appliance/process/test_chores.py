# SPDX-License-Identifier: GPL-3.0-or-later
"""What is done beside watching the children comes when it is due, and nothing of it ends the loop."""

from __future__ import annotations

import math
import time

import pytest

from appliance.process.children import Child, Spec
from appliance.process.chores import AGAIN_SECONDS, FIRST_SECONDS, Chores
from appliance.process.signals import Signals


class Woken:
    """A waker that keeps what it was given."""

    def __init__(self, role: str, due: float = math.inf, *, fails: bool = False) -> None:
        self.role, self.due, self.fails = role, due, fails
        self.seen: list[Child | None] = []
        self.closed = False

    def turn(self, child: Child | None, _signals: Signals, _now: float) -> None:
        self.seen.append(child)
        if self.fails:
            raise OSError("no descriptor is left")

    def close(self) -> None:
        self.closed = True
        if self.fails:
            raise OSError("again")


def test_each_waker_has_its_turn_with_its_child(caplog: pytest.LogCaptureFixture) -> None:
    chores, first, second = Chores(), Woken("webui", 7.0, fails=True), Woken("updater", 5.0)
    chores.wakers += [first, second]
    child = Child(Spec("updater", ""), {})
    with Signals(lambda _: None) as signals:
        chores.wake([child], signals)
    assert first.seen == [None] and second.seen == [child]
    assert chores.due(1.0) == 5.0 and "no descriptor is left" in caplog.text
    chores.close()
    assert first.closed and second.closed


def test_a_waker_whose_turns_fail_does_not_have_the_loop_turn_without_a_rest() -> None:
    chores, late, soon = Chores(), Woken("webui", 0.0, fails=True), Woken("updater", math.inf, fails=True)
    chores.wakers += [late, soon]
    before = time.monotonic()
    with Signals(lambda _: None) as signals:
        chores.wake([], signals)
    assert chores.due(before) == late.due >= before + AGAIN_SECONDS and soon.due == math.inf


def test_what_is_regular_comes_again_whatever_it_raises(caplog: pytest.LogCaptureFixture) -> None:
    chores, done = Chores(), list[float]()

    def fail() -> None:
        done.append(0)
        raise OSError("the disk is full")

    chores.every(10.0, fail)
    chores.every(10.0, lambda: done.append(1), due=5.0)
    for now in (0.0, 4.0, 5.0, 10.0, 15.0):
        chores.step(now)
    assert done == [0, 1, 0, 1] and caplog.text.count("the disk is full") == 2


def test_what_comes_first_is_asked_until_it_is_done() -> None:
    chores, answers = Chores(), [False, False, True]
    chores.first = lambda: answers.pop(0)
    while answers:
        assert chores.due(1.0) == 1.0 + FIRST_SECONDS
        chores.go_on()
    chores.go_on()
    assert chores.due(1.0) == math.inf
