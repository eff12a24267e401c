# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker tells the recorder: a batch of finished queries as one packet of bytes, and back.

Layout: a 48-byte head (magic, version, counts), JSON `[clients, rests, names, numbers]`, then 16 bytes a row `<QHHI`.
A key is a name and one of the few rests, by its number. Pure.
"""

import json
import struct
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import starmap
from operator import itemgetter
from typing import Any, NamedTuple


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


NO_ANSWER = 0xFFFF  # in place of a response's code, which has twelve bits at most: the query was dropped


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
MAX_RESTS = 4096  # remembered as checked, some 1 MiB; a home has hundreds

_HEAD = struct.Struct("<4sHHqqqIHHI4x")
_ROW = struct.Struct("<QHHI")
_CLIENT, _KEY = itemgetter(1), itemgetter(2)
_MAGIC = b"TTqb"
_VERSION = 3


def pack(batch: Batch) -> bytes:
    """One message of at most MAX_BYTES and MAX_ROWS; raises BadBatch when the batch does not fit."""
    rests: dict[tuple[Any, ...], int] = {}
    numbers = [rests.setdefault(key[1:], len(rests)) for key in batch.keys]
    names = [key.name for key in batch.keys]
    words = json.dumps([batch.clients, list(rests), names, numbers], separators=(",", ":")).encode()
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
    if rows and (max(map(_CLIENT, rows)) >= n_clients or max(map(_KEY, rows)) >= n_keys):
        raise BadBatch("A row points past the words of its batch.")
    return Batch(worker, dropped, started_us, clients, keys, rows, sent)


def _words(data: bytes) -> tuple[list[str], list[Key]]:
    try:
        clients, rests, names, numbers = json.loads(data)
        _check_texts({*clients, *names})
        made = [_rest(*rest) for rest in rests]
        if numbers and not 0 <= min(numbers) <= max(numbers) < len(made):
            raise BadBatch("A key points past the words of its batch.")
        new = tuple.__new__  # a third of the time of Key(…), and there are many
        pairs = zip(names, numbers, strict=True)
        return list(clients), [new(Key, (name, *made[number])) for name, number in pairs]
    except (ValueError, TypeError, RecursionError) as error:
        raise BadBatch(f"The words of the batch do not read: {error}") from None


@lru_cache(MAX_RESTS)
def _rest(
    qtype: int, verdict: int, origin: int, blocklist: str, rule: str, rcode: int, upstream: str
) -> tuple[int, int, int, str, str, int, str]:
    _check_texts({blocklist, rule, upstream})
    if not all(type(number) is int and 0 <= number <= 0xFFFF for number in (qtype, verdict, origin, rcode)):
        raise BadBatch("A number of the batch is out of range.")
    return qtype, Verdict(verdict).value, Origin(origin).value, blocklist, rule, rcode, upstream


def _check_texts(texts: set[str]) -> None:
    "".join(texts).encode()  # a TypeError for what is no text; half a surrogate pair would not survive the database
    if max(map(len, texts), default=0) > MAX_TEXT:
        raise BadBatch("A word of the batch is too long.")


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
