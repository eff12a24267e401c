# SPDX-License-Identifier: GPL-3.0-or-later
"""The fast path: a query that was answered before under the same policy is one dict hit on its bytes.

The key is the packet less its id, so flags, letters' case, EDNS and all must be equal. Nothing here opens a file, waits
or logs; what the memo does not hold goes to the slow path.
"""

from __future__ import annotations

import socket
from time import monotonic_ns, sleep
from typing import Any

from resolver.query import ReplyTo
from resolver.resolve import Resolver

MAX_QUERY = 4096  # bytes read of one datagram; a query with EDNS and cookies takes some 100
CLOSE_NS = 1_000_000  # looks that find something and lie closer together than this come from a stream of queries
FEW = 16  # queries found at one look; a busier socket is read again at once
REST_SECONDS = 0.0003  # then the next ones are let gather: a wake-up costs more than the queries that it is for
BATCH = 64  # datagrams read from one socket before timers and other sockets get their turn


class UdpSocket:
    """A bound DNS socket that all workers read from; `tcp` and `send` make it a `ReplyTo` for the slow path."""

    tcp = False

    def __init__(self, sock: socket.socket, resolver: Resolver) -> None:
        self.sock, self.resolver = sock, resolver
        self._looked_ns = 0

    def _rest(self, found: int, now_ns: int) -> None:
        """Called when a socket has run empty: in a stream of a thousand a second and more, let some queries gather.

        It costs them a third of a millisecond at most, and halves the work of each. At home's few a second, nothing.
        """
        if 0 < found < FEW and now_ns - self._looked_ns < CLOSE_NS:
            sleep(REST_SECONDS)
        self._looked_ns = now_ns

    def send(self, response: bytes, address: Any) -> None:
        """Send to the address that asked. A full or unreachable network loses the packet, as UDP may."""
        try:
            self.sock.sendto(response, address)
        except OSError:
            self.resolver.counters["unsent"] += 1

    def on_readable(self) -> None:
        """Answer what has arrived, up to a batch."""
        resolver, sock = self.resolver, self.sock
        by_client, note = resolver.snapshot.by_client, resolver.recorder.note
        receive, send = sock.recvfrom, sock.sendto
        start_ns = monotonic_ns()
        for found in range(BATCH):
            try:
                packet, address = receive(MAX_QUERY)
            except OSError:  # nothing left: another worker may have taken it
                self._rest(found, start_ns)
                return
            client = address[0]
            seat = by_client.get(client)
            entry = seat.memo.get(packet[2:]) if seat is not None else None
            if entry is not None and entry[1] < start_ns and seat is not None:
                entry = seat.renew(packet[2:], entry, start_ns)
            if entry is None:
                resolver.resolve(packet, client, start_ns // 1000, self, address)
                start_ns = monotonic_ns()
                continue
            try:
                send(packet[:2] + entry[0], address)
            except OSError:
                resolver.counters["unsent"] += 1
            end_ns = monotonic_ns()
            note(start_ns // 1000, client, entry[2], (end_ns - start_ns) // 1000)
            start_ns = end_ns


class WildcardUdpSocket(UdpSocket):
    """A socket bound to 0.0.0.0 or [::]: the response must leave from the address that was asked.

    The kernel names that address in control data (IP_PKTINFO, RFC 3542); it is the first half of `address` here.
    """

    def send(self, response: bytes, address: Any) -> None:
        """Send from the address that was asked to the one that asked."""
        control, client = address
        try:
            self.sock.sendmsg([response], control, 0, client)
        except OSError:
            self.resolver.counters["unsent"] += 1

    def on_readable(self) -> None:
        """Answer what has arrived, up to a batch; as above, with control data carried from question to answer."""
        resolver, sock = self.resolver, self.sock
        by_client, note = resolver.snapshot.by_client, resolver.recorder.note
        receive, send = sock.recvmsg, sock.sendmsg
        start_ns = monotonic_ns()
        for found in range(BATCH):
            try:
                packet, control, _, address = receive(MAX_QUERY, 64)
            except OSError:
                self._rest(found, start_ns)
                return
            control = [reply_from(control[0])] if control else []
            client = address[0]
            seat = by_client.get(client)
            entry = seat.memo.get(packet[2:]) if seat is not None else None
            if entry is not None and entry[1] < start_ns and seat is not None:
                entry = seat.renew(packet[2:], entry, start_ns)
            if entry is None:
                resolver.resolve(packet, client, start_ns // 1000, self, (control, address))
                start_ns = monotonic_ns()
                continue
            try:
                send([packet[:2] + entry[0]], control, 0, address)
            except OSError:
                resolver.counters["unsent"] += 1
            end_ns = monotonic_ns()
            note(start_ns // 1000, client, entry[2], (end_ns - start_ns) // 1000)
            start_ns = end_ns


def reply_from(control: tuple[int, int, bytes]) -> tuple[int, int, bytes]:
    """Control data for sending from the address that `control` says was asked.

    struct in_pktinfo is (interface, source to use, destination seen): the destination becomes the source. In
    in6_pktinfo both are one field. The interface stays only where an address needs it: IPv6 link-local.
    """
    level, kind, data = control
    if level == socket.IPPROTO_IP:
        return level, kind, bytes(4) + data[8:12] + bytes(4)
    return level, kind, data if data[:2] == b"\xfe\x80" else data[:16] + bytes(4)


def open_udp(sock: socket.socket, resolver: Resolver) -> UdpSocket:
    """The kind of socket that `sock` needs, by the address it is bound to."""
    sock.setblocking(False)
    wildcard = sock.getsockname()[0] in ("0.0.0.0", "::")  # noqa: S104 - compared, not bound
    return (WildcardUdpSocket if wildcard else UdpSocket)(sock, resolver)


def _is_reply_to(udp: UdpSocket) -> ReplyTo:
    return udp  # held by the type checker: a socket is what the slow path answers to
