# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker tells the recorder: a batch of finished queries as one packet of bytes, and back.

    head (48 bytes: magic, version, counts) │ JSON [clients, rests] │ names, by lines
        │ a rest of each key (u16) │ of all rows: time (u64) │ client (u16) │ key (u16) │ duration (u32)

A key is a name and one of the few rests, by its number. Columns are packed and read as a whole, which takes a tenth of
the time that rows do; in the machine's own byte order, since both ends are on it. Pure.
"""

import json
import struct
from array import array
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)


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


Rest = tuple[int, int, int, str, str, int, str]
"""A key without its name."""

Row = tuple[int, int, int, int]
"""(time in µs since 1970, number in `clients`, number in `keys`, duration in µs)"""


@dataclass(slots=True)
class Batch:
    """By rows, as a person says it. `dropped` and `sent` are cumulative since the worker's start at `started_us`, so a
    lost batch shows as a gap; `sent` counts the rows of all earlier batches.
    """

    worker: int
    dropped: int
    started_us: int
    clients: list[str]
    keys: list[Key]
    rows: list[Row]
    sent: int = 0


@dataclass(slots=True)
class Columns:
    """A batch as it travels and is written. A key is its name and the number of its rest."""

    worker: int
    dropped: int
    started_us: int
    sent: int
    clients: list[str]
    names: list[str]
    rests: list[Rest]
    rest_of: "array[int]"
    times: "array[int]"
    client_of: "array[int]"
    key_of: "array[int]"
    durations: "array[int]"

    def __len__(self) -> int:
        """How many rows."""
        return len(self.times)

    def batch(self) -> Batch:
        """The same by rows."""
        keys = [Key(name, *self.rests[rest]) for name, rest in zip(self.names, self.rest_of, strict=True)]
        rows = list(zip(self.times, self.client_of, self.key_of, self.durations, strict=True))
        return Batch(self.worker, self.dropped, self.started_us, self.clients, keys, rows, self.sent)


MAX_ROWS = 4096  # a batch stays one message, and a lost one loses little
MAX_BYTES = 180_000  # below the default socket buffer of Linux (212,992), so that one message always fits
MAX_TEXT = 4096  # a name is at most 1,016 characters with every byte escaped; upstreams and ids are shorter
MAX_RESTS = 4096  # remembered as checked, some 1 MiB; a home has hundreds

_HEAD = struct.Struct("<4sHHqqqIIHHH2x")
_TIMES, _NUMBERS, _DURATIONS = "Q", "H", "I"
_ROW_BYTES = 16
_MAGIC = b"TTqb"
_VERSION = 4
_NAME, _REST = itemgetter(0), itemgetter(slice(1, None))
_BETWEEN = "\n"  # stands in no name: what is not a letter of a host name is escaped there


def columns(batch: Batch) -> Columns:
    """A batch by columns; raises BadBatch when a number is out of range."""
    times, clients, keys, durations = zip(*batch.rows, strict=True) if batch.rows else ((), (), (), ())
    try:
        return _columns(
            (batch.worker, batch.dropped, batch.started_us, batch.sent), batch.clients, batch.keys,
            times, array(_NUMBERS, clients), array(_NUMBERS, keys), durations,
        )  # fmt: skip
    except OverflowError as error:
        raise BadBatch(f"A number of the batch is out of range: {error}.") from None


def gather(
    counts: tuple[int, int, int, int], clients: list[str], keys: list[Key], times: Sequence[int],
    durations: Sequence[int],
) -> Columns:  # fmt: skip
    """Rows as the columns of what each has; counts: worker, dropped, started_us, sent. Raises BadBatch as `columns`.

    The same key is known by its identity, which is cheap; equal ones may be sent twice.
    """
    ids = list(map(id, keys))
    of_id = dict(zip(ids, keys, strict=True))
    places = dict(zip(of_id, count(), strict=False))
    try:
        distinct, client_of = numbered(clients)
        key_of = array(_NUMBERS, map(places.__getitem__, ids))
        return _columns(counts, distinct, list(of_id.values()), times, client_of, key_of, durations)
    except OverflowError as error:
        raise BadBatch(f"A number of the batch is out of range: {error}.") from None


def numbered(values: Sequence[T]) -> tuple[list[T], "array[int]"]:
    """The different ones in their order, and for each value its number among them."""
    places = dict(zip(dict.fromkeys(values), count(), strict=False))
    return list(places), array(_NUMBERS, map(places.__getitem__, values))


def pack(said: Columns) -> bytes:
    """One message of at most MAX_BYTES and MAX_ROWS; raises BadBatch when the batch does not fit."""
    try:
        words = json.dumps([said.clients, said.rests], separators=(",", ":")).encode()
        names = _BETWEEN.join(said.names).encode()
        head = _HEAD.pack(
            _MAGIC, _VERSION, said.worker, said.dropped, said.started_us, said.sent,
            len(words), len(names), len(said.clients), len(said.names), len(said),
        )  # fmt: skip
    except (struct.error, ValueError, TypeError) as error:
        raise BadBatch(f"The batch cannot be packed: {error}.") from None
    if len(said) > MAX_ROWS:
        raise BadBatch(f"A batch holds at most {MAX_ROWS} rows, this one {len(said)}.")
    if names.count(b"\n") != max(0, len(said.names) - 1):
        raise BadBatch("A name of the batch has two lines.")
    message = b"".join((
        head, words, names, said.rest_of, said.times, said.client_of, said.key_of, said.durations
    ))  # fmt: skip
    if len(message) > MAX_BYTES:
        raise BadBatch(f"A batch is at most {MAX_BYTES} bytes; split it.")
    return message


def unpack(data: bytes) -> Columns:
    """The batch in these bytes; raises BadBatch for anything else, whatever the bytes."""
    if len(data) < _HEAD.size or len(data) > MAX_BYTES:
        raise BadBatch(f"A batch of {len(data)} bytes.")
    magic, version, worker, dropped, started_us, sent, size, name_bytes, n_clients, n_keys, n_rows = _HEAD.unpack_from(
        data
    )
    if magic != _MAGIC or version != _VERSION:
        raise BadBatch("Not a batch of this version.")
    whole = _HEAD.size + size + name_bytes + 2 * n_keys + _ROW_BYTES * n_rows
    if len(data) != whole or n_rows > MAX_ROWS or min(dropped, started_us, sent) < 0:
        raise BadBatch("The counts of the batch do not fit its size.")
    at = _HEAD.size + size
    clients, rests = _words(data[_HEAD.size : at])
    names = _names(data[at : at + name_bytes], n_keys)
    if len(clients) != n_clients or len(names) != n_keys:
        raise BadBatch("The batch holds other words than it counts.")
    rest_of, times, client_of, key_of, durations = _arrays(data, at + name_bytes, n_keys, n_rows)
    if max(client_of, default=-1) >= n_clients or max(key_of, default=-1) >= n_keys:
        raise BadBatch("A row points past the words of its batch.")
    if max(rest_of, default=-1) >= len(rests):
        raise BadBatch("A key points past the words of its batch.")
    return Columns(
        worker, dropped, started_us, sent, clients, names, rests, rest_of, times, client_of, key_of, durations
    )


def _columns(
    counts: tuple[int, int, int, int], clients: list[str], keys: list[Key], times: Iterable[int],
    client_of: "array[int]", key_of: "array[int]", durations: Iterable[int],
) -> Columns:  # fmt: skip
    rests, rest_of = numbered(list(map(_REST, keys)))
    return Columns(
        *counts, clients, list(map(_NAME, keys)), rests, rest_of,
        array(_TIMES, times), client_of, key_of, array(_DURATIONS, durations),
    )  # fmt: skip


def _arrays(data: bytes, at: int, n_keys: int, n_rows: int) -> "list[array[int]]":
    found = []
    for code, length in (
        (_NUMBERS, n_keys), (_TIMES, n_rows), (_NUMBERS, n_rows), (_NUMBERS, n_rows), (_DURATIONS, n_rows)
    ):  # fmt: skip
        numbers = array(code)
        end = at + length * numbers.itemsize
        numbers.frombytes(data[at:end])
        found.append(numbers)
        at = end
    return found


def _names(data: bytes, number: int) -> list[str]:
    try:
        names = data.decode().split(_BETWEEN) if number else []
    except UnicodeDecodeError as error:
        raise BadBatch(f"The names of the batch do not read: {error}") from None
    if max(map(len, names), default=0) > MAX_TEXT:
        raise BadBatch("A name of the batch is too long.")
    return names


def _words(data: bytes) -> tuple[list[str], list[Rest]]:
    try:
        clients, rests = json.loads(data)
        _check_texts({*clients})
        return list(clients), [_rest(*rest) for rest in rests]
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
