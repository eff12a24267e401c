# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished queries on their way to the recorder: noted in a list, sent in batches, never waited for.

`note` is on the fast path: it appends one tuple. When the recorder does not take batches, the list grows to its bound;
then queries are still answered, and the records that are lost are counted and told with the next batch.
"""

from __future__ import annotations

import socket
import time

from store import records
from store.records import BadBatch, Batch, Key

BATCH_ROWS = 512  # rows that are sent at once, some 30 KB
PENDING_MAX = 50_000  # rows kept while the recorder is away: about a minute of a very busy home, some 10 MB
FLUSH_SECONDS = 0.1  # what a record waits at most before it is sent

Note = tuple[int, str, Key, int]  # monotonic µs, client, key, duration in µs


class Recorder:
    """The worker's end of its record socket."""

    def __init__(self, worker: int, sock: socket.socket) -> None:
        self.worker, self.dropped, self.sent = worker, 0, 0
        self._sock = sock
        self._started_us = time.time_ns() // 1000
        self._pending: list[Note] = []

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        """Note a finished query. Never blocks, never raises."""
        pending = self._pending
        if len(pending) >= PENDING_MAX:
            self.dropped += 1
            return
        pending.append((now_us, client, key, duration_us))

    def note_all(self, now_us: int, answered: list[tuple[str, Key]], duration_us: int) -> None:
        """Note queries that were read and answered together. Never blocks, never raises."""
        pending = self._pending
        if len(pending) + len(answered) > PENDING_MAX:
            self.dropped += len(answered)
            return
        pending += [(now_us, client, key, duration_us) for client, key in answered]

    @property
    def pending(self) -> int:
        return len(self._pending)

    @property
    def noted(self) -> int:
        """Finished queries since the start, whether their record is sent, waits, or was dropped."""
        return self.sent + len(self._pending) + self.dropped

    def flush(self) -> bool:
        """Send what is noted; False when the recorder takes no more now."""
        offset_us = (time.time_ns() - time.monotonic_ns()) // 1000  # notes carry the clock that never jumps
        while self._pending:
            chunk = self._pending[:BATCH_ROWS]
            message, count = self._pack(chunk, offset_us)
            try:
                if message:
                    self._sock.send(message)
                    self.sent += count
            except (BlockingIOError, InterruptedError):
                return False
            except OSError:  # nobody holds the other end
                return False
            del self._pending[:count]
        return True

    def _pack(self, notes: list[Note], offset_us: int) -> tuple[bytes, int]:
        """As many of `notes` as one message holds; a note that fits in none is dropped, and the message empty."""
        while True:
            try:
                return records.pack(self._batch(notes, offset_us)), len(notes)
            except BadBatch:
                if len(notes) == 1:
                    self.dropped += 1
                    return b"", 1
                notes = notes[: len(notes) // 2]

    def _batch(self, notes: list[Note], offset_us: int) -> Batch:
        clients: dict[str, int] = {}
        numbers: dict[int, int] = {}  # by identity, which is cheap: the notes keep their keys alive
        keys: list[Key] = []
        rows = []
        for now_us, client, key, duration_us in notes:
            number = numbers.get(id(key))
            if number is None:
                number = numbers[id(key)] = len(keys)
                keys.append(key)
            rows.append((now_us + offset_us, clients.setdefault(client, len(clients)), number, duration_us))
        addresses = [client.partition("%")[0] for client in clients]  # a link-local one comes with its interface
        return Batch(self.worker, self.dropped, self._started_us, addresses, keys, rows, self.sent)
