# SPDX-License-Identifier: GPL-3.0-or-later
"""Codec between a resolver worker and the firewall process: which addresses a client was told, and for how long. Pure.

One message is a magic, and rows of fixed size: the firewall process holds a privilege, so it parses nothing cleverer.
"""

import struct
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

from wire.addresses import Address, plain

_MAGIC = b"ANS1"
_ROW = struct.Struct("<16s16sI")
MAX_ROWS = 256  # of one message, some 9 KB: more addresses than any answer holds
MAX_BYTES = len(_MAGIC) + MAX_ROWS * _ROW.size
MAX_TTL = 604_800  # a week, as RFC 8767 caps it

Row = tuple[bytes, bytes, int]  # client, address (16 bytes each, IPv4 mapped into IPv6), TTL in seconds


class BadAnswers(ValueError):  # noqa: N818 - named for what it is
    """Bytes that are no message of answers."""


def packed(address: bytes | str) -> bytes:
    """16 bytes for an address in 4 or 16 bytes, or as text with or without its interface; raises ValueError."""
    raw = ip_address(address.partition("%")[0]).packed if isinstance(address, str) else address
    if len(raw) == 4:
        return bytes(10) + b"\xff\xff" + raw
    if len(raw) != 16:
        raise ValueError("no address")
    return raw


def unpacked(raw: bytes) -> Address:
    """The address in 16 bytes."""
    return plain(IPv6Address(raw))


def pack(rows: Iterable[Row]) -> bytes:
    """One message of up to MAX_ROWS rows; the rest is left out."""
    return _MAGIC + b"".join(
        [_ROW.pack(client, address, min(ttl, MAX_TTL)) for client, address, ttl in rows][:MAX_ROWS]
    )


def unpack(data: bytes) -> list[tuple[Address, Address, int]]:
    """(client, address, TTL) of each row; raises BadAnswers for anything else, whatever the bytes."""
    body = data[len(_MAGIC) :]
    if not data.startswith(_MAGIC) or len(data) > MAX_BYTES or len(body) % _ROW.size:
        raise BadAnswers("No message of answers.")
    return [(unpacked(client), unpacked(address), min(ttl, MAX_TTL)) for client, address, ttl in _ROW.iter_unpack(body)]
