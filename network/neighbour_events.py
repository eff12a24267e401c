# SPDX-License-Identifier: GPL-3.0-or-later
"""Which MAC address an address of the home has, told by the kernel as it changes: rtnetlink, IPv4 (ARP) and IPv6 (NDP).

A new device is in the kernel's table before its first query is answered: it asks for our MAC address before, or we for
its. So whoever holds this table knows of a change with the query that it matters for, and starts no process.

Format: linux/neighbour.h. No privilege is needed.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from network import rtnetlink
from wire.addresses import Address

MAX_NEIGHBOURS = 16_384  # the kernel keeps 1024 of a family unless it is told otherwise
BUFFER_BYTES = 1 << 20  # the whole table, and thousands of changes between two looks
READS = 256  # messages taken at one look, of some ten changes each; what is left comes with the next

_ROUTE = 0  # NETLINK_ROUTE
_GROUP = 1 << 2  # RTNLGRP_NEIGH
_NEW, _DELETE, _GET = 28, 29, 30  # RTM_…NEIGH
_DESTINATION, _LINK_ADDRESS = 1, 2  # NDA_…
_NO_MAC_STATES = 0x01 | 0x20 | 0x40  # INCOMPLETE, FAILED, NOARP
_NEIGHBOUR = struct.Struct("=BxxxiHBB")
_SIZES = {socket.AF_INET: 4, socket.AF_INET6: 16}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What the kernel says of an address now; `mac` None: it is gone from the table, or does not answer."""

    address: Address
    mac: str | None


class NeighbourTable:
    """The kernel's table, kept up to date by what it tells; `fileno` becomes readable when it tells something.

    Where the kernel tells nothing (a sandbox without netlink) it stays empty, and `fileno` is -1.
    """

    def __init__(self) -> None:
        self.macs: dict[bytes, str] = {}  # by packed address
        self._socket: socket.socket | None = None
        self._open()

    def fileno(self) -> int:
        return self._socket.fileno() if self._socket is not None else -1

    def mac_of(self, client: bytes) -> str | None:
        """The MAC address behind a packed address, None while the kernel does not know it."""
        return self.macs.get(client)

    def read(self) -> list[Neighbour]:
        """Take what the kernel has told since the last call; returns those whose MAC is another one than before."""
        changed: dict[Address, Neighbour] = {}
        for _ in range(READS):
            try:
                data = self._socket.recv(BUFFER_BYTES, socket.MSG_DONTWAIT) if self._socket is not None else b""
            except BlockingIOError:
                break
            except OSError:  # ENOBUFS: it told more than was taken; ask for all of it again
                self._ask_for_all()
                break
            if not data:
                break
            for neighbour in parse(data):
                if self._take(neighbour):
                    changed[neighbour.address] = neighbour
        return list(changed.values())

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _take(self, neighbour: Neighbour) -> bool:
        """Note one; whether it has a MAC that it did not have before."""
        address = neighbour.address.packed
        if neighbour.mac is None:
            self.macs.pop(address, None)
            return False
        if self.macs.get(address) == neighbour.mac:
            return False
        if len(self.macs) >= MAX_NEIGHBOURS and address not in self.macs:
            self.macs.pop(next(iter(self.macs)))
        self.macs[address] = neighbour.mac
        return True

    def _open(self) -> None:
        """Begin to listen, then ask for the whole table: what changes in between comes twice, and is not missed."""
        try:
            made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _ROUTE)
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            made.bind((0, _GROUP))
        except OSError:
            return
        self._socket = made
        self._ask_for_all()

    def _ask_for_all(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # what changes is told all the same
                self._socket.send(rtnetlink.request_all(_GET, bytes(_NEIGHBOUR.size)))


def parse(data: bytes) -> Iterator[Neighbour]:
    """The neighbours in what the kernel sent; whatever else stands there, or is cut off, is passed over."""
    for kind, body in rtnetlink.messages(data):
        if kind in (_NEW, _DELETE) and (neighbour := _neighbour(kind, body)) is not None:
            yield neighbour


def _neighbour(kind: int, body: bytes) -> Neighbour | None:
    if len(body) < _NEIGHBOUR.size:
        return None
    family, _, state, _, _ = _NEIGHBOUR.unpack_from(body)
    attributes = dict(rtnetlink.attributes(body[_NEIGHBOUR.size :]))
    packed, link = attributes.get(_DESTINATION, b""), attributes.get(_LINK_ADDRESS, b"")
    if len(packed) != _SIZES.get(family):
        return None
    known = kind == _NEW and not state & _NO_MAC_STATES and is_usual(link)
    return Neighbour(ip_address(packed), link.hex(":") if known else None)


def is_usual(link: bytes) -> bool:
    """Whether it is the MAC address of one device: not of a tunnel, nobody's, or a group's."""
    return len(link) == 6 and any(link) and not link[0] & 1
