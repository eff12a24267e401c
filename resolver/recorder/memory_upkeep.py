# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder's memory: circles are collected now and then, and what a storm of names left is given back after it."""

from __future__ import annotations

import gc

from resolver.kept import freed_memory
from resolver.recorder.row_counter import RowCounter
from store.log.protocol import LogWriter

COLLECT_SECONDS = 60.0  # rows are tuples, none in a circle: looking for circles took a fifth of the time
STORM_ROWS = 20_000  # between two looks
CALM_ROWS = 1_200  # the same: twenty a second
CALM_LOOKS = 3  # in a row, and the storm is over


class MemoryUpkeep:
    """Of one recorder; times are seconds of a clock that never jumps."""

    def __init__(self, log: LogWriter, counter: RowCounter) -> None:
        self._log, self._counter = log, counter
        self._next, self._written = 0.0, 0
        self._calm: int | None = None  # looks since a storm in which little came; None: there was none

    def look(self, now: float) -> None:
        """To be called now and then; mostly it does nothing."""
        if now < self._next:
            return
        self._next = now + COLLECT_SECONDS
        rows, self._written = self._log.written - self._written, self._log.written
        gc.collect()
        if rows >= STORM_ROWS:
            self._calm = 0
        elif self._calm is not None:
            self._calm = self._calm + 1 if rows < CALM_ROWS else 0
            if self._calm == CALM_LOOKS:
                self._calm = None
                self._give_back()

    def _give_back(self) -> None:
        self._log.forget_cached()
        self._counter.forget_names()
        gc.collect()
        freed_memory.give_back()
