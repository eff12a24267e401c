# SPDX-License-Identifier: GPL-3.0-or-later
"""A socket in a multicast group of the home's links, over IPv4: to hear what devices announce, and to ask them all.

It needs no privilege and shares its port with whoever else listens there (avahi, a media server). Every device that has
something to announce does so over IPv4 too; one that has no IPv4 address is not heard here.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterable

from wire.addresses import HOME_DEVICES, holder

INTERFACES_MAX = 32  # joined, besides loopback; a machine at home has one to four, one with containers some dozens
PACKET_MAX = 9000  # RFC 6762 section 17
BUFFER_BYTES = 256 << 10  # what waits for us: some hundred packets; of a flood the kernel drops the rest

_is_of_a_home = holder(HOME_DEVICES)
_MREQN = struct.Struct("=4s4si")  # struct ip_mreqn of linux/in.h


class MulticastGroup:
    """One group at one port. Raises OSError where the port is another's alone. Interfaces that come later are joined
    at the next `join`.
    """

    def __init__(self, group: str, port: int) -> None:
        self._group, self._port = group, port
        self._joined: set[int] = set()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
            self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
            self._socket.bind((group, port))
            self._socket.setblocking(False)
        except OSError:
            self._socket.close()
            raise
        self.join()

    def fileno(self) -> int:
        return self._socket.fileno()

    def join(self) -> None:
        """Be in the group on every interface that there is now."""
        there = {index for index, name in interfaces()}
        for index in sorted(there - self._joined):
            try:
                self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, self._request(index))
            except OSError:
                continue  # it does no multicast, or is not up yet
            self._joined.add(index)
        self._joined &= there

    def receive(self) -> tuple[bytes, str] | None:
        """A packet and the address that it came from, None: none waits. Of an address outside the home it is empty."""
        return receive(self._socket)

    def close(self) -> None:
        self._socket.close()

    def _request(self, index: int) -> bytes:
        return _MREQN.pack(socket.inet_aton(self._group), bytes(4), index)


class Asker:
    """A socket of its own port, from which all devices in a group are asked, and which hears those that answer it."""

    def __init__(self, group: str, port: int) -> None:
        self._to = (group, port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
        self._socket.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 1)
        self._socket.bind(("", 0))
        self._socket.setblocking(False)

    def fileno(self) -> int:
        return self._socket.fileno()

    def ask(self, packets: Iterable[bytes]) -> None:
        """Send each on every interface; one that cannot be sent is left out."""
        sent = list(packets)
        for index, _ in interfaces():
            try:
                self._socket.setsockopt(
                    socket.IPPROTO_IP, socket.IP_MULTICAST_IF, _MREQN.pack(bytes(4), bytes(4), index)
                )
                for packet in sent:
                    self._socket.sendto(packet, self._to)
            except OSError:
                continue

    def receive(self) -> tuple[bytes, str] | None:
        """As that of the group."""
        return receive(self._socket)

    def close(self) -> None:
        self._socket.close()


def interfaces() -> list[tuple[int, str]]:
    """Index and name of those that may lead to devices."""
    try:
        return [each for each in socket.if_nameindex() if each[1] != "lo"][:INTERFACES_MAX]
    except OSError:
        return []


def receive(sock: socket.socket) -> tuple[bytes, str] | None:
    """A packet that waits, with who sent it; its bytes are none where that is nobody at home."""
    try:
        packet, (address, _) = sock.recvfrom(PACKET_MAX)
    except OSError:
        return None
    return (packet if _is_of_a_home(socket.inet_aton(address)) else b""), address
