# SPDX-License-Identifier: GPL-3.0-or-later
"""What a worker tells the recorder: a batch of finished queries as one packet of bytes, and back.

    head (48 bytes: magic, version, counts) │ JSON [clients, outcomes, rules] │ names, by lines
        │ the outcome of each key (u16) │ of all rows: time (u64) │ client (u16) │ key (u16) │ duration (u32)

A key is a name, a rule, and one of the few outcomes, by its number; there are no rules where no key has one. Columns
are packed and read as a whole, which takes a tenth of the time that rows do, in the machine's own byte order: both ends
are on it. Pure.
"""

import json
import struct
from array import array
from functools import lru_cache
from typing import Any

from store.log.batches import DURATIONS, NUMBERS, TIMES, BadBatch, Columns
from store.log.records import OUTCOME, Outcome

MAX_ROWS = 4096  # a batch stays one message, and a lost one loses little
MAX_BYTES = 180_000  # below the default socket buffer of Linux (212,992), so that one message always fits
MAX_TEXT = 4096  # a name is at most 1,016 characters with every byte escaped; upstreams and ids are shorter
MAX_OUTCOMES = 4096  # remembered as checked, some 1 MiB; a home has hundreds

_HEAD = struct.Struct("<4sHHqqqIIHHH2x")
_ROW_BYTES = 16
_MAGIC = b"TTqb"
_VERSION = 5
_BETWEEN = "\n"  # stands in no name: what is not a letter of a host name is escaped there


def pack(batch: Columns) -> bytes:
    """One message of at most MAX_BYTES and MAX_ROWS; raises BadBatch when the batch does not fit."""
    try:
        rules = batch.rules if any(batch.rules) else []
        words = json.dumps([batch.clients, batch.outcomes, rules], separators=(",", ":")).encode()
        names = _BETWEEN.join(batch.names).encode()
        head = _HEAD.pack(
            _MAGIC, _VERSION, batch.worker, batch.dropped, batch.started_us, batch.sent,
            len(words), len(names), len(batch.clients), len(batch.names), len(batch),
        )  # fmt: skip
    except (struct.error, ValueError, TypeError) as error:
        raise BadBatch(f"The batch cannot be packed: {error}.") from None
    if len(batch) > MAX_ROWS:
        raise BadBatch(f"A batch holds at most {MAX_ROWS} rows, this one {len(batch)}.")
    if names.count(b"\n") != max(0, len(batch.names) - 1):
        raise BadBatch("A name of the batch has two lines.")
    message = b"".join((
        head, words, names, batch.outcome_of, batch.times, batch.client_of, batch.key_of, batch.durations
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
    clients, outcomes, rules = _words(data[_HEAD.size : at])
    names, rules = _names(data[at : at + name_bytes], n_keys), rules or [""] * n_keys
    if len(clients) != n_clients or len(names) != n_keys or len(rules) != n_keys:
        raise BadBatch("The batch holds other words than it counts.")
    outcome_of, times, client_of, key_of, durations = _arrays(data, at + name_bytes, n_keys, n_rows)
    if max(client_of, default=-1) >= n_clients or max(key_of, default=-1) >= n_keys:
        raise BadBatch("A row points past the words of its batch.")
    if max(outcome_of, default=-1) >= len(outcomes):
        raise BadBatch("A key points past the words of its batch.")
    return Columns(
        worker, dropped, started_us, sent, clients, names, rules, outcomes, outcome_of, times, client_of, key_of,
        durations,
    )  # fmt: skip


def _arrays(data: bytes, at: int, n_keys: int, n_rows: int) -> "list[array[int]]":
    arrays = []
    for code, length in (
        (NUMBERS, n_keys), (TIMES, n_rows), (NUMBERS, n_rows), (NUMBERS, n_rows), (DURATIONS, n_rows)
    ):  # fmt: skip
        numbers = array(code)
        end = at + length * numbers.itemsize
        numbers.frombytes(data[at:end])
        arrays.append(numbers)
        at = end
    return arrays


def _names(data: bytes, number: int) -> list[str]:
    try:
        names = data.decode().split(_BETWEEN) if number else []
    except UnicodeDecodeError as error:
        raise BadBatch(f"The names of the batch do not read: {error}") from None
    if max(map(len, names), default=0) > MAX_TEXT:
        raise BadBatch("A name of the batch is too long.")
    return names


def _words(data: bytes) -> tuple[list[str], list[Outcome], list[str]]:
    try:
        clients, outcomes, rules = json.loads(data)
        _check_texts({*clients, *rules})
        return list(clients), [_outcome(*values) for values in outcomes], list(rules)
    except (ValueError, TypeError, RecursionError) as error:
        raise BadBatch(f"The words of the batch do not read: {error}") from None


@lru_cache(MAX_OUTCOMES)
def _outcome(*values: Any) -> Outcome:
    _check_texts({value for value, field in zip(values, OUTCOME, strict=True) if field.table})
    for value, field in zip(values, OUTCOME, strict=True):
        if not field.table and not (type(value) is int and 0 <= value <= 0xFFFF):
            raise BadBatch("A number of the batch is out of range.")
        if field.values is not None:
            field.values(value)
    return values


def _check_texts(texts: set[str]) -> None:
    "".join(texts).encode()  # a TypeError for what is no text; half a surrogate pair would not survive the database
    if max(map(len, texts), default=0) > MAX_TEXT:
        raise BadBatch("A word of the batch is too long.")
