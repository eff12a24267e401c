# SPDX-License-Identifier: GPL-3.0-or-later
"""One DNS query for the addresses of a name, and its response read: just that much of RFC 1035, bounded. Pure.

The process that asks has a power, so the response is read with care: what is not just what was asked for is nothing.
"""

import struct
from ipaddress import IPv4Address, IPv6Address, ip_address

from wire.addresses import Address

A, AAAA = 1, 28
MAX_BYTES = 1232  # of a response: what fits into a packet everywhere
MAX_RECORDS = 32  # read of one response; a service with more addresses has enough in these
_SIZES = {A: 4, AAAA: 16}
_HEADER = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHIH")


def query(name: str, qtype: int, number: int, dice: int) -> bytes:
    """A query with the id `number`; the bits of `dice` choose capitals, which a forger would have to guess as well."""
    mixed = "".join(one.upper() if dice >> at & 1 else one for at, one in enumerate(name))
    labels = b"".join(bytes((len(label),)) + label.encode("ascii") for label in mixed.split("."))
    return _HEADER.pack(number, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", qtype, 1)


def addresses(packet: bytes, asked: bytes) -> list[Address] | None:
    """The addresses in the response to `asked`; None when it is another's, is refused, or does not read."""
    if not len(asked) <= len(packet) <= MAX_BYTES or packet[:2] != asked[:2] or packet[12 : len(asked)] != asked[12:]:
        return None
    _, flags, questions, answers, _, _ = _HEADER.unpack_from(packet)
    if not flags & 0x8000 or flags & 0x7A0F or questions != 1 or answers > MAX_RECORDS:
        return None  # no response, another opcode, truncated, or an error
    (qtype,) = struct.unpack_from("!H", asked, len(asked) - 4)
    try:
        return _read(packet, len(asked), answers, qtype)
    except (struct.error, IndexError):
        return None


def _read(packet: bytes, position: int, count: int, qtype: int) -> list[Address]:
    found: list[IPv4Address | IPv6Address] = []
    for _ in range(count):
        position = _skip_name(packet, position)
        rtype, rclass, _, length = _RECORD.unpack_from(packet, position)
        position += _RECORD.size
        if position + length > len(packet):
            raise IndexError
        if (rtype, rclass, length) == (qtype, 1, _SIZES[qtype]):
            found.append(ip_address(packet[position : position + length]))
        position += length
    return found


def _skip_name(packet: bytes, position: int) -> int:
    while length := packet[position]:
        if length & 0xC0 == 0xC0:
            return position + 2
        if length & 0xC0:
            raise IndexError
        position += length + 1
    return position + 1
