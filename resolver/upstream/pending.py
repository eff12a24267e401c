# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries on the straight road that wait for their answer, and the time-out that all of them have in common.

They leave one after another and all have the same time, so the oldest stands first, and one look at it every 50 ms
tells whether any is overdue: a time-out costs a query nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import takewhile
from time import monotonic_ns

from resolver.answer.cache import CacheKey
from resolver.answer.passthrough import Flight
from resolver.answer.snapshot import SECOND_NS
from resolver.upstream.timeouts import SLOT_SECONDS


class Flights(dict[CacheKey, Flight]):
    """By key, in the order of leaving; bounded by `upstream.MAX_IN_FLIGHT`. `add`, then `del` when it is over.

    `on_time_out(flight)` must take the flight out.
    """

    def __init__(
        self, loop: asyncio.AbstractEventLoop, seconds: float, on_time_out: Callable[[Flight], object]
    ) -> None:  # fmt: skip
        super().__init__()
        self._loop, self._seconds, self._on_time_out = loop, seconds, on_time_out
        self._timer: asyncio.TimerHandle | None = None

    def add(self, flight: Flight) -> None:
        """It has just left."""
        self[flight.key] = flight
        if self._timer is None:
            self._timer = self._loop.call_later(SLOT_SECONDS, self._sweep)

    def close(self) -> None:
        """Forget everything."""
        self.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self) -> None:
        self._timer = None
        since_ns = monotonic_ns() - int(self._seconds * SECOND_NS)
        for flight in list(takewhile(lambda one: one.sent_ns < since_ns, self.values())):
            self._on_time_out(flight)
        if self and self._timer is None:
            self._timer = self._loop.call_later(SLOT_SECONDS, self._sweep)
