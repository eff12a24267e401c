# SPDX-License-Identifier: GPL-3.0-or-later
"""The data of SVCB and HTTPS records (RFC 9460): priority, target, parameters. Pure and bounded."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address

from wire.names import Malformed, skip_name, to_wire
from wire.types import SERVFAIL

# SvcParamKeys (section 14.3.2), by the words of zone files.
KEYS = {
    "mandatory": 0, "alpn": 1, "no-default-alpn": 2, "port": 3, "ipv4hint": 4, "ech": 5, "ipv6hint": 6, "dohpath": 7,
}  # fmt: skip
MANDATORY = KEYS["mandatory"]
HINT_SIZES = {KEYS["ipv4hint"]: 4, KEYS["ipv6hint"]: 16}  # key → bytes of one address
MAX_PARAMETERS = 64  # of one record; there are some ten kinds, each at most once

_PARAMETER = struct.Struct("!HH")
_unpack = _PARAMETER.unpack_from


def parameters(packet: bytes, start: int, end: int) -> list[tuple[int, int, int]]:
    """(key, start, end of its value) of each parameter of a record whose data is packet[start:end].

    One that is cut off is none, and ends the list. Raises `Malformed`: none beyond the bound goes unseen.
    """
    ranges: list[tuple[int, int, int]] = []
    position = skip_name(packet, start + 2) + 4
    while position <= end:
        key, length = _unpack(packet, position - 4)
        if position + length > end:
            break
        if len(ranges) == MAX_PARAMETERS:
            raise Malformed("a service has too many parameters", SERVFAIL)
        ranges.append((key, position, position + length))
        position += length + 4
    return ranges


def hints(packet: bytes, start: int, end: int) -> list[bytes]:
    """The addresses that the parameters of such a record hint at, 4 or 16 bytes each; raises `Malformed`."""
    hinted: list[bytes] = []
    for key, begin, stop in parameters(packet, start, end):
        size = HINT_SIZES.get(key)
        if size:
            hinted += [packet[at : at + size] for at in range(begin, stop - size + 1, size)]
    return hinted


def parameter(key: int, value: bytes) -> bytes:
    """A parameter as on the wire."""
    return _PARAMETER.pack(key, len(value)) + value


def from_text(text: str) -> bytes:
    """The data of `priority target key=value …`, parameters by ascending key; unknown ones are left out.

    Raises ValueError for what has no priority, or no name as its target.
    """
    priority, target, *words = text.split()
    values = {}
    for word in words:
        key, _, value = word.partition("=")
        encoded = _value(key.lower(), value.strip('"'))
        if encoded is not None:
            values[KEYS[key.lower()]] = encoded
    ordered = b"".join(parameter(key, values[key]) for key in sorted(values))
    return struct.pack("!H", int(priority)) + to_wire(target) + ordered


def _value(key: str, value: str) -> bytes | None:
    """A value as on the wire; None for a key or a value that makes no sense."""
    try:
        if key == "alpn":
            return b"".join(bytes((len(name),)) + name for name in (part.encode() for part in value.split(",")))
        if key == "port":
            return struct.pack("!H", int(value))
        if key == "ipv4hint":
            return b"".join(IPv4Address(part).packed for part in value.split(","))
        if key == "ipv6hint":
            return b"".join(IPv6Address(part).packed for part in value.split(","))
        if key == "mandatory":
            return b"".join(struct.pack("!H", KEYS[part]) for part in value.split(","))
    except (ValueError, KeyError, struct.error):
        return None
    return value.encode() if key == "dohpath" else b"" if key == "no-default-alpn" else None
