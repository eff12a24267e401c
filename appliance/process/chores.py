# SPDX-License-Identifier: GPL-3.0-or-later
"""What the supervisor's loop does beside watching its children. None of it may wait, and what it raises is logged:
a full disk is no reason to stop answering DNS."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from appliance.process.children import Child
from appliance.process.signals import Signals

# How often what comes first is asked at a start: what waits for it should not wait much longer than for the workers.
FIRST_SECONDS = 0.03
AGAIN_SECONDS = 1.0  # after a waker's turn that failed: it may have left its due time where it was, which is over

log = logging.getLogger("telltale.supervisor")


class Waker(Protocol):
    """Who wakes a child that sleeps: `appliance.process.web_door`, which takes what comes for it while it is not there,
    `appliance.runs.list_runs`, and `appliance.powers.keepalive_door`."""

    role: str
    due: float  # when it wants its next turn at the latest, by time.monotonic()

    def turn(self, child: Child | None, signals: Signals, now: float) -> None:
        """Look how the child is, None before it is one of the children, and see to what came; it must not wait."""

    def close(self) -> None:
        """Let go of all: the house ends."""


@dataclass(slots=True)
class _Regular:
    """What is done every so many seconds, and when next."""

    seconds: float
    action: Callable[[], object]
    due: float = 0.0


class Chores:
    """Of one supervisor; times are seconds of time.monotonic()."""

    def __init__(self) -> None:
        self.wakers: list[Waker] = []
        self.first: Callable[[], bool] | None = None  # called with every turn until it says True
        self._regular: list[_Regular] = []

    def every(self, seconds: float, action: Callable[[], object], due: float = 0.0) -> None:
        """Call `action` again and again, first at `due`."""
        self._regular.append(_Regular(seconds, action, due))

    def go_on(self) -> None:
        """The next step of what comes first; what it raises ends the house, which could not be made ready."""
        if self.first is not None and self.first():
            self.first = None

    def step(self, now: float) -> None:
        """Whatever is due."""
        for regular in self._regular:
            if now >= regular.due:
                regular.due = now + regular.seconds
                guarded(regular.action)

    def wake(self, children: Iterable[Child], signals: Signals) -> None:
        """Give each waker its turn."""
        by_role = {child.spec.role: child for child in children}
        for waker in self.wakers:
            now = time.monotonic()
            if not guarded(partial(waker.turn, by_role.get(waker.role), signals, now)):
                waker.due = max(waker.due, now + AGAIN_SECONDS)

    def due(self, now: float) -> float:
        """When the loop must not sleep any longer for them."""
        first = [now + FIRST_SECONDS] if self.first else []
        return min([float("inf"), *first, *(waker.due for waker in self.wakers)])

    def close(self) -> None:
        """Let go of all: the house ends."""
        for waker in self.wakers:
            guarded(waker.close)


def guarded(action: Callable[[], object]) -> bool:
    """Call it; what it raises is logged. Whether it raised nothing."""
    try:
        action()
    except Exception as error:
        log.warning("%s", error)
        return False
    return True
