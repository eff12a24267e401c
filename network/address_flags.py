# SPDX-License-Identifier: GPL-3.0-or-later
"""This machine's addresses with how long each lasts, as the kernel tells over rtnetlink(7): no process is started.

The head of a message is `ifaddrmsg` (8 bytes).
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from network import rtnetlink
from wire.addresses import Address

SECONDS = 2.0  # the kernel answers at once
_BYTES = 64 * 1024
_ADDRESS = struct.Struct("=BBBBI")
_GETADDR, _NEWADDR, _ERROR, _DONE = 22, 20, 2, 3
_IFA_ADDRESS, _IFA_LOCAL, _IFA_FLAGS = 1, 2, 8
_TEMPORARY, _DEPRECATED, _PERMANENT = 0x01, 0x20, 0x80


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """`permanent`: set by hand, for as long as the machine runs; else lent by a DHCP server, or by a router's prefix.
    `temporary`: of RFC 8981, for privacy, and soon another; `deprecated`: given up."""

    address: Address
    permanent: bool
    temporary: bool
    deprecated: bool


def own() -> list[OwnAddress]:
    """All of them, in the kernel's order; [] where it does not tell."""
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
            sock.settimeout(SECONDS)
            sock.send(rtnetlink.request_all(_GETADDR, _ADDRESS.pack(socket.AF_UNSPEC, 0, 0, 0, 0)))
            rows: list[OwnAddress] = []
            while not _read(sock.recv(_BYTES), rows):
                pass
            return rows
    except OSError:
        return []


def _read(data: bytes, rows: list[OwnAddress]) -> bool:
    """Takes what a packet holds; whether it was the last."""
    count = 0
    for kind, body in rtnetlink.messages(data):
        if kind in (_DONE, _ERROR):
            return True
        if kind == _NEWADDR:
            rows += _row(body)
        count += 1
    return not count


def _row(message: bytes) -> Iterator[OwnAddress]:
    if len(message) < _ADDRESS.size:
        return
    flags = _ADDRESS.unpack_from(message)[2]
    attributes = dict(rtnetlink.attributes(message[_ADDRESS.size :]))
    if len(wide := attributes.get(_IFA_FLAGS, b"")) == 4:
        flags = int.from_bytes(wide, "little" if struct.pack("=H", 1)[0] else "big")
    packed = attributes.get(_IFA_LOCAL) or attributes.get(_IFA_ADDRESS, b"")
    if len(packed) in (4, 16):
        yield OwnAddress(
            ip_address(packed), bool(flags & _PERMANENT), len(packed) == 16 and bool(flags & _TEMPORARY),
            bool(flags & _DEPRECATED),
        )  # fmt: skip
