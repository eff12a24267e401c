# SPDX-License-Identifier: GPL-3.0-or-later
"""New records as they are committed: what the live views of the API and of the pages stand on.

    async for rows in follow(ui, QueryFilter(…), after_us=None): …     oldest first, [] as a sign of life

A listener looks at the log's version (4 µs) once a second and reads only when the recorder has committed; it
opens the file anew now and then, by which the recorder knows of it. The workers' batches are not in one order, so each
look goes back a little and leaves out what was given already.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool

from store.base.sentences import say
from store.log.protocol import LogError, LogReader
from store.log.records import QueryRow
from store.log.values import AHEAD_US, QueryFilter
from store.stats.sqlite_reader import open_reader
from webui.http.problems import Problem
from webui.http.state import WebUi

POLL_SECONDS = 1.0
# A second of a home's heaviest load; beyond that the newest of each look are given, and the rest is in the log.
MAX_ROWS_A_LOOK = 1000
# A record reaches the file at most a commit (while somebody looks: a second) and a batch after its time.
SLACK_US = 3_000_000
# The recorder writes every second while somebody opens the log now and then: see store.log.readers.
OPEN_SECONDS = 10.0
# Keys of what was given, for the stretch that is looked at again.
MAX_GIVEN = 4 * MAX_ROWS_A_LOOK
# Each listener holds a connection to the log; a home has fewer open pages than this.
MAX_LISTENERS = 16
# Then the stream ends, and the browser comes back by itself.
MAX_STREAM_SECONDS = 600.0
# Whoever is logged out or removed, and a token that is revoked, hears nothing more after this long.
KNOWN_SECONDS = 5.0
# With nothing new, a sign of life this often keeps middle boxes from cutting the line, and finds listeners that left.
QUIET_SECONDS = 15.0


@contextmanager
def listening(ui: WebUi) -> Iterator[None]:
    """Holds one of the `MAX_LISTENERS` places; 503 when all are taken."""
    if ui.listeners >= MAX_LISTENERS:
        detail = say("{most} live views are open already; close one and try again.", most=MAX_LISTENERS)
        raise Problem(503, detail, {"Retry-After": "30"})
    ui.listeners += 1
    try:
        yield
    finally:
        ui.listeners -= 1


async def follow(
    ui: WebUi, wanted: QueryFilter, after_us: int | None, is_known: Callable[[], bool]
) -> AsyncIterator[list[QueryRow]]:
    """Yields new rows, oldest first, until the process stops, `MAX_STREAM_SECONDS` are over, or the listener is not
    known any more (`is_known`, which may read a database).

    New is what comes in after the first item, which is []; with `after_us`, the time of the youngest record that the
    listener has, what is younger than that.
    """
    tail = Tail(ui.state, wanted, after_us)
    began = time.monotonic()
    spoke, asked = began - QUIET_SECONDS, began
    try:
        while not ui.stopping and time.monotonic() - began < MAX_STREAM_SECONDS:
            if time.monotonic() - asked >= KNOWN_SECONDS:
                asked = time.monotonic()
                if not await run_in_threadpool(is_known):
                    break
            rows = await run_in_threadpool(tail.look)
            if rows or time.monotonic() - spoke >= QUIET_SECONDS:
                spoke = time.monotonic()
                yield rows
            await asyncio.sleep(POLL_SECONDS)
    finally:
        tail.close()


@dataclass(slots=True)
class Tail:
    """One listener's place in the log. `look` runs in a thread, one at a time."""

    state: Path
    wanted: QueryFilter
    after_us: int | None
    log: LogReader | None = None
    opened: float = 0.0
    version: int = -1
    begun: bool = False
    given: deque[int] = field(default_factory=lambda: deque(maxlen=MAX_GIVEN))

    def look(self) -> list[QueryRow]:
        """What is new since the last look, oldest first; [] while there is no log to read."""
        try:
            if self.log is None or time.monotonic() - self.opened >= OPEN_SECONDS:
                self._open()
            assert self.log is not None
            version = self.log.version()
            if version == self.version:
                return []
            rows = self._read(self.log)
            self.version = version
        except (LogError, OSError):
            self.close()
            self.begun = True  # whatever a log will hold is new
            return []
        return rows

    def close(self) -> None:
        if self.log is not None:
            self.log.close()
            self.log = None
        self.version = -1

    def _open(self) -> None:
        self.close()
        self.log, self.opened = open_reader(self.state), time.monotonic()

    def _read(self, log: LogReader) -> list[QueryRow]:
        now_us = time.time_ns() // 1000
        # What a clock that was ahead has written is not new, however late its times are.
        after_us = now_us if self.after_us is None else min(self.after_us, now_us + AHEAD_US)
        wanted = replace(self.wanted, from_us=max(0, after_us - SLACK_US), to_us=now_us + AHEAD_US)
        page = log.queries(wanted, None, MAX_ROWS_A_LOOK)
        fresh = [row for row in reversed(page.items) if row.time_us not in self.given]
        self.given.extend(row.time_us for row in fresh)
        if not self.begun:  # the listener has these, or did not ask for them
            self.begun = True
            fresh = [row for row in fresh if self.after_us is not None and row.time_us > after_us]
        self.after_us = min(now_us, max([after_us, *(row.time_us for row in fresh)]))
        return fresh

