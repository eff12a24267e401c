# SPDX-License-Identifier: GPL-3.0-or-later
"""Finished queries on their way to the recorder: noted in lists, sent in batches, never waited for.

`note_all` is on the fast path: it makes four lists longer. When the recorder does not take batches, they grow to their
bound; then queries are still answered, and the records that are lost are counted and told with the next batch. What a
worker had noted and not sent when it was killed is known by `noted_counts`.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from resolver.kept import identities
from resolver.recorder.noted_counts import NOTED, SENT, NotedCounts
from store.log import batch_codec, batches
from store.log.batch_codec import MAX_ROWS
from store.log.batches import DEVICE_MARK, BadBatch, Columns
from store.log.records import Key, RowKey, row_key

BATCH_ROWS = 1024  # rows that are sent at once, some 40 KB: packing them takes a busy worker half a millisecond
# While queries come by the dozen at one look, as many as a message may have: a name that comes again is told once for
# all its rows, to both ends. Nobody waits longer for it: the worker has no time to spare then, in one piece or in four.
STREAM_ROWS, STREAM_LOOK = MAX_ROWS, 16
PENDING_MAX = 50_000  # rows kept while the recorder is away: about a minute of a very busy home, some 8 MB
FLUSH_SECONDS = 0.5  # what a record waits at most before it is sent, while nobody looks


# What a trusted router told with a client's address, if only the MAC address that is its name, stands behind this.
EDNS_MARK = "@"


def edns_client(address: str, mac: str) -> str:
    """A client as it is noted of whom a trusted router told the address, the MAC address, or both; "" for neither."""
    return f"{address or mac}{EDNS_MARK}{mac}"


def plain_client(noted: str) -> tuple[str, str]:
    """(the client as the log names it, the MAC that was told or "") of such a one."""
    address, _, mac = noted.partition(EDNS_MARK)
    return address, mac


def device_client(address: str, device_id: int) -> str:
    """A client as it is noted that said which device it is: over encrypted DNS, by the name or path that it asks."""
    return f"{address.partition('%')[0]}{DEVICE_MARK}{device_id}"


class RecordBuffer:
    """The worker's end of its record socket. `run`: where its counts outlive it; None: nowhere. `begun` is called when
    a record waits, the first since all were sent.
    """

    begun: Callable[[], None]

    def __init__(self, worker: int, sock: socket.socket, run: Path | None = None) -> None:
        self.worker, self.dropped, self.sent = worker, 0, 0
        self._sock = sock
        self._started_us = time.time_ns() // 1000
        self._noted = NotedCounts(run, worker, self._started_us)
        self._counts = self._noted.counts
        # One entry a row in each of the four, so that they are cut and packed as a whole.
        self._clients: list[str] = []
        self._keys: list[RowKey] = []
        self._times: list[int] = []  # monotonic µs
        self._durations: list[int] = []  # µs
        self._refused = False  # the recorder took no more; the next flush tries again
        self._stream_rows = STREAM_ROWS  # until the next flush fewer, where so many found no room in a message
        self.begun = unheard

    def note(self, now_us: int, client: str, key: Key, duration_us: int) -> None:
        """Note a finished query. Never blocks, never raises."""
        self._counts[NOTED] += 1
        pending = len(self._times)
        if not pending:
            self.begun()
        elif pending >= BATCH_ROWS and not self._has_room():
            self.dropped += 1
            return
        self._clients.append(client)
        self._keys.append(row_key(key))
        self._times.append(now_us)
        self._durations.append(duration_us)

    def note_all(self, now_us: int, clients: list[str], keys: list[RowKey], duration_us: int) -> None:
        """Note queries that were read and answered together. Never blocks, never raises.

        Each counts as a microsecond later than the one before: the log keeps no two rows of one time, and moves them.
        """
        count, pending = len(keys), len(self._times)
        self._counts[NOTED] += count
        if pending + count > PENDING_MAX:
            self.dropped += count
            return
        if not pending:
            self.begun()
        self._clients += clients
        self._keys += keys
        self._times += range(now_us, now_us + count)
        self._durations += [duration_us] * count
        most = self._stream_rows if count >= STREAM_LOOK else BATCH_ROWS
        if pending + count >= most and not self._refused:
            self._send(self._stream_rows)  # in a stream of queries, some now and then rather than all at once

    @property
    def pending(self) -> int:
        return len(self._times)

    @property
    def noted(self) -> int:
        """Finished queries since the start, whether their record is sent, waits, or was dropped."""
        return self.sent + len(self._times) + self.dropped

    def flush(self) -> bool:
        """Send what is noted; False when the recorder takes no more now."""
        self._refused, self._stream_rows = False, STREAM_ROWS
        while self._times and not self._refused:
            self._send(BATCH_ROWS)
        return not self._refused

    def say(self, word: bytes) -> None:
        """Tell the recorder something that is no batch, after all that was sent; nothing where it takes no more."""
        with suppress(OSError):
            self._sock.send(word)

    def close(self) -> None:
        """The worker ends, in order."""
        self.flush()
        self._noted.end()

    def _has_room(self) -> bool:
        """Send a batch that is full, rather than many at once later; whether one more may wait."""
        if not self._refused:
            self._send(BATCH_ROWS)
        return len(self._times) < PENDING_MAX

    def _send(self, most: int) -> None:
        """Send one message of `most` rows, or of as many as fit; a row that fits in none is dropped."""
        count = min(most, len(self._times))
        try:
            self._sock.send(batch_codec.pack(self._columns(count)))
        except BadBatch:
            if count > 1:
                self._stream_rows = max(BATCH_ROWS, count // 2)
                self._send(count // 2)
                return
            self.dropped += 1
        except OSError:  # it has no room, or nobody holds the other end
            self._refused = True
            return
        else:
            self.sent += count
            self._counts[SENT] = self.sent
        del self._clients[:count], self._keys[:count], self._times[:count], self._durations[:count]

    def _columns(self, count: int) -> Columns:
        offset_us = (time.time_ns() - time.monotonic_ns()) // 1000  # notes carry the clock that never jumps
        keys, key_of = identities.numbered(self._keys[:count])
        names, rules, outcomes = map(list, zip(*keys, strict=True))
        columns = batches.gather(
            (self.worker, self.dropped, self._started_us, self.sent),
            self._clients[:count],
            (names, rules, *identities.numbered(outcomes)),
            key_of,
            [at + offset_us for at in self._times[:count]],
            self._durations[:count],
        )
        columns.clients = [client.partition("%")[0] for client in columns.clients]  # link-local: with its interface
        return columns


def unheard() -> None:
    """Nobody orders records to be sent."""
