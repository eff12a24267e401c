# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rows never came to be written, by what workers say of themselves: each is counted in `drops`, once."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from store.log.batches import Columns

RECORDER = 0  # the number under which the recorder counts its own drops; workers count from 1

Counts = tuple[int, int, int]
"""Of a worker's process: when it started, how many rows it dropped, how many of those that it sent have come."""


class Losses:
    """All dicts are bounded by the worker's number, 16 bits in a batch and a few in life."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self.dropped = 0  # rows that were let go here, or on the way here, since the start
        self.drops: dict[int, int] = {}  # not written yet
        self.counted: dict[int, Counts] = {
            worker: (started, dropped, received)
            for worker, started, dropped, received in con.execute(
                "SELECT worker, started_us, dropped, received FROM counted"
            )
        }
        self._first: dict[int, Counts] = {}  # a worker's counts before its first batch here
        # Rows that make a gap between batches, and are no loss or counted already: of the spool's end, or left out.
        self._unseen = 0

    def drop(self, count: int) -> None:
        """Count rows that were let go, or lost on the way here, such as those of a message that did not read."""
        if count > 0:
            self.dropped += count
            self.drops[RECORDER] = self.drops.get(RECORDER, 0) + count

    def see(self, batch: Columns) -> None:
        """What the worker dropped since its batch before, and the rows that it sent but that never came to be written.

        Those went with a recorder that was killed. A new process counts from nothing, and so does a new log.
        """
        self._first.setdefault(batch.worker, (batch.started_us, 0, batch.sent))
        started, dropped, received = self.counted.get(batch.worker, (-1, 0, batch.sent))
        if started not in (-1, batch.started_us):
            dropped = received = 0
        if batch.dropped > dropped:
            self.drops[batch.worker] = self.drops.get(batch.worker, 0) + batch.dropped - dropped
        self._lack(batch.sent - received)
        self.counted[batch.worker] = (batch.started_us, batch.dropped, batch.sent + len(batch))

    def gone(self, worker: int, started_us: int, noted: int, sent: int) -> None:
        """As `LogWriter`. A process that this log knows nothing of had sent what it sent to one before it."""
        started, dropped, received = self.counted.get(worker, (-1, 0, 0))
        if started == started_us:
            self.counted[worker] = (started, dropped, max(noted - dropped, received))
            self._lack(noted - dropped - received)
        else:
            self.drop(noted - sent)

    def restore(self, counts: Mapping[int, Counts], drops: Mapping[int, int], lost: int, last: int) -> None:
        """What the spool held; `lost`: rows that it could not give back, of which `last` at its end."""
        self.counted.update(counts)
        self.drops.update(drops)
        if lost:
            self.drop(lost)
            self._unseen = last

    def know_first_of(self, other: Losses, left_out: int) -> None:
        """The batches of one that had no log come here now: what their workers had sent before is no gap, nor are the
        rows of them that were left out there."""
        for worker, counts in other._first.items():
            self.counted.setdefault(worker, counts)
        self._unseen += left_out

    def take_over(self, before: Losses) -> None:
        """Count on, for a log that is lost."""
        self.drops, self.counted, self.dropped = before.drops, before.counted, before.dropped

    def write(self, con: sqlite3.Connection, now_us: int) -> None:
        """In the transaction of the rows; `drops` are to be forgotten once it is committed."""
        for worker, count in self.drops.items():
            newest = con.execute("SELECT max(time_us) FROM drops WHERE time_us >= ?", (now_us,)).fetchone()[0]
            at = now_us if newest is None else newest + 1
            con.execute("INSERT INTO drops (time_us, worker, count) VALUES (?, ?, ?)", (at, worker, count))
        con.executemany(
            "INSERT OR REPLACE INTO counted (worker, started_us, dropped, received) VALUES (?, ?, ?, ?)",
            [(worker, *counted) for worker, counted in self.counted.items()],
        )

    def _lack(self, count: int) -> None:
        """Rows of a worker never came, but for those of `_unseen`."""
        if count > 0:
            counted_already = min(self._unseen, count)
            self._unseen -= counted_already
            self.drop(count - counted_already)
