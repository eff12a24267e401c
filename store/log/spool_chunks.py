# SPDX-License-Identifier: GPL-3.0-or-later
"""The chunks of which querylog.waiting is made: rows and counts to bytes, and back. Pure; see store.log.spool.

    mark │ number of the file, rows before, rows, length, CRC-32 of the body, CRC-32 of this │ the body, deflated:
        JSON [counts, drops, clients, names, outcomes]
        │ of all rows: time, client, name, outcome, duration

Each chunk stands alone, so that a damaged one takes no other with it, and says how many rows were before it: what is
missing is known to the row. A time is the step from the row before. Columns of eight bytes lie byte by byte, all first
bytes first, which deflates best: a row comes to some ten bytes, its share of the words included.

Before, a file was one deflated stream of chunks whose words had numbers through all of it (`read_stream`).
"""

import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from store.log.batches import Columns, key_columns, numbered
from store.log.records import Outcome, completed

MAX_PLAIN = 32 * 1024 * 1024  # inflated; a hundred times what the rows of one commit take

WorkerCounts = Mapping[int, tuple[int, int, int]]
"""Worker → its start and what it dropped and sent, see store.log.writer."""
WaitingBatch = tuple[Columns, Sequence[int | None]]
"""A batch, and the devices of its clients as far as they were known."""

MARK = b"TTc\xb2"
_HEAD = struct.Struct("<4sqqIIII")
_CHUNK, _SIZES = struct.Struct("<II"), struct.Struct("<II")
_COLUMNS, _WIDE, _ALL_BITS = 5, 8, 0xFFFF_FFFF_FFFF_FFFF


class SpoolContents(NamedTuple):
    """What was read: the rows, and the counts as they were when the last of them were added.

    `lost`: rows that were in the file and could not be read; `last`: of them, those after the last that could be, so
    that the counts know nothing of them. `damaged`: something did not read, were it not even known what.
    """

    counts: dict[int, tuple[int, int, int]]
    drops: dict[int, int]
    batches: list[WaitingBatch]
    lost: int = 0
    last: int = 0
    damaged: bool = False


class ChunkWriter:
    """Makes the chunks of one file, one after the other; `number` is the file's."""

    def __init__(self, number: int = 0) -> None:
        self._number, self._rows = number, 0

    def chunk(self, counts: WorkerCounts, drops: Mapping[int, int], batches: Iterable[WaitingBatch]) -> bytes:
        """The bytes to be added for these rows, and for the counts as they are now."""
        of_client: dict[tuple[str, int | None], int] = {}
        of_name: dict[str, int] = {}
        of_outcome: dict[Outcome, int] = {}
        columns = [array("Q") for _ in range(_COLUMNS)]
        for batch, devices in batches:
            clients = [_number(of_client, client) for client in zip(batch.clients, devices, strict=True)]
            names = [_number(of_name, name) for name in batch.names]
            outcomes = [_number(of_outcome, outcome) for outcome in batch.key_outcomes()]
            columns[0].extend(iter(batch.times))
            columns[1].extend(clients[client] for client in batch.client_of)
            columns[2].extend(names[key] for key in batch.key_of)
            columns[3].extend(outcomes[key] for key in batch.key_of)
            columns[4].extend(iter(batch.durations))  # of another width
        times = [0, *columns[0]]
        columns[0] = array("Q", [(after - before) & _ALL_BITS for before, after in pairwise(times)])
        words: list[list[Any]] = [list(of_client), list(of_name), list(of_outcome)]
        head = json.dumps([list(counts.items()), list(drops.items()), *words], separators=(",", ":")).encode()
        rows = len(columns[0])
        body = zlib.compress(b"".join([_SIZES.pack(len(head), rows), head, *map(_by_bytes, columns)]), 9)
        fields = _HEAD.pack(MARK, self._number, self._rows, rows, len(body), zlib.crc32(body), 0)[:-4]
        self._rows += rows
        return fields + zlib.crc32(fields).to_bytes(4, "little") + body


def read(data: bytes, number: int = 0) -> SpoolContents:
    """All chunks of file `number` that are whole, wherever the damage is. Raises nothing, whatever the bytes."""
    contents = SpoolContents({}, {}, [])
    at = good_end = known = whole = 0
    while (at := data.find(MARK, at)) >= 0:
        chunk = _chunk_at(data, at, number)
        if chunk is None:
            at += 1
            continue
        known = chunk.before + chunk.rows
        if chunk.body and _is_read(chunk.body, contents):
            whole = known
            at = good_end = chunk.end
        else:
            at += _HEAD.size
    rows = sum(len(batch) for batch, _ in contents.batches)
    return contents._replace(lost=known - rows, last=known - whole, damaged=known > rows or good_end < len(data))


class _Found(NamedTuple):
    before: int
    rows: int
    end: int
    body: bytes  # nothing where it is damaged


def _chunk_at(data: bytes, at: int, number: int) -> _Found | None:
    """The chunk whose head begins there, if it is one."""
    if at + _HEAD.size > len(data):
        return None
    _, of, before, rows, size, crc, head_crc = _HEAD.unpack_from(data, at)
    if of != number or zlib.crc32(data[at : at + _HEAD.size - 4]) != head_crc:
        return None
    end = at + _HEAD.size + size
    body = data[at + _HEAD.size : end]
    return _Found(before, rows, end, body if len(body) == size and zlib.crc32(body) == crc else b"")


def _is_read(body: bytes, contents: SpoolContents) -> bool:
    """Add a chunk to the contents; False, and nothing is added, when it is none of ours after all."""
    try:
        inflate = zlib.decompressobj()
        _read_chunk(inflate.decompress(body, MAX_PLAIN), _Words([], [], [], 0), contents)
    except (ValueError, TypeError, IndexError, OverflowError, struct.error, zlib.error):
        return False
    return True


def read_stream(stream: bytes) -> SpoolContents:
    """The chunks of a stream of before up to the first that does not read. Raises nothing, whatever the bytes."""
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
    batch = Columns(
        0, 0, 0, 0, [clients[number][0] for number in distinct],
        *key_columns([(names[name], *outcomes[outcome]) for name, outcome in keys]),
        array("Q", times), client_of, key_of, array("I", columns[4]),
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
