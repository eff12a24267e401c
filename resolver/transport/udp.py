# SPDX-License-Identifier: GPL-3.0-or-later
"""UDP ports towards one upstream, changed all the time (RFC 5452: an answer must be hard to forge).

A query leaves from one of several open ports, each connected to the upstream, so that the kernel drops what others
send. A port that has served a few queries is retired: it listens until its last answer has come or timed out. With
hundreds of queries a second a new port for every third would cost as much as a query; then up to 256 are open, a query
leaves from one of them at random, and each serves for two seconds.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from functools import partial

from resolver.transport.endpoint import Endpoint
from resolver.transport.transport import Owner
from resolver.transport.waiting import Waiting
from wire.entropy import Entropy
from wire.sockaddr import family, socket_address

OPEN_PORTS = 16  # ports that a query may leave from at one moment
BUSY_PORTS = 256  # the same while ports are used up before their time: any 400 queries leave from some 200 of them
USES = 3  # queries a port: 400 queries leave from at least 134 ports
LIFE_SECONDS = 2.0  # for which a port is used on when it has had its uses sooner
MAX_PORTS = 400  # sockets in all, retired ones included: past this, ports are used again rather than fail
MAX_STRAYS = 16  # packets that nobody waits for, beyond one for each query (late ones): whoever guesses ids sends many
MAX_PACKET = 4096  # we ask for 1232 bytes at most; what is longer is taken for cut off


class Port:
    """One socket and what waits on it, by the two bytes of its id."""

    __slots__ = ("_transport", "answers", "opened", "pending", "retired", "send", "sock", "strays", "uses")

    datagrams = True
    is_open = True
    distrusted = False

    def __init__(self, sock: socket.socket, transport: UdpTransport) -> None:
        self.sock, self._transport = sock, transport
        self.send: Callable[[bytes], object] = sock.send
        self.opened = time.monotonic()
        self.pending: dict[bytes, Waiting] = {}
        self.uses = self.answers = self.strays = 0
        self.retired = False

    def distrust(self, since: float, idle_seconds: float = 0.0) -> None:
        """A datagram was lost, which says nothing of the next one."""

    def stray(self) -> bool:
        """So many that they are no late answers: the port is known to somebody who guesses ids, and used no more."""
        self.strays += 1
        if self.strays <= self.uses + MAX_STRAYS:
            return False
        self._transport.retire(self)
        return True

    def release(self, ident: bytes) -> None:
        """Nothing is awaited under `ident` any more; a retired port without work is closed."""
        self.pending.pop(ident, None)
        if self.retired and not self.pending:
            self._transport.close_port(self)


class UdpTransport:
    """`place` gives a query an id and a port; what comes back goes to the owner, and so do socket errors."""

    datagrams = True
    is_open = True
    encrypted = False
    least_seconds = 0.0
    fault = ""
    handshakes = 0

    def __init__(self, owner: Owner, endpoint: Endpoint) -> None:
        self._poller, self._on_packet, self._on_error = owner.poller, owner.on_packet, owner.on_error
        self._address = endpoint.host, endpoint.port
        self._family = family(endpoint.host)
        self._offered: list[Port] = []
        self._all: set[Port] = set()
        self._entropy = Entropy()

    def place(self) -> tuple[Port, bytes]:
        """A port by chance, and an id that is free on it. Raises OSError."""
        entropy = self._entropy.take(4)
        port, ident = self._pick(entropy), entropy[2:]
        port.uses += 1
        while ident in port.pending:
            ident = self._entropy.take(2)
        return port, ident

    def close(self) -> None:
        """Close every port."""
        for port in list(self._all):
            self.close_port(port)
        self._offered.clear()

    def close_port(self, port: Port) -> None:
        """Close a port on which nothing waits."""
        if port in self._all:
            self._all.discard(port)
            self._poller.forget(port.sock.fileno())
            port.sock.close()

    def retire(self, port: Port) -> None:
        """No query leaves from it any more; it is closed once nothing waits there."""
        if not port.retired:
            port.retired = True
            self._offered.remove(port)
        if not port.pending:
            self.close_port(port)

    def _pick(self, entropy: bytes) -> Port:
        """A port by chance, two bytes of it. One that has had its uses is retired, or in a busy time gets another."""
        offered, number = self._offered, entropy[0] << 8 | entropy[1]
        while len(offered) >= OPEN_PORTS:
            port = offered[number % len(offered)]
            if port.uses < USES:
                return port
            if time.monotonic() - port.opened < LIFE_SECONDS:
                return port if len(offered) >= BUSY_PORTS else self._another() or port
            self.retire(port)
        return self._another() or offered[number % len(offered)]

    def _another(self) -> Port | None:
        """A new port, or None when there are as many as there may be. Raises OSError when there would be none."""
        if len(self._all) >= MAX_PORTS and self._offered:
            return None
        try:
            port = self._open()
        except OSError:
            if not self._offered:
                raise
            return None
        self._offered.append(port)
        return port

    def _open(self) -> Port:
        sock = socket.socket(self._family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC)
        try:
            sock.connect(socket_address(*self._address))  # the kernel binds a random ephemeral port here
        except OSError:
            sock.close()
            raise
        port = Port(sock, self)
        self._all.add(port)
        self._poller.add(sock.fileno(), partial(self._read, port))
        return port

    def _read(self, port: Port) -> None:
        """Take one packet, the one that most ports wait for; what else is there, the poller says again."""
        try:
            packet = port.sock.recv(MAX_PACKET + 1)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:  # an ICMP error: refused or unreachable
            self._on_error(port)
            return
        if len(packet) > MAX_PACKET:
            packet = packet[:2] + bytes((packet[2] | 2,)) + packet[3:MAX_PACKET]  # TC: the rest did not come
        self._on_packet(port, packet)
