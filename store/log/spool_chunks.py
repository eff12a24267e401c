# SPDX-License-Identifier: GPL-3.0-or-later
"""The chunks of which querylog.waiting is made: rows and counts to bytes, and back. Pure; see store.log.spool.

    one deflated stream of chunks, each flushed: length, CRC-32, then
        JSON [counts, drops, new clients, new names, new outcomes]
        │ of all rows: time, client, name, outcome, duration

Words have numbers that count through the stream, and a time is the step from the row before. Columns of eight bytes
lie byte by byte, all first bytes first, which deflates best: a row comes to some nine bytes, its share of the words
included.
"""

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate, islice, pairwise
from typing import Any, NamedTuple

from store.log.batches import Columns, numbered
from store.log.records import Outcome, completed

MAX_PLAIN = 32 * 1024 * 1024  # inflated; a hundred times what the rows of one commit take

WorkerCounts = Mapping[int, tuple[int, int, int]]
"""Worker → its start and what it dropped and sent, see store.log.writer."""
WaitingBatch = tuple[Columns, Sequence[int | None]]
"""A batch, and the devices of its clients as far as they were known."""

_CHUNK, _SIZES = struct.Struct("<II"), struct.Struct("<II")
_COLUMNS, _WIDE, _ALL_BITS = 5, 8, 0xFFFF_FFFF_FFFF_FFFF


class SpoolContents(NamedTuple):
    """What was read: the rows, and the counts as they were when the last of them were added."""

    counts: dict[int, tuple[int, int, int]]
    drops: dict[int, int]
    batches: list[WaitingBatch]


class ChunkWriter:
    """Makes the chunks of one file, one after the other."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(9)
        # Bounded by the rows of one commit.
        self._clients: dict[tuple[str, int | None], int] = {}
        self._names: dict[str, int] = {}
        self._outcomes: dict[Outcome, int] = {}
        self._last_us = 0

    def chunk(self, counts: WorkerCounts, drops: Mapping[int, int], batches: Iterable[WaitingBatch]) -> bytes:
        """The bytes to be added for these rows, and for the counts as they are now."""
        known = len(self._clients), len(self._names), len(self._outcomes)
        columns = [array("Q") for _ in range(_COLUMNS)]
        for batch, devices in batches:
            clients = [_number(self._clients, client) for client in zip(batch.clients, devices, strict=True)]
            names = [_number(self._names, name) for name in batch.names]
            outcomes = [_number(self._outcomes, outcome) for outcome in batch.outcomes]
            columns[0].extend(iter(batch.times))
            columns[1].extend(clients[client] for client in batch.client_of)
            columns[2].extend(names[key] for key in batch.key_of)
            columns[3].extend(outcomes[batch.outcome_of[key]] for key in batch.key_of)
            columns[4].extend(iter(batch.durations))  # of another width
        times = [self._last_us, *columns[0]]
        columns[0] = array("Q", [(after - before) & _ALL_BITS for before, after in pairwise(times)])
        self._last_us = times[-1]
        words: tuple[dict[Any, int], ...] = (self._clients, self._names, self._outcomes)
        new = [list(islice(numbers, at, None)) for numbers, at in zip(words, known, strict=True)]
        head = json.dumps([list(counts.items()), list(drops.items()), *new], separators=(",", ":")).encode()
        body = b"".join([_SIZES.pack(len(head), len(columns[0])), head, *map(_by_bytes, columns)])
        whole = _CHUNK.pack(len(body), zlib.crc32(body)) + body
        return self._stream.compress(whole) + self._stream.flush(zlib.Z_SYNC_FLUSH)


def read(stream: bytes) -> SpoolContents:
    """The chunks of a stream up to the first that does not read. Raises nothing, whatever the bytes."""
    contents, words = SpoolContents({}, {}, []), _Words([], [], [], 0)
    for body in _bodies(stream):
        try:
            words = _read_chunk(body, words, contents)
        except (ValueError, TypeError, IndexError, OverflowError, struct.error):
            break
    return contents


class _Words(NamedTuple):
    """Those of a file as far as it is read, by their numbers; and the time of the last row."""

    clients: list[tuple[str, int | None]]
    names: list[str]
    outcomes: list[Outcome]
    last_us: int


def _bodies(stream: bytes) -> Iterator[bytes]:
    plain = bytearray()
    inflate = zlib.decompressobj()
    with suppress(zlib.error):
        for at in range(len(stream)):  # one by one: what stands before the damage is good, to the last byte
            plain += inflate.decompress(stream[at : at + 1])
            if len(plain) > MAX_PLAIN:
                break
    at = 0
    while at + _CHUNK.size <= len(plain):
        size, crc = _CHUNK.unpack_from(plain, at)
        body = bytes(plain[at + _CHUNK.size : at + _CHUNK.size + size])
        if len(body) < max(size, _SIZES.size) or zlib.crc32(body) != crc:
            return
        yield body
        at += _CHUNK.size + size


def _read_chunk(body: bytes, words: _Words, contents: SpoolContents) -> _Words:
    size, rows = _SIZES.unpack_from(body)
    at = _SIZES.size + size
    counts, drops, clients, names, outcomes = json.loads(body[_SIZES.size : at])
    clients = words.clients + [(str(address), device) for address, device in clients]
    names, outcomes = words.names + names, words.outcomes + [completed(outcome) for outcome in outcomes]
    width = rows * _WIDE
    columns = [_from_bytes(body[at + number * width : at + (number + 1) * width]) for number in range(_COLUMNS)]
    times = [time & _ALL_BITS for time in accumulate(columns[0], initial=words.last_us)]
    if rows:
        contents.batches.append(_batch(times[1:], columns, clients, names, outcomes))
    contents.counts.clear()
    contents.counts.update((worker, (started, dropped, sent)) for worker, (started, dropped, sent) in counts)
    contents.drops.clear()
    contents.drops.update((worker, count) for worker, count in drops)
    return _Words(clients, names, outcomes, times[-1])


def _batch(
    times: list[int], columns: "list[array[int]]", clients: list[Any], names: list[str], outcomes: list[Any]
) -> WaitingBatch:  # fmt: skip
    distinct, client_of = numbered(columns[1])
    keys, key_of = numbered(list(zip(columns[2], columns[3], strict=True)))
    used, outcome_of = numbered([outcome for _, outcome in keys])
    batch = Columns(
        0, 0, 0, 0, [clients[number][0] for number in distinct], [names[name] for name, _ in keys],
        [outcomes[outcome] for outcome in used], outcome_of, array("Q", times), client_of, key_of,
        array("I", columns[4]),
    )  # fmt: skip
    return batch, [clients[number][1] for number in distinct]


def _number(words: dict[Any, int], word: object) -> int:
    return words.setdefault(word, len(words))


def _by_bytes(column: "array[int]") -> bytes:
    data = column.tobytes()
    return b"".join(data[place::_WIDE] for place in range(_WIDE))


def _from_bytes(data: bytes) -> "array[int]":
    rows = len(data) // _WIDE
    mixed = bytearray(len(data))
    for place in range(_WIDE):
        mixed[place::_WIDE] = data[place * rows : (place + 1) * rows]
    return array("Q", bytes(mixed))
