# SPDX-License-Identifier: GPL-3.0-or-later
"""For whom a router asks: the EDNS options with a device's MAC address or its whole address. Pure; believe no stranger.

    8      client subnet (RFC 7871), of a whole address alone: dnsmasq's `add-subnet=32,128`
    65001  MAC address, six bytes: dnsmasq's `add-mac`
    65073  the same as text, `add-mac=text`, or in base64, `add-mac=base64`
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import struct
from typing import NamedTuple

from wire.message import HEADER, RECORD
from wire.names import Malformed, skip_name
from wire.types import OPT

SUBNET, COOKIE, MAC, MAC_TEXT = 8, 10, 65001, 65073
MAX_OPTIONS = 16  # of one query that are looked at; software sends two or three
_OPTION = struct.Struct("!HH")
_LENGTHS = {1: 4, 2: 16}  # address family → bytes


def subnet(network: str) -> bytes:
    """The option that says in which network a query begins: RFC 7871 section 6; /0: that nobody is to be told."""
    parsed = ipaddress.ip_network(network)
    address = parsed.network_address.packed[: (parsed.prefixlen + 7) // 8]
    data = struct.pack("!HBB", 1 if parsed.version == 4 else 2, parsed.prefixlen, 0) + address
    return _OPTION.pack(SUBNET, len(data)) + data


class ClientOptions(NamedTuple):
    """`mac` in small letters with colons, `address` as text; "" where there is none that can be used."""

    mac: str = ""
    address: str = ""


def read(packet: bytes) -> ClientOptions:
    """What a query with a question tells; nothing where it tells nothing, or what is cut off or makes no sense."""
    mac = address = ""
    for number, (code, data) in enumerate(options(packet)):
        if number >= MAX_OPTIONS:
            break
        if code == SUBNET:
            address = address or _address(data)
        elif code in (MAC, MAC_TEXT):
            mac = mac or _mac(data)
    return ClientOptions(mac, address)


def options(packet: bytes) -> list[tuple[int, bytes]]:
    """(code, data) of each EDNS option of a query with one question; none where it does not read."""
    try:
        return _options(packet)
    except (Malformed, struct.error, IndexError):
        return []


def _options(packet: bytes) -> list[tuple[int, bytes]]:
    position = skip_name(packet, HEADER.size) + 4
    _, _, _, ancount, nscount, arcount = HEADER.unpack_from(packet)
    for _ in range(min(ancount + nscount + arcount, MAX_OPTIONS)):
        position = skip_name(packet, position)
        rtype, _, _, length = RECORD.unpack_from(packet, position)
        position += RECORD.size
        if rtype == OPT:
            return _of_data(packet[position : position + length])
        position += length
    return []


def _of_data(data: bytes) -> list[tuple[int, bytes]]:
    pairs, position = list[tuple[int, bytes]](), 0
    while position + _OPTION.size <= len(data):
        code, length = _OPTION.unpack_from(data, position)
        position += _OPTION.size
        if position + length > len(data):
            break
        pairs.append((code, data[position : position + length]))
        position += length
    return pairs


def _address(data: bytes) -> str:
    """The address of a client subnet that is one whole address."""
    if len(data) < 4:
        return ""
    family, bits, _ = struct.unpack_from("!HBB", data)
    size = _LENGTHS.get(family, 0)
    if not size or bits != size * 8 or len(data) != 4 + size:
        return ""
    return str(ipaddress.ip_address(data[4:]))


def _mac(data: bytes) -> str:
    """A MAC address in one of its three forms; not nobody's, nor a group's."""
    link = data if len(data) == 6 else _of_text(data)
    return link.hex(":") if len(link) == 6 and any(link) and not link[0] & 1 else ""


def _of_text(data: bytes) -> bytes:
    try:
        if len(data) == 8:
            return base64.b64decode(data, validate=True)
        if len(data) == 17 and data.count(b":") == 5:
            return bytes.fromhex(data.decode("ascii").replace(":", ""))
        return b""
    except (ValueError, binascii.Error):
        return b""
