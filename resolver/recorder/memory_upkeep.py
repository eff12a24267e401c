# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder's memory: circles are collected now and then, and what a storm of names left is given back after it.

What then is still much more than at its start goes with the process itself: it asks to be renewed.
"""

from __future__ import annotations

import gc

from resolver.kept import freed_memory
from resolver.kept.own_memory import OwnMemory
from resolver.recorder.row_counter import RowCounter
from store.base import pulse
from store.log.protocol import LogWriter

COLLECT_SECONDS = 30.0  # rows are tuples, none in a circle: looking for circles took a fifth of the time
CALM_ROWS = 600  # between two looks: twenty a second
CALM_LOOKS = 2  # in a row, and a storm is over
AGAIN_LOOKS = 30  # of calm, after which there may be something to give back again


def starting() -> None:
    """To be said before the process has threads."""
    freed_memory.share()


class MemoryUpkeep:
    """Of one recorder; times are seconds of a clock that never jumps."""

    def __init__(self, log: LogWriter, counter: RowCounter, memory: OwnMemory | None = None) -> None:
        self._log, self._counter, self._memory = log, counter, memory or OwnMemory()
        self._next, self._come, self._calm = 0.0, 0, 0

    def started(self) -> None:
        """What was made at the start lives as long as the process, and what it took for a moment goes back: of a log
        of some size SQLite has 2 MiB in memory once it is open."""
        self._log.forget_cached()
        gc.freeze()
        gc.disable()
        freed_memory.give_back()
        self._memory.begin()

    def look(self, now: float) -> None:
        """To be called now and then; mostly it does nothing."""
        if now < self._next:
            return
        self._next = now + COLLECT_SECONDS
        come = self._log.written + self._log.buffered  # they may wait long for a commit
        rows, self._come = come - self._come, come
        gc.collect()
        self._calm = self._calm + 1 if rows < CALM_ROWS else 0
        if self._calm < CALM_LOOKS or not (self._memory.is_some() or self._memory.is_much()):
            return
        if (self._calm - CALM_LOOKS) % AGAIN_LOOKS == 0:
            self._give_back()
        if self._memory.is_much() and not self._log.waits_for:
            pulse.ask_renewal()

    def _give_back(self) -> None:
        self._log.forget_cached()
        self._counter.forget_names()
        gc.collect()
        freed_memory.give_back()
        self._memory.settle()
