# SPDX-License-Identifier: GPL-3.0-or-later
"""A second server is asked when the first takes longer than it usually does; whichever answers first is heard.

Nobody waits out a time-out then, and a connection that died without a word costs a moment. What it adds to the traffic
is bounded: a tenth of what is answered, and some at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable

from resolver.upstream.exchange import Attempt, Exchange
from resolver.upstream.server import Server
from resolver.upstream.timeouts import Timeouts

SLOT_SECONDS = 0.01  # what it may come late
UNOPENED = 3.0  # times as long where a handshake comes first: two or three round trips
UNOPENED_SECONDS = 0.25  # and no less: certificates are checked, on a small machine
SHARE, BURST = 0.1, 20.0  # second questions for each answer, and at most saved up
STALE_SECONDS = 5.0  # a connection on which nothing came for so long, and nothing comes now, may be dead


class Hedging:
    """`again(exchange)` puts a question to another server, or to the same over another connection."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, again: Callable[[Exchange], None], counters: Counter[str]
    ) -> None:
        self._again, self._counters = again, counters
        self._slow: Timeouts[Attempt] = Timeouts(loop, self.on_slow, SLOT_SECONDS)
        self._saved, self._answers = BURST, 0

    def watch(self, attempt: Attempt, patience: float) -> None:
        """It has just been sent; after `patience` seconds it is asked for again anyway."""
        server, channel = attempt.server, attempt.channel
        if len(attempt.exchange.servers) == 1 and channel.datagrams:
            return
        seconds = server.slow_seconds
        if not channel.is_open:
            seconds = max(UNOPENED * seconds, UNOPENED_SECONDS)
        if seconds < patience:
            attempt.slow_slot = self._slow.add(seconds, attempt)

    def forget(self, attempt: Attempt) -> None:
        """It is answered, or nobody waits for it any more."""
        if attempt.slow_slot:
            self._slow.discard(attempt.slow_slot, attempt)

    def close(self) -> None:
        """Forget everything."""
        self._slow.close()

    def on_slow(self, attempt: Attempt) -> None:
        """It takes longer than usual."""
        exchange, channel = attempt.exchange, attempt.channel
        attempt.slow_slot = 0
        if len(exchange.servers) > 1:
            attempt.server.late()
        channel.distrust(attempt.sent_at, STALE_SECONDS)
        stale = not channel.datagrams and channel.distrusted
        if (stale or exchange.has_fresh()) and self._may(exchange.servers):
            self._counters["hedged"] += 1
            self._again(exchange)

    def _may(self, servers: Iterable[Server]) -> bool:
        """Whether another question fits the budget, which grows with what these servers have answered."""
        answers = sum(server.answers for server in servers)
        self._saved = min(BURST, self._saved + SHARE * max(0, answers - self._answers))
        self._answers = answers
        if self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True


def outrun(attempts: Iterable[Attempt], now: float) -> None:
    """Others were quicker: what these attempts show of their servers."""
    for attempt in attempts:
        if attempt.slow_slot == 0 and attempt.channel.is_open:
            attempt.server.outrun(now - attempt.sent_at)
