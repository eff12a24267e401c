# SPDX-License-Identifier: GPL-3.0-or-later
"""Batches in, rows out: a row is written, waits, or is counted in `drops`; none is lost unseen."""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from store.base import bulk_insert
from store.base.db import transaction
from store.base.sentences import Sentence
from store.log import last_times, late_rows
from store.log.attribution import Attribution
from store.log.batches import Batch, Columns, Reduce, address_of, columns
from store.log.interning import Interner
from store.log.losses import Losses
from store.log.name_facts import NameFacts
from store.log.rollup import GRACE_US, Rollup
from store.log.spool import Spool
from store.log.values import AHEAD_US, EARLIEST_US, LATEST_US

MAX_BUFFERED = 100_000  # rows that wait for the disk: 20 s at 5,000 a second, about 15 MiB
MAX_SEEN = 10_000  # clients whose times wait to be written, some 2 MB; of more, as in a crowd, each commit writes them


@dataclass(frozen=True, slots=True)
class Inside:
    """What a task of store.imports works with, between two commits. newest_us: up to when a row can have come."""

    con: sqlite3.Connection
    interner: Interner
    rollup: Rollup
    now_us: int
    newest_us: int
    settle: Callable[[], object] = lambda: None  # writes what waits


class Writer:
    """The sole writer of one query log. `facts` say of a new name whose it is and what for."""

    def __init__(
        self,
        con: sqlite3.Connection,
        facts: NameFacts,
        clock_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        spool: Path | None = None,
        tell: Callable[[Sentence], None] = lambda sentence: None,
        between: Callable[[], object] = bulk_insert.at_once,
    ) -> None:
        """spool: the file in which rows may wait, see store.log.spool; with none, `save` does nothing.

        tell: hears in a sentence of what that file could not give back. between: called between two small pieces of
        work, some tenths of a millisecond each.
        """
        self._between = between
        self._losses = Losses(con)
        self.written = 0
        self._con = con
        self._clock_us = clock_us
        self.rollup = Rollup(con)
        self._interner = Interner(con, facts, between)
        self._attribution = Attribution(con, facts, self._interner)
        self._buffer: deque[_Waiting] = deque()
        self._buffered = 0
        self._oldest_us = 0  # of those that wait, as far as the first batch tells
        mark = "SELECT value FROM marks WHERE key = 'spooled'"
        self._spool = None if spool is None else Spool(spool, con.execute(mark).fetchone()[0], tell)
        self._saved = 0  # of the batches in the buffer, how many stand in the spool
        self._seen = last_times.missed(con, self._newest_us())
        self._reduce: Reduce | None = None  # None: everything is written down
        # Whether there were rows that are not written down, only counted as come; how many such since the start.
        self._passed_over, self._left_out = False, 0

    @property
    def dropped(self) -> int:
        """Rows that this writer had to let go since its start."""
        return self._losses.dropped

    @property
    def buffered(self) -> int:
        """Rows that wait for the next commit."""
        return self._buffered

    def add(self, batch: Batch | Columns, device_of: Callable[[str], int | None]) -> None:
        """Take a batch; when the buffer is full, its oldest batches are dropped and counted. A client that has no
        device yet is asked for once more when its rows are written."""
        if isinstance(batch, Batch):
            batch = columns(batch)
        self._losses.see(batch)
        if self._reduce is None:
            self._hold(_Waiting(batch, device_of, [device_of(address) for address in batch.clients]))
        elif (reduced := self._reduce(batch, device_of)) is not None:
            self._left_out += len(batch) - len(reduced[0])
            self._hold(_Waiting(reduced[0], device_of, reduced[1]))
        else:
            self._passed_over, self._left_out = True, self._left_out + len(batch)

    def _hold(self, waiting: "_Waiting") -> None:
        if not self._buffer:
            self._oldest_us = min(waiting.batch.times, default=0)
        self._buffer.append(waiting)
        self._buffered += len(waiting.batch)
        while self._buffered > MAX_BUFFERED:
            oldest = len(self._buffer.popleft().batch)
            self._buffered -= oldest
            self._saved = max(0, self._saved - 1)
            self.drop(oldest)

    def follow_privacy(self, reduce: Reduce | None) -> None:
        """As `LogWriter`."""
        self._reduce = reduce

    def drop(self, count: int) -> None:
        """Count rows that were lost on the way here, such as those of a message that did not read."""
        self._losses.drop(count)

    def gone(self, worker: int, started_us: int, noted: int, sent: int) -> None:
        """As `LogWriter`."""
        self._losses.gone(worker, started_us, noted, sent)

    def add_all_of(self, other: "Writer") -> None:
        """Take what waits in a writer that had no log to write to, and count what it lost meanwhile."""
        self._losses.know_first_of(other._losses, other._left_out)
        for waiting in other._buffer:  # what may not be written down is taken out of it already
            self._losses.see(waiting.batch)
            self._hold(waiting)

    def save(self) -> None:
        """Write what waits into the spool, so that it is not lost with this process. Raises OSError."""
        if self._spool is None:
            return
        if not self._spool.begun:
            self._saved = 0
        new = [(batch, devices) for batch, _, devices in islice(self._buffer, self._saved, None)]
        self._spool.add(self._losses.counted, self._losses.drops, new)
        self._saved = len(self._buffer)

    def restore(self, device_of: Callable[[str], int | None]) -> int:
        """Before anything is added: take up what a writer before this one saved and never committed; how many rows."""
        if self._spool is None:
            return 0
        counts, drops, batches, lost, last, _ = self._spool.read()
        self._losses.restore(counts, drops, lost, last)
        self._buffer.extend(_Waiting(batch, device_of, list(devices)) for batch, devices in batches)
        self._buffered = sum(len(batch) for batch, _ in batches)
        self._oldest_us = min((min(batch.times) for batch, _ in batches), default=0)
        return self._buffered

    def take_over(self, before: "Writer") -> None:
        """Of a writer whose log was lost: what it holds waits here, and what it counted counts on. Closes `before`."""
        self._buffer, self._buffered, self._oldest_us = before._buffer, before._buffered, before._oldest_us
        self._losses.take_over(before._losses)
        self.written = before.written
        if before._spool is not None:
            before._spool.close()

    def close(self) -> None:
        """After the last commit, and after the connection was closed."""
        if self._spool is None:
            return
        if self._buffered:
            self._spool.close()
        else:
            self._spool.remove()

    def forget_cached(self) -> None:
        """Drop the ids that are remembered, and SQLite's pages."""
        self._interner.forget()
        self._con.execute("PRAGMA shrink_memory")

    def roll(self) -> bool:
        """Add up a little of the hours that are over, but for those of which rows wait; whether there was any."""
        now = self._clock_us()
        return self.rollup.step(min(now, self._oldest_us + GRACE_US) if self._buffered else now)

    def follow_facts(self, facts: NameFacts) -> None:
        """As `LogWriter`."""
        self._attribution.follow(facts)

    def follow_titles(self, titles: Mapping[str, str]) -> None:
        """New lists are stored by these."""
        self._interner.titles = titles

    def attribute(self) -> bool:
        """Look at some names whose facts may have changed; whether there were any."""
        looked, moved = self._attribution.step()
        if moved:
            self.rollup.look_again()
        return looked

    def commit(self, seen: bool = True, make_room: Callable[[int], None] = lambda rows: None) -> int:
        """Write all that waits in one transaction and return the number of rows.

        When each client was seen is written only with `seen`: it costs a page, and can wait until somebody looks.
        make_room: called first with that number, in the transaction; see store.log.retention.
        Raises sqlite3.Error (disk full, locked, …); then nothing was written and everything still waits.
        """
        if not self._buffer and not self._losses.drops and not self._passed_over:
            return 0
        try:
            with transaction(self._con):
                self._interner.refresh()
                now_us = self._now_us()
                times, clients, *others = self._rows(now_us)
                if times:
                    make_room(len(times))
                    times = last_times.free(self._con, times)
                    bulk_insert.insert(self._con, "records", [times, clients, *others], self._between)
                    self.rollup.invalidate(times[0], times)
                    late_rows.note(self._con, times, now_us)
                    self._between()
                    self._see(times, clients)
                if seen or len(self._seen) > MAX_SEEN:
                    self._write_seen()
                self._losses.write(self._con, now_us)
                if self._spool is not None and self._spool.live:
                    self._con.execute("UPDATE marks SET value = value + 1 WHERE key = 'spooled'")
        except BaseException:
            self._interner.forget()  # ids that the rollback took back
            raise
        if self._spool is not None and self._spool.live:
            self._spool.taken()
        self._buffer.clear()
        self._buffered = self._saved = 0
        self._losses.drops.clear()
        self._passed_over = False
        if seen or len(self._seen) > MAX_SEEN:
            self._seen.clear()
        self.written += len(times)
        return len(times)

    def inside(self) -> Inside:
        """For one step of a task."""
        return Inside(self._con, self._interner, self.rollup, self._now_us(), self._newest_us(), self._settle)

    def _settle(self) -> None:
        """What waits goes into the log, and the file in which it waited is gone."""
        self.commit()
        if self._spool is not None and not self._buffered:
            self._spool.remove()

    def _now_us(self) -> int:
        """The clock, or while that was never set the newest time that the log knows."""
        now = self._clock_us()
        if EARLIEST_US <= now < LATEST_US:
            return now
        newest = self._con.execute("SELECT max(time_us) FROM records").fetchone()[0]
        return max(newest or 0, EARLIEST_US)

    def _rows(self, now_us: int) -> list[list[int]]:
        """All that waits as columns of integers, by time: times, clients, names, outcomes, durations.

        A nonsense time becomes now.
        """
        interner, rows = self._interner, [list[int]() for _ in range(5)]
        for batch, device_of, devices in self._buffer:
            pairs = zip(batch.clients, devices, strict=True)
            owned = [(address_of(client), device or device_of(client) or 0) for client, device in pairs]
            client_ids = interner.clients(owned)
            name_ids = interner.names(batch.names)
            outcomes = interner.outcomes(batch.outcomes, batch.outcome_of, batch.rules)
            rows[0] += batch.times
            rows[1] += map(client_ids.__getitem__, batch.client_of)
            rows[2] += map(name_ids.__getitem__, batch.key_of)
            rows[3] += map(outcomes.__getitem__, batch.key_of)
            rows[4] += batch.durations
            self._between()
        times = rows[0]
        if times and not EARLIEST_US <= min(times) <= max(times) < LATEST_US:
            rows[0] = times = [at if EARLIEST_US <= at < LATEST_US else now_us for at in times]
        if times == sorted(times):  # as in a stream that memos answer
            return rows
        order = sorted(range(len(times)), key=times.__getitem__)
        return [list(map(column.__getitem__, order)) for column in rows]

    def _see(self, times: list[int], clients: list[int]) -> None:
        """Note when each client was seen. A commit that fails and is tried again notes the same once more."""
        first = dict(zip(reversed(clients), reversed(times), strict=True))
        for client, at in dict(zip(clients, times, strict=True)).items():
            before = self._seen.get(client, (first[client], at))
            self._seen[client] = (min(before[0], first[client]), max(before[1], at))

    def _write_seen(self) -> None:
        last_times.write(self._con, self._seen.items(), self._newest_us())

    def _newest_us(self) -> int:
        """Up to when a row can have come; a clock that was never set says nothing of that."""
        now = self._clock_us()
        return now + AHEAD_US if EARLIEST_US <= now < LATEST_US else LATEST_US


class _Waiting(NamedTuple):
    batch: Columns
    device_of: Callable[[str], int | None]
    devices: list[int | None]  # of batch.clients, as far as they were known
