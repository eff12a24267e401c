# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorder's pen: batches in, rows out. A row is written, waits, or is counted in `drops`; none is lost unseen."""

import sqlite3
import time
from collections import deque
from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple

from store.db import transaction
from store.logwords import Words
from store.records import Batch, Key, Row
from store.rolling import Roller

MAX_BUFFERED = 100_000  # rows that wait for the disk: 20 s at 5,000 a second, about 15 MiB
RECORDER = 0  # the number under which the recorder counts its own drops; workers count from 1

EARLIEST_US = 1_577_836_800_000_000  # 2020-01-01: before Telltale was; a clock that shows less was never set
LATEST_US = 4_102_444_800_000_000  # 2100-01-01

_LogRow = tuple[int, int, int, int, int]
_INSERT = "INSERT INTO records (time_us, client_id, name_id, outcome_id, duration_us) VALUES (?, ?, ?, ?, ?)"


class Writer:
    """The sole writer of one query log. `company_of` names the company behind a name, or None."""

    def __init__(
        self,
        con: sqlite3.Connection,
        company_of: Callable[[str], str | None],
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.dropped = 0  # rows that this writer had to let go since its start
        self.written = 0
        self._con = con
        self._clock_us = clock_us
        self.roller = Roller(con)
        self._words = Words(con, company_of)
        self._buffer: deque[_Waiting] = deque()
        self._buffered = 0
        # Both bounded by the worker's number, 16 bits in a batch and a few in life.
        self._drops: dict[int, int] = {}
        self._counted: dict[int, tuple[int, int, int]] = {
            worker: (started, dropped, received)
            for worker, started, dropped, received in con.execute(
                "SELECT worker, started_us, dropped, received FROM counted"
            )
        }

    @property
    def buffered(self) -> int:
        """Rows that wait for the next commit."""
        return self._buffered

    def add(self, batch: Batch, device_of: Callable[[str], int | None]) -> None:
        """Take a batch; when the buffer is full, its oldest batches are dropped and counted."""
        self._count(batch)
        clients = [(address, device_of(address) or 0) for address in batch.clients]
        self._buffer.append(_Waiting(clients, batch.keys, batch.rows))
        self._buffered += len(batch.rows)
        while self._buffered > MAX_BUFFERED:
            oldest = self._buffer.popleft()
            self._buffered -= len(oldest.rows)
            self.drop(len(oldest.rows))

    def drop(self, count: int) -> None:
        """Count rows that were lost on the way here, such as those of a message that did not read."""
        self.dropped += count
        self._drops[RECORDER] = self._drops.get(RECORDER, 0) + count

    def commit(self) -> int:
        """Write all that waits in one transaction and return the number of rows.

        Raises sqlite3.Error (disk full, locked, …); then nothing was written and everything still waits.
        """
        if not self._buffer and not self._drops:
            return 0
        try:
            with transaction(self._con):
                self._words.refresh()
                now_us = self._now_us()
                rows = self._rows(now_us)
                self._write(rows)
                if rows:
                    self.roller.late(rows[0][0], [row[0] for row in rows])
                self._write_seen(rows)
                self._write_drops(now_us)
        except BaseException:
            self._words.forget()  # ids that the rollback took back
            raise
        self._buffer.clear()
        self._buffered = 0
        self._drops.clear()
        self.written += len(rows)
        return len(rows)

    def _count(self, batch: Batch) -> None:
        """What the worker dropped since its batch before, and the rows that it sent but that never came to be written.

        Those went with a recorder that was killed. A new process counts from nothing, and so does a new log.
        """
        started, dropped, received = self._counted.get(batch.worker, (-1, 0, batch.sent))
        if started not in (-1, batch.started_us):
            dropped = received = 0
        if batch.dropped > dropped:
            self._drops[batch.worker] = self._drops.get(batch.worker, 0) + batch.dropped - dropped
        if batch.sent > received:
            self.drop(batch.sent - received)
        self._counted[batch.worker] = (batch.started_us, batch.dropped, batch.sent + len(batch.rows))

    def _now_us(self) -> int:
        """The clock, or while that was never set the newest time that the log knows."""
        now = self._clock_us()
        if EARLIEST_US <= now < LATEST_US:
            return now
        newest = self._con.execute("SELECT max(time_us) FROM records").fetchone()[0]
        return max(newest or 0, EARLIEST_US)

    def _rows(self, now_us: int) -> list[_LogRow]:
        """All that waits in integers, by time, no two at the same. A nonsense time becomes now."""
        words, rows = self._words, []
        for waiting in self._buffer:
            clients = [words.client(address, device) for address, device in waiting.clients]
            keys = [(words.name(key.name), words.outcome(key)) for key in waiting.keys]
            rows += [
                (at if EARLIEST_US <= at < LATEST_US else now_us, clients[client], *keys[key], duration)
                for at, client, key, duration in waiting.rows
            ]
        rows.sort(key=itemgetter(0))
        before = 0
        for number, row in enumerate(rows):
            if row[0] <= before:
                rows[number] = row = (before + 1, *row[1:])
            before = row[0]
        return rows

    def _write(self, rows: list[_LogRow]) -> None:
        """Insert them; where the log holds a time already, one by one at the next free microsecond."""
        self._con.execute("SAVEPOINT all_at_once")
        try:
            self._con.executemany(_INSERT, rows)
        except sqlite3.IntegrityError:
            self._con.execute("ROLLBACK TO all_at_once")
            self._write_between(rows)
        self._con.execute("RELEASE all_at_once")

    def _write_between(self, rows: list[_LogRow]) -> None:
        floor = 0
        for number, row in enumerate(rows):
            at = self._free_from(max(row[0], floor))
            rows[number] = row = (at, *row[1:])
            self._con.execute(_INSERT, row)
            floor = at + 1

    def _free_from(self, at: int) -> int:
        """The first microsecond from this one on that no record holds."""
        for (taken,) in self._con.execute("SELECT time_us FROM records WHERE time_us >= ? ORDER BY time_us", (at,)):
            if taken != at:
                break
            at += 1
        return at

    def _write_seen(self, rows: list[_LogRow]) -> None:
        last = {row[1]: row[0] for row in rows}
        first = {row[1]: row[0] for row in reversed(rows)}
        self._con.executemany(
            """UPDATE clients SET first_us = min(COALESCE(first_us, ?1), ?1), last_us = max(COALESCE(last_us, ?2), ?2)
               WHERE id = ?3""",
            [(first[client], last[client], client) for client in last],
        )

    def _write_drops(self, now_us: int) -> None:
        for worker, count in self._drops.items():
            newest = self._con.execute("SELECT max(time_us) FROM drops WHERE time_us >= ?", (now_us,)).fetchone()[0]
            at = now_us if newest is None else newest + 1
            self._con.execute("INSERT INTO drops (time_us, worker, count) VALUES (?, ?, ?)", (at, worker, count))
        self._con.executemany(
            "INSERT OR REPLACE INTO counted (worker, started_us, dropped, received) VALUES (?, ?, ?, ?)",
            [(worker, *counted) for worker, counted in self._counted.items()],
        )


class _Waiting(NamedTuple):
    clients: list[tuple[str, int]]
    keys: list[Key]
    rows: list[Row]
