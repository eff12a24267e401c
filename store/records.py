# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker tells the recorder: a batch of finished queries as one packet of bytes, and back.

Layout: a 48-byte head (magic, version, counts), JSON `[clients, keys]`, then 16 bytes a row `<QHHI`. Pure.
"""

import json
import struct
from dataclasses import dataclass
from enum import IntEnum
from itertools import starmap
from typing import NamedTuple


class Verdict(IntEnum):
    """What was decided about a query."""

    PASS = 0
    BLOCK = 1
    ALLOW = 2
    LOCAL = 3
    REFUSE = 4


class Origin(IntEnum):
    """Where the response came from."""

    MEMO = 0
    CACHE = 1
    STALE = 2
    UPSTREAM = 3
    SELF = 4


class BadBatch(ValueError):  # noqa: N818 - it names the thing
    """Bytes that are no batch; says what is wrong with them."""


class Key(NamedTuple):
    """All that many rows of a batch have in common. Empty text: none."""

    name: str
    qtype: int
    verdict: int
    origin: int
    blocklist: str
    rule: str
    rcode: int
    upstream: str


Row = tuple[int, int, int, int]
"""(time in µs since 1970, number in `clients`, number in `keys`, duration in µs)"""


@dataclass(slots=True)
class Batch:
    """`dropped` and `sent` are cumulative since the worker's start at `started_us`, so a lost batch shows as a gap.

    `sent` counts the rows of all earlier batches.
    """

    worker: int
    dropped: int
    started_us: int
    clients: list[str]
    keys: list[Key]
    rows: list[Row]
    sent: int = 0


MAX_ROWS = 4096  # a batch stays one message, and a lost one loses little
MAX_BYTES = 180_000  # below the default socket buffer of Linux (212,992), so that one message always fits
MAX_TEXT = 4096  # a name is at most 1,016 characters with every byte escaped; upstreams and ids are shorter

_HEAD = struct.Struct("<4sHHqqqIHHI4x")
_ROW = struct.Struct("<QHHI")
_MAGIC = b"TTqb"
_VERSION = 2


def pack(batch: Batch) -> bytes:
    """One message of at most MAX_BYTES and MAX_ROWS; raises BadBatch when the batch does not fit."""
    words = json.dumps([batch.clients, batch.keys], separators=(",", ":")).encode()
    if len(batch.rows) > MAX_ROWS:
        raise BadBatch(f"A batch holds at most {MAX_ROWS} rows, this one {len(batch.rows)}.")
    if _HEAD.size + len(words) + _ROW.size * len(batch.rows) > MAX_BYTES:
        raise BadBatch(f"A batch is at most {MAX_BYTES} bytes; split it.")
    try:
        head = _HEAD.pack(
            _MAGIC, _VERSION, batch.worker, batch.dropped, batch.started_us, batch.sent,
            len(words), len(batch.clients), len(batch.keys), len(batch.rows),
        )  # fmt: skip
        return b"".join((head, words, *starmap(_ROW.pack, batch.rows)))
    except struct.error as error:
        raise BadBatch(f"A number of the batch is out of range: {error}.") from None


def pack_all(batch: Batch) -> list[bytes]:
    """The batch as one message, or as several when it is too large for one. A row that fits in none is a BadBatch."""
    try:
        return [pack(batch)]
    except BadBatch:
        if len(batch.rows) < 2:
            raise
    half = len(batch.rows) // 2
    return pack_all(_part(batch, 0, half)) + pack_all(_part(batch, half, len(batch.rows)))


def unpack(data: bytes) -> Batch:
    """The batch in these bytes; raises BadBatch for anything else, whatever the bytes."""
    if len(data) < _HEAD.size or len(data) > MAX_BYTES:
        raise BadBatch(f"A batch of {len(data)} bytes.")
    magic, version, worker, dropped, started_us, sent, size, n_clients, n_keys, n_rows = _HEAD.unpack_from(data)
    if magic != _MAGIC or version != _VERSION:
        raise BadBatch("Not a batch of this version.")
    if len(data) != _HEAD.size + size + n_rows * _ROW.size or n_rows > MAX_ROWS or min(dropped, started_us, sent) < 0:
        raise BadBatch("The counts of the batch do not fit its size.")
    clients, keys = _words(data[_HEAD.size : _HEAD.size + size])
    if len(clients) != n_clients or len(keys) != n_keys:
        raise BadBatch("The batch holds other words than it counts.")
    rows: list[Row] = list(_ROW.iter_unpack(memoryview(data)[_HEAD.size + size :]))
    if rows and (max(row[1] for row in rows) >= n_clients or max(row[2] for row in rows) >= n_keys):
        raise BadBatch("A row points past the words of its batch.")
    return Batch(worker, dropped, started_us, clients, keys, rows, sent)


def _words(data: bytes) -> tuple[list[str], list[Key]]:
    try:
        clients, keys = json.loads(data)
        made = [Key(*key) for key in keys]
        texts = [*clients, *(text for key in made for text in (key.name, key.blocklist, key.rule, key.upstream))]
        if not all(len(text) <= MAX_TEXT for text in texts):
            raise BadBatch("A word of the batch is too long.")
        "".join(texts).encode()  # half a surrogate pair would not survive the database
        if not all(type(n) is int and 0 <= n <= 0xFFFF for key in made for n in (key.qtype, key.rcode)):
            raise BadBatch("A number of the batch is out of range.")
        for key in made:
            Verdict(key.verdict), Origin(key.origin)
        return list(clients), made
    except (ValueError, TypeError, RecursionError) as error:
        raise BadBatch(f"The words of the batch do not read: {error}") from None


def _part(batch: Batch, start: int, end: int) -> Batch:
    """The same batch with these of its rows only, its words renumbered."""
    rows = batch.rows[start:end]
    clients = {old: new for new, old in enumerate(dict.fromkeys(row[1] for row in rows))}
    keys = {old: new for new, old in enumerate(dict.fromkeys(row[2] for row in rows))}
    return Batch(
        batch.worker, batch.dropped, batch.started_us,
        [batch.clients[n] for n in clients], [batch.keys[n] for n in keys],
        [(time, clients[client], keys[key], duration) for time, client, key, duration in rows], batch.sent + start,
    )  # fmt: skip
