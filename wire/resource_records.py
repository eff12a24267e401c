# SPDX-License-Identifier: GPL-3.0-or-later
"""Records on their own: read with their names in full, made, and written again with as few bytes as names allow.

A record cannot just be cut out of a packet: names behind it point into what stands before them. So whoever leaves one
out, or makes a response shorter, reads all and writes all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from wire import svcb
from wire.message import RECORD
from wire.names import Malformed, from_labels, read_labels, skip_name, to_wire
from wire.types import AAAA, CNAME, DNAME, HTTPS, IN, MX, NS, PTR, SERVFAIL, SOA, SVCB, TXT, A

QUESTION_NAME = b"\xc0\x0c"  # a pointer to the name in the question
ADDRESS_SIZES = {A: 4, AAAA: 16}  # bytes

_unpack = RECORD.unpack_from
_TEXT = 255  # bytes of one character-string of TXT
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


Place = tuple[int, int, int, int, int, int]  # offset of the owner, type, class, TTL, start and end of the data


def walk(packet: bytes, position: int, count: int) -> Iterator[Place]:
    """Where the next `count` records stand from `position` on; raises Malformed where they are cut off."""
    size = len(packet)
    for _ in range(count):
        owner, position = position, skip_name(packet, position)
        if position + 10 > size:
            raise Malformed("a record is cut off", SERVFAIL)
        rtype, rclass, ttl, length = _unpack(packet, position)
        start, position = position + 10, position + 10 + length
        if position > size:
            raise Malformed("a record's data is cut off", SERVFAIL)
        yield owner, rtype, rclass, ttl, start, position


def read(packet: bytes, position: int, count: int) -> tuple[list[Record], int]:
    """`count` records from `position` on, and the offset behind them. Raises Malformed."""
    records = []
    for owner, rtype, rclass, ttl, start, end in walk(packet, position, count):
        records.append(Record(full_name(packet, owner), rtype, rclass, ttl, _data(packet, rtype, start, end)))
        position = end
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


def addresses(packet: bytes, position: int, count: int) -> Iterator[tuple[bytes, int]]:
    """(address of 4 or 16 bytes, TTL) of every A, AAAA and address hint among the next `count` records; Malformed."""
    for _, rtype, _, ttl, start, end in walk(packet, position, count):
        size = ADDRESS_SIZES.get(rtype)
        if size is not None:
            if end - start == size:
                yield packet[start:end], ttl
        elif rtype in (SVCB, HTTPS):
            for hint in svcb.hints(packet, start, end):
                yield hint, ttl


def pack(rtype: int, ttl: int, data: bytes, owner: bytes = QUESTION_NAME) -> bytes:
    """One record of class IN, under the name in the question where no other `owner` is given (as on the wire)."""
    return owner + RECORD.pack(rtype, IN, ttl, len(data)) + data


def data_from_text(rtype: int, text: str) -> bytes:
    """The data that a zone file has as `text`: addresses, names, TXT, SVCB and HTTPS, numbers before a name (MX, SRV).

    Raises ValueError or struct.error for anything else.
    """
    if rtype == A:
        return IPv4Address(text).packed
    if rtype == AAAA:
        return IPv6Address(text).packed
    if rtype == TXT:
        data = text.encode()
        parts = (data[at : at + _TEXT] for at in range(0, len(data), _TEXT))
        return b"".join(bytes((len(part),)) + part for part in parts)
    if rtype in (SVCB, HTTPS):
        return svcb.from_text(text)
    *numbers, name = text.split()
    return b"".join(struct.pack("!H", int(number)) for number in numbers) + to_wire(name)


def full_name(packet: bytes, position: int) -> bytes:
    """The name at `position` as on the wire, without pointers. Raises Malformed where `read_name` does."""
    return from_labels(read_labels(packet, position))


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
