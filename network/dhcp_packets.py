# SPDX-License-Identifier: GPL-3.0-or-later
"""A DHCPDISCOVER as a new device sends it, and who answers one with an offer (RFC 2131, RFC 2132). Pure.

Packets are whole IPv4 packets with UDP in them, as a packet socket sends and reads them: who asks has no address yet.
"""

from __future__ import annotations

import struct
from ipaddress import IPv4Address

CLIENT_PORT, SERVER_PORT = 68, 67
_COOKIE = b"\x63\x82\x53\x63"
_FIXED = 236  # bytes of a message before its cookie
_PAD, _MESSAGE_TYPE, _SERVER, _PARAMETERS, _END = 0, 53, 54, 55, 255
_DISCOVER, _OFFER = 1, 2
_WANTED = bytes((1, 3, 6))  # mask, router, DNS: what every device asks for
_BROADCAST = 0x8000  # the offer is to be sent to everybody, for nobody has its address yet
_SHORTEST = 300  # bytes of a message; some servers pass over shorter ones (RFC 1542, 2.1)


def discover(transaction: int, hardware: bytes) -> bytes:
    """The packet that asks who hands out addresses. `hardware`: the six bytes of a MAC address."""
    head = struct.pack("!BBBBIHH16x16s192x", 1, 1, 6, 0, transaction, 0, _BROADCAST, hardware)
    options = bytes((_MESSAGE_TYPE, 1, _DISCOVER, _PARAMETERS, len(_WANTED), *_WANTED, _END))
    message = (head + _COOKIE + options).ljust(_SHORTEST, b"\0")
    # A checksum of 0 says that there is none (RFC 768).
    return _ip_head(len(message) + 8) + struct.pack("!HHHH", CLIENT_PORT, SERVER_PORT, len(message) + 8, 0) + message


def offered_by(packet: bytes, transaction: int) -> IPv4Address | None:
    """The server whose offer in this transaction the packet is; None for any other packet, and for a broken one."""
    if len(packet) < 28 or packet[0] >> 4 != 4 or packet[9] != 17:
        return None
    start = (packet[0] & 15) * 4
    message = packet[start + 8 :]
    if packet[start : start + 4] != struct.pack("!HH", SERVER_PORT, CLIENT_PORT) or len(message) < _FIXED + 4:
        return None
    if message[0] != 2 or int.from_bytes(message[4:8]) != transaction or message[_FIXED : _FIXED + 4] != _COOKIE:
        return None
    options = _options(message[_FIXED + 4 :])
    if options.get(_MESSAGE_TYPE) != bytes((_OFFER,)):
        return None
    server = options.get(_SERVER, b"")
    return IPv4Address(server if len(server) == 4 else packet[12:16])


def _ip_head(length: int) -> bytes:
    """From 0.0.0.0 to everybody on the link."""
    head = struct.pack("!BBHHHBBH4x4s", 0x45, 0, 20 + length, 0, 0, 64, 17, 0, b"\xff" * 4)
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    return head[:10] + struct.pack("!H", ~(total + (total >> 16)) & 0xFFFF) + head[12:]


def _options(data: bytes) -> dict[int, bytes]:
    """Code → value, as far as they read; of two with one code the first."""
    options: dict[int, bytes] = {}
    at = 0
    while at < len(data) and data[at] != _END:
        if data[at] == _PAD:
            at += 1
            continue
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            break
        options.setdefault(data[at], data[at + 2 : at + 2 + data[at + 1]])
        at += 2 + data[at + 1]
    return options
