# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries that pass through and wait for their answer, and the time-out that all of them have in common.

They leave one after another and all have the same time, so the oldest stands first, and one look at it every 50 ms
tells whether any is overdue: a time-out costs a query nothing. While nothing is awaited there is no look: at a home's
few queries a second each look would wake the worker, once for every query.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import takewhile
from time import monotonic_ns
from typing import Protocol

from resolver.transport.transport import Channel
from resolver.transport.waiting import Waiting
from resolver.upstream.exchange import Attempt, Carrier, Exchange
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.route import Route
from resolver.upstream.server import SLOW_LEAST, Server
from resolver.upstream.timeouts import SECOND_NS, SLOT_SECONDS

REST_NS = 10_000_000  # between two times that a look is called off: in a stream of queries it would be for each of them


class Pending(Waiting, Protocol):
    """What the forwarder needs to know of a query that passes through; sent to `server` once."""

    @property
    def key(self) -> QuestionKey:
        """Which question it is."""

    @property
    def server(self) -> Server:
        """That was asked."""

    @property
    def route(self) -> Route:
        """To the servers that may be asked."""

    @property
    def sent_ns(self) -> int:
        """When, on the monotonic clock."""

    @property
    def channel(self) -> Channel:
        """Where the answer is awaited."""

    @property
    def ident(self) -> bytes:
        """Under which id."""

    def exchange(self, carrier: Carrier) -> tuple[Exchange, Attempt]:
        """An exchange that goes on with it, and its first attempt, as if the carrier had sent it."""


class PendingTable(dict[QuestionKey, Pending]):
    """By key, in the order of leaving; bounded by `forwarder.MAX_IN_FLIGHT`. `add`, then `del` when it is over;
    where it was the last, `rest`.

    `on_time_out(pending)` must take it out; `on_slow(pending)` may, once it takes longer than its server usually does.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        seconds: float,
        on_time_out: Callable[[Pending], object],
        on_slow: Callable[[Pending], object],
    ) -> None:
        super().__init__()
        self._loop, self._seconds, self._on_time_out, self._on_slow = loop, seconds, on_time_out, on_slow
        self._timer: asyncio.TimerHandle | None = None
        self._rested_ns = 0

    def add(self, pending: Pending) -> None:
        """It has just left."""
        self[pending.key] = pending
        if self._timer is None:
            self._timer = self._loop.call_later(SLOT_SECONDS, self._sweep)

    def rest(self, now_ns: int) -> None:
        """To be called where nothing is left, and only there: nobody need be woken for it."""
        if self._timer is not None and now_ns - self._rested_ns >= REST_NS:
            self._rested_ns = now_ns
            self._timer.cancel()
            self._timer = None

    def close(self) -> None:
        """Forget everything."""
        self.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _sweep(self) -> None:
        self._timer = None
        now_ns = monotonic_ns()
        since_ns = now_ns - int(SLOW_LEAST * SECOND_NS)
        for pending in list(takewhile(lambda each: each.sent_ns < since_ns, self.values())):
            seconds = (now_ns - pending.sent_ns) / SECOND_NS
            if seconds > self._seconds:
                self._on_time_out(pending)
            elif seconds > pending.server.slow_seconds:
                self._on_slow(pending)
        if self and self._timer is None:
            self._timer = self._loop.call_later(SLOT_SECONDS, self._sweep)
