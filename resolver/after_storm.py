# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker gives back when a storm of names is over: answers that were asked for but once, memos, freed memory.
And what is of no use to anybody any more, storm or not.

What then is still much more than at its start goes with the process: it asks to be renewed, in a moment of quiet.

A home asks for some thousand names a day, again and again. Whoever asked for a million leaves the cache full of answers
that nobody wants, and they would stay for a day, to be given when no upstream answers.
"""

from __future__ import annotations

from resolver.answer.pipeline import Resolver
from resolver.kept import freed_memory
from resolver.kept.own_memory import OwnMemory
from resolver.upstream.timeouts import SECOND_NS
from store.base import pulse

LOOK_SECONDS = 30.0
HOUR = 3_600.0  # between two looks at all memos: some milliseconds where there are 20,000
CALM_QUERIES = 600  # between two looks: twenty a second
CALM_LOOKS = 2  # in a row, and it is over
STEP = 2_000  # answers dropped at a time, some milliseconds' work
KEPT = 1_000  # of those that were asked for but once, the latest
SWOLLEN = 4_000  # so many, and there was a storm
PATIENCE_LOOKS = 60  # for which a look at which nobody has asked since the one before is waited for


class AfterStorm:
    """Of one worker; times are seconds of a clock that never jumps."""

    def __init__(self, resolver: Resolver, memory: OwnMemory | None = None) -> None:
        self._resolver, self._memory = resolver, memory or OwnMemory()
        self._next_hour = 0.0
        self._next_look, self._noted, self._calm, self._is_dropping = 0.0, 0, 0, False
        self._patience: int | None = None  # looks for which quiet is waited for; None: no renewal is wanted
        self._last_noted = 0

    def look(self, now: float) -> None:
        """To be called now and then; mostly it does nothing."""
        if self._is_dropping:
            self._step()
        elif now >= self._next_look:
            self._drop_over(now)
            self._next_look, noted = now + LOOK_SECONDS, self._resolver.recorder.noted
            self._calm = self._calm + 1 if noted - self._noted < CALM_QUERIES else 0
            self._noted = noted
            if self._calm == CALM_LOOKS:
                self._is_dropping = self._resolver.cache.once_asked() > SWOLLEN
                if not self._is_dropping and self._memory.is_some():
                    self._give_back()
            elif not self._calm:
                self._patience = None
        if self._patience is not None:
            self._ask(self._patience)

    def _drop_over(self, now: float) -> None:
        """Without that, a home's worker would hold all names of the last weeks, up to its bounds."""
        self._resolver.cache.drop_over(now, STEP)
        if now >= self._next_hour:
            self._next_hour = now + HOUR
            self._resolver.snapshot.space.drop_over(int(now * SECOND_NS))

    def _step(self) -> None:
        cache = self._resolver.cache
        if cache.drop_once_asked(STEP, KEPT):
            return
        self._is_dropping = False
        cache.compact()
        self._resolver.snapshot.forget_memos()
        self._resolver.snapshot.index.forget_silent()
        self._give_back()
        self._patience = PATIENCE_LOOKS if self._memory.is_much(cache.bytes >> 10) else None

    def _give_back(self) -> None:
        freed_memory.give_back()
        self._memory.settle()

    def _ask(self, patience: int) -> None:
        """Nothing is in flight, and an upstream is there to ask for what is forgotten: old answers are worth more."""
        before, self._last_noted = self._last_noted, self._resolver.recorder.noted
        self._patience = max(0, patience - 1)
        is_quiet = self._last_noted == before or not patience
        if is_quiet and not self._resolver.forwarder.in_flight and not self._resolver.forwarder.all_down:
            pulse.ask_renewal()
