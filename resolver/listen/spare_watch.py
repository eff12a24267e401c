# SPDX-License-Identifier: GPL-3.0-or-later
"""When a sibling's sockets are looked at: once something has come in that did not find their owner asleep.

A worker that stands by hears of a query as it arrives while its owner is busy, stopped or gone (`owner_wake`), leaves
it to the owner, and looks after a while whether that took it. In a stream of queries it does not wait for each: for a
while it looks by the clock alone, which costs less then.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from resolver.listen.owner_wake import Arrivals

LOOK_SECONDS = 0.05  # between two looks at a sibling's sockets, each some 2 µs; two find out that it died or hangs
QUICK_SECONDS = 0.01  # a query that comes so soon after one is waited for again may be of a stream …
STREAM = 2  # … and is, after so many in a row: there are more than looks
STREAM_LOOKS = 20  # by the clock alone then


class Sibling(Protocol):
    """A socket that another worker answers on."""

    def fileno(self) -> int: ...

    def relieve(self) -> bool:
        """Look, and answer what its owner left lying since the last look; whether something lay there."""


class SpareWatch:
    """Over the sockets of all siblings."""

    def __init__(self, loop: asyncio.AbstractEventLoop, spare: Sequence[Sibling]) -> None:
        self._loop, self._spare = loop, tuple(spare)
        self._looks = 0  # that are due, whatever they find
        self._quick = 0  # queries in a row that came as soon as one was waited for
        self._since = 0.0  # when one was
        self._timer: asyncio.TimerHandle | None = None
        self._listens = False
        self._arrivals: Arrivals | None = None

    def begin(self) -> None:
        """What lies there already counts as just come in."""
        if self._spare:
            self._arrivals = Arrivals(sibling.fileno() for sibling in self._spare)
            self._loop.add_reader(self._arrivals.fileno(), self._arrived)
            with suppress(ValueError, RuntimeError):  # a loop that is not the main thread's hears of no signal
                self._loop.add_signal_handler(signal.SIGCHLD, self.again)
            self._listen()

    def again(self) -> None:
        """To be called now and then: an owner that was woken may have died or been stopped before it took the query.

        The supervisor has it called at once, by SIGCHLD.
        """
        if self._arrivals is not None and self._listens:
            self._arrivals.listen()

    def close(self) -> None:
        """Look no more."""
        if self._arrivals is not None:
            self._loop.remove_reader(self._arrivals.fileno())
            with suppress(ValueError, RuntimeError):
                self._loop.remove_signal_handler(signal.SIGCHLD)
            self._arrivals.close()
        if self._timer is not None:
            self._timer.cancel()
        self._spare, self._arrivals = (), None

    def _listen(self) -> None:
        self._listens, self._since = True, self._loop.time()
        if self._arrivals is not None:
            self._arrivals.listen()

    def _arrived(self) -> None:
        if self._arrivals is None:
            return
        self._listens = False
        self._arrivals.deafen()
        self._quick = self._quick + 1 if self._loop.time() - self._since < QUICK_SECONDS else 0
        self._looks = STREAM_LOOKS if self._quick >= STREAM else 1
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)
        for sibling in self._spare:
            sibling.relieve()

    def _look(self) -> None:
        self._looks -= 1
        self._timer = self._loop.call_later(LOOK_SECONDS, self._look)  # first: an error must not be the end of all
        left = [sibling for sibling in self._spare if sibling.relieve()]
        if not left and self._looks <= 0:
            self._timer.cancel()
            self._listen()
