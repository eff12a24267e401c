# SPDX-License-Identifier: GPL-3.0-or-later
"""Records on their own: read with their names in full, and written again with as few bytes as names allow.

A record cannot just be cut out of a packet: names behind it point into what stands before them. So whoever leaves one
out, or makes a response shorter, reads all and writes all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from wire.message import RECORD
from wire.names import Malformed, read_name, skip_name
from wire.types import CNAME, DNAME, MX, NS, PTR, SERVFAIL, SOA

_ONE_NAME = frozenset({NS, CNAME, PTR, DNAME})  # data that is one name, and may come compressed
_PLACES = {MX: 2}  # bytes before the one name in the data of other types that may compress it
_SQUEEZED = frozenset({NS, CNAME, PTR})  # whose data may be written compressed (RFC 3597 section 4)
_POINTER_MAX = 0x3FFF  # what 14 bits can point to


class Record(NamedTuple):
    """Names in `owner` and `data` are in full, as on the wire, in the letters in which they came."""

    owner: bytes
    rtype: int
    rclass: int
    ttl: int
    data: bytes


def read(packet: bytes, position: int, count: int) -> tuple[list[Record], int]:
    """`count` records from `position` on, and the offset behind them. Raises Malformed."""
    records = []
    for _ in range(count):
        owner, position = full_name(packet, position), skip_name(packet, position)
        if position + RECORD.size > len(packet):
            raise Malformed("a record is cut off", SERVFAIL)
        rtype, rclass, ttl, length = RECORD.unpack_from(packet, position)
        start, position = position + RECORD.size, position + RECORD.size + length
        if position > len(packet):
            raise Malformed("a record's data is cut off", SERVFAIL)
        records.append(Record(owner, rtype, rclass, ttl, _data(packet, rtype, start, position)))
    return records, position


def write(records: Iterable[Record], *, behind: bytes = b"") -> bytes:
    """The records as they stand in a packet directly behind `behind` (header and question); names point backwards."""
    places: dict[bytes, int] = {}
    if behind:
        _note(places, behind[12:-4], 12)
    body = b""
    for record in records:
        owner = _squeeze(places, record.owner, len(behind) + len(body))
        at = len(behind) + len(body) + len(owner) + RECORD.size
        data = _squeeze(places, record.data, at) if record.rtype in _SQUEEZED else record.data
        body += owner + RECORD.pack(record.rtype, record.rclass, record.ttl, len(data)) + data
    return body


def full_name(packet: bytes, position: int) -> bytes:
    """The name at `position` as on the wire, without pointers. Raises Malformed where `read_name` does."""
    read_name(packet, position)  # bounds: pointers, length
    labels = b""
    while length := packet[position]:
        if length >= 0xC0:
            position = (length & 0x3F) << 8 | packet[position + 1]
            continue
        if length > 63:
            raise Malformed("a label is too long", SERVFAIL)
        labels += packet[position : position + length + 1]
        position += length + 1
    return labels + b"\0"


def _data(packet: bytes, rtype: int, start: int, end: int) -> bytes:
    """A record's data with its names in full; of newer types names are never compressed (RFC 3597 section 4)."""
    if rtype in _ONE_NAME:
        return full_name(packet, start)
    if rtype in _PLACES:
        place = start + _PLACES[rtype]
        return packet[start:place] + full_name(packet, place)
    if rtype == SOA:
        first = skip_name(packet, start)
        return full_name(packet, start) + full_name(packet, first) + packet[skip_name(packet, first) : end]
    return packet[start:end]


def _squeeze(places: dict[bytes, int], name: bytes, at: int) -> bytes:
    """The name as it is written at the offset `at`: its end is a pointer where it stood before."""
    lower, position = name.lower(), 0
    while name[position]:
        place = places.get(lower[position:])
        if place is not None:
            _note(places, name, at, position)
            return name[:position] + (0xC000 | place).to_bytes(2, "big")
        position += name[position] + 1
    _note(places, name, at)
    return name


def _note(places: dict[bytes, int], name: bytes, at: int, end: int | None = None) -> None:
    """Remember where the name and its ends stand, up to the byte `end` of it."""
    lower, position = name.lower(), 0
    while name[position] and (end is None or position < end) and at + position <= _POINTER_MAX:
        places.setdefault(lower[position:], at + position)
        position += name[position] + 1
