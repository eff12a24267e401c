# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker gives back when a storm of names is over: answers that were asked for but once, memos, freed memory.

A home asks for some thousand names a day, again and again. Whoever asked for a million leaves the cache full of answers
that nobody wants, and they would stay for a day, to be given when no upstream answers.
"""

from __future__ import annotations

from resolver.answer.pipeline import Resolver
from resolver.kept import freed_memory

LOOK_SECONDS = 60.0
CALM_QUERIES = 1_200  # between two looks: twenty a second
CALM_LOOKS = 3  # in a row, and it is over
STEP = 2_000  # answers dropped at a time, some milliseconds' work
KEPT = 500  # of those that were asked for but once, the latest
SWOLLEN = 4_000  # so many, and there was a storm


class AfterStorm:
    """Of one worker; times are seconds of a clock that never jumps."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._next_look, self._noted, self._calm, self._is_dropping = 0.0, 0, 0, False

    def look(self, now: float) -> None:
        """To be called now and then; mostly it does nothing."""
        if self._is_dropping:
            self._step()
        elif now >= self._next_look:
            self._next_look, noted = now + LOOK_SECONDS, self._resolver.recorder.noted
            self._calm = self._calm + 1 if noted - self._noted < CALM_QUERIES else 0
            self._noted = noted
            if self._calm == CALM_LOOKS:
                self._is_dropping = self._resolver.cache.once_asked() > SWOLLEN

    def _step(self) -> None:
        cache = self._resolver.cache
        if cache.drop_once_asked(STEP, KEPT):
            return
        self._is_dropping = False
        cache.compact()
        self._resolver.snapshot.forget_memos()
        self._resolver.snapshot.index.forget_silent()
        freed_memory.give_back()
