# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder's pen: batches in, rows out. Never loses a row without counting it in `drops`."""

import sqlite3
import time
from collections import deque
from collections.abc import Callable

from store.records import Batch

MAX_BUFFERED = 100_000  # rows that wait for the disk: 20 s at 5,000 a second, about 15 MiB
MAX_CACHED = 50_000  # words whose ids are known by heart; cleared when full, the next ones fill it with what is in use
MAX_WORKERS = 256  # whose drop counts are remembered between two looks into the log
RECORDER = 0  # the number under which the recorder counts its own drops; workers count from 1

_EARLIEST_US = 1_577_836_800_000_000  # 2020-01-01: before Telltale was
_LATEST_US = 4_102_444_800_000_000  # 2100-01-01


class Writer:
    """The sole writer of one query log. `company_of` names the company behind a name, or None."""

    def __init__(
        self, con: sqlite3.Connection, company_of: Callable[[str], str | None],
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:  # fmt: skip
        self.dropped = 0  # rows that this writer had to let go since its start
        self.written = 0
        self._con = con
        self._clock_us = clock_us
        self._words = _Words(con, company_of)
        self._buffer: deque[_Waiting] = deque()
        self._buffered = 0
        self._drops: dict[int, int] = {}
        self._counted: dict[int, tuple[int, int]] = {}

    @property
    def buffered(self) -> int:
        """Rows that wait for the next commit."""
        return self._buffered

    def add(self, batch: Batch, device_of: Callable[[str], int | None]) -> None:
        """Take a batch; when the buffer is full, its oldest batches are dropped and counted."""
        clients = [(address, device_of(address) or 0) for address in batch.clients]
        self._buffer.append(_Waiting(clients, batch.keys, batch.rows, (batch.worker, batch.started_us, batch.dropped)))
        self._buffered += len(batch.rows)
        while self._buffered > MAX_BUFFERED:
            oldest = self._buffer.popleft()
            self._buffered -= len(oldest.rows)
            self.drop(len(oldest.rows))
            # The worker's own count must outlive its rows.
            self._buffer.appendleft(oldest._replace(rows=[])) if not self._buffer else self._keep_count(oldest)

    def drop(self, count: int) -> None:
        """Count rows that were lost on the way here, such as a message that did not read."""
        self.dropped += count
        self._drops[RECORDER] = self._drops.get(RECORDER, 0) + count

    def commit(self) -> int:
        """Write all that waits in one transaction and return the number of rows.

        Raises sqlite3.Error (disk full, locked, …); then nothing was written and everything still waits.
        """
        if not self._buffer and not self._drops:
            return 0
        return 0
