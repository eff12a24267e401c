# SPDX-License-Identifier: GPL-3.0-or-later
"""What the home uses is asked for again shortly before its time is over, so that nobody waits for it.

A name that is asked for a second time while its answer is kept is one that is used. It is asked for once more; the new
answer must be used itself before that is. So a home that sleeps soon asks nothing, and a name that is used at least
once in its TTL never has to be waited for. What this adds is bounded: a tenth of the questions put to upstreams.

An upstream that kept the answer as long as we did gives what is left of its time, so that nothing is gained; it is
asked once more as soon as that is over.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from functools import partial
from math import ceil
from typing import NamedTuple, Protocol

from resolver.kept.cache import Cache, Entry
from resolver.upstream.exchanges import RETRY_RCODES
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.route import Route
from wire.message import Question, Response

LEAST_SECONDS = 5.0  # an answer that is good for less is not worth it
PART = 0.1  # of its time that is left when it is asked for again
LEAD_LEAST, LEAD_MOST = 2.0, 30.0  # seconds: time for a few tries; and long TTLs are not cut short
REST_SECONDS = 2.0  # by which an answer must outlive the one before, else it is the rest of that
SHARE = 0.1  # of the questions put to upstreams that may be for this
SAVED_MOST = 50.0  # that may be saved up, for names that end together
WANTED_MAX = 10_000  # names at once, some 300 bytes each; a home uses some thousand
TICK_SECONDS = 1.0  # names that end within one are asked for together, so that there is one wake-up


class Kept(Protocol):
    """Whose answers these are, and whom it asks; both may become others."""

    cache: Cache
    forwarder: Forwarder


class Wanted(NamedTuple):
    """What is to be asked for again: the question, where it goes, and the entry that it was when it was used.

    `expires`: of that; `rest`: it was the rest of another's time.
    """

    question: Question
    route: Route
    stored: float
    expires: float
    rest: bool = False


class Prefetch:
    """Of one worker. `used` costs a dict's look-up and, once for an entry, a place in a heap."""

    def __init__(self, loop: asyncio.AbstractEventLoop, owner: Kept) -> None:
        self.on = True
        self._loop, self._owner = loop, owner
        self._wanted: dict[QuestionKey, Wanted] = {}
        self._due: list[tuple[int, QuestionKey]] = []  # a heap; as many as are wanted
        self._timer: asyncio.TimerHandle | None = None
        self._saved, self._sent = 0.0, 0

    def used(self, key: QuestionKey, question: Question, route: Route, entry: Entry) -> None:
        """An entry was given from the cache, so it was asked for twice at least."""
        lifetime = entry.expires - entry.stored
        if not self.on or key in self._wanted or lifetime < LEAST_SECONDS or len(self._wanted) >= WANTED_MAX:
            return
        lead = min(max(lifetime * PART, LEAD_LEAST), LEAD_MOST)
        wanted = Wanted(question, route, entry.stored, entry.expires)
        self._add(key, wanted, int((entry.expires - lead) / TICK_SECONDS))

    def close(self) -> None:
        """Ask for nothing more."""
        self._wanted.clear()
        self._due.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _add(self, key: QuestionKey, wanted: Wanted, tick: int) -> None:
        self._wanted[key] = wanted
        heapq.heappush(self._due, (tick, key))
        if self._due[0] == (tick, key):
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        seconds = self._due[0][0] * TICK_SECONDS - time.monotonic()
        self._timer = self._loop.call_later(max(ceil(seconds / TICK_SECONDS) * TICK_SECONDS, 0.0), self._look)

    def _look(self) -> None:
        """Ask for what is due, and order the next look."""
        self._timer = None
        now = time.monotonic()
        while self._due and self._due[0][0] * TICK_SECONDS <= now:
            _, key = heapq.heappop(self._due)
            wanted = self._wanted.pop(key)
            entry = self._owner.cache.entries.get(key)
            if entry is not None and entry.stored == wanted.stored and self.on:
                self._ask(key, wanted)
        if self._due:
            self._set_timer()

    def _ask(self, key: QuestionKey, wanted: Wanted) -> None:
        forwarder = self._owner.forwarder
        if not self._may(forwarder) or forwarder.servers_of(wanted.route).all_down:
            return
        forwarder.counters["prefetched"] += 1
        forwarder.exchange(key, wanted.question, partial(self._came, key, wanted), wanted.route)

    def _came(self, key: QuestionKey, wanted: Wanted, response: Response | None, upstream: str) -> None:
        if response is None or response.rcode in RETRY_RCODES:
            return
        entry = self._owner.cache.put(key, response, upstream, time.monotonic())
        is_rest = entry is not None and entry.expires < wanted.expires + REST_SECONDS
        if entry is not None and is_rest and not wanted.rest and key not in self._wanted:
            again = wanted._replace(stored=entry.stored, expires=entry.expires, rest=True)
            self._add(key, again, ceil(entry.expires / TICK_SECONDS))

    def _may(self, forwarder: Forwarder) -> bool:
        """Whether one more fits the share, which grows with what the servers have answered."""
        sent = sum(server.answers for server in forwarder.every_server)
        self._saved = min(SAVED_MOST, self._saved + SHARE * max(0, sent - self._sent))
        self._sent = sent
        if self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True
