# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that could not be connected to may be starting anew: a question waits a little, and begins again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from resolver.upstream.exchange import Exchange
from resolver.upstream.timeouts import SLOT_SECONDS, Timeouts

PAUSE_SECONDS = 0.1  # before the first; it doubles


class Pauses:
    """`begin_again(exchange)` is called after the pause, whether anybody waits for it still or not."""

    def __init__(self, loop: asyncio.AbstractEventLoop, begin_again: Callable[[Exchange], None]) -> None:
        self._over: Timeouts[Exchange] = Timeouts(loop, begin_again)

    def wait(self, exchange: Exchange, left: float) -> bool:
        """Whether it waits; `left`: seconds until it is over anyway. In plain DNS, who refuses refuses at once."""
        pause = PAUSE_SECONDS * (1 << exchange.waits)
        if exchange.failure or not exchange.servers[0].first.encrypted or pause + SLOT_SECONDS > left:
            return False
        exchange.waits += 1
        exchange.tries, exchange.tried = 0, ()
        self._over.add(pause, exchange)
        return True

    def close(self) -> None:
        """Forget everything."""
        self._over.close()
