# SPDX-License-Identifier: GPL-3.0-or-later
"""Queries that came over an encrypted connection, handed on by the process that ends those (`resolver.encrypted`).

They come over a socket that nobody else has, many in a message, with the client's name in the record and the transport.
One that a memo answers is a dict hit, as over UDP. No TLS, no HTTP and no key is in a worker.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterator
from time import monotonic_ns
from typing import Any

from resolver.answer.pipeline import Resolver
from resolver.answer.query import ReplyTo
from resolver.answer.seat import Seat
from resolver.listen import handed_frames
from resolver.listen.handed_frames import MAX_MESSAGE, HandedQuery
from resolver.listen.rate_limits import Fate, RateLimits, packed
from store.log.batches import DEVICE_MARK
from store.log.records import RowKey, Transport
from wire.response import turned_away

BATCH = 16  # messages at one look, before other sockets get their turn
RELIEF_LOOKS = 20  # for which an owner is taken to be silent, while there is something at each
UNSENT_MAX = 4 << 20  # bytes of responses that wait while the other end is busy; what is beyond is dropped and counted
AGAIN_SECONDS = 0.005  # between two tries to send what had no room
_HEAD_BYTES = 64
# What no query begins with (the bit of a response is set), so that no memo is another transport's.
_MARK = b"\x80"
_TRANSPORTS = {int(each) for each in (Transport.DOT, Transport.DOH, Transport.DOQ)}


class HandedQueryReply:
    """Where the response to one of them goes: a `ReplyTo`."""

    __slots__ = ("_number", "_socket", "transport")
    limit, stream, private, memo = 65_535, True, True, _MARK

    def __init__(self, sock: HandedSocket, number: int, transport: int) -> None:
        self._socket, self._number, self.transport = sock, number, transport

    def send(self, response: bytes, address: Any) -> None:
        """Send it with what else is answered now."""
        self._socket.put(self._number, response)

    def drop(self) -> None:
        """Say that there is none, so that nobody waits for it."""
        self._socket.put(self._number, b"")


class HandedSocket:
    """A worker's end of its way to and from that process."""

    def __init__(self, sock: socket.socket, resolver: Resolver, limits: RateLimits | None = None) -> None:
        self._limits = limits or RateLimits()
        sock.setblocking(False)
        self.sock, self.resolver = sock, resolver
        self._buffer = bytearray(MAX_MESSAGE + 1)
        self._view = memoryview(self._buffer)
        self._out: list[bytes] = []
        self._size = 0
        self._scheduled = self._in_batch = False
        self._head = b""  # of what waited first at the last look as a sibling
        self._relieving = 0

    def on_readable(self) -> None:
        """Answer what has come."""
        for _ in range(BATCH):
            if not self._answer_message():
                return

    def relieve(self) -> bool:
        """As a sibling: answer what waits here, when its owner left the same message lying since the last look; returns
        whether any did."""
        try:
            head = self.sock.recv(_HEAD_BYTES, socket.MSG_PEEK)
        except OSError:
            self._head, self._relieving = b"", 0
            return False
        if head and head == self._head:
            self._relieving = RELIEF_LOOKS
        self._head = head
        if self._relieving:
            self._relieving -= 1
            self.on_readable()
        return bool(head)

    def fileno(self) -> int:
        return self.sock.fileno()

    def put(self, number: int, response: bytes) -> None:
        """A response, or none, for the query of this number; it leaves with the others."""
        frame = handed_frames.of_response(number, response)
        if self._size + len(frame) > UNSENT_MAX:
            self.resolver.counters["unsent"] += 1
            return
        self._out.append(frame)
        self._size += len(frame)
        if not self._in_batch and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _answer_message(self) -> bool:
        try:
            size = self.sock.recv_into(self._buffer)
        except OSError:
            return False
        if not size:
            return False
        start_ns = monotonic_ns()
        self._in_batch = True
        try:
            clients, keys = self._answer(self._read(size), start_ns)
        finally:
            self._in_batch = False
            self._flush()
            self.resolver.passthrough.depart()
        if keys:
            self.resolver.recorder.note_all(start_ns // 1000, clients, keys, (monotonic_ns() - start_ns) // 1000)
        return True

    def _read(self, size: int) -> Iterator[HandedQuery]:
        try:
            yield from handed_frames.queries(self._view[:size])
        except (struct.error, UnicodeDecodeError):
            self.resolver.counters["ignored"] += 1

    def _answer(self, queries: Iterator[HandedQuery], start_ns: int) -> tuple[list[str], list[RowKey]]:
        """Answer them; returns clients and keys of what memos answered, for the record."""
        resolver, clients, keys = self.resolver, list[str](), list[RowKey]()
        for number, transport, client, packet in queries:
            if transport not in _TRANSPORTS or (self._limits.on and self._refused(number, client, packet, start_ns)):
                continue
            seat = resolver.snapshot.by_client.get(client)
            if seat is not None:
                remembered = self._remembered(seat, packet, start_ns)
                if remembered is not None:
                    response, key = remembered
                    self.put(number, packet[:2] + response)
                    clients.append(client)
                    keys.append(key.over(transport))
                    continue
            address, mark, _ = client.partition(DEVICE_MARK)
            reply = HandedQueryReply(self, number, transport)
            resolver.resolve(packet, address, start_ns // 1000, reply, None, client if mark else "")
        return clients, keys

    def _refused(self, number: int, client: str, packet: bytes, now_ns: int) -> bool:
        """Whether its client asks more than it may, and so was told."""
        if self._limits.judge(packed(client.partition(DEVICE_MARK)[0]), now_ns) is Fate.ANSWER:
            return False
        self.resolver.counters["limited"] += 1
        self.put(number, turned_away(packet, stream=True))
        return True

    def _remembered(self, seat: Seat, packet: bytes, start_ns: int) -> tuple[bytes, RowKey] | None:
        query = _MARK + packet[2:]
        entry = seat.memo.get(query)
        if entry is not None and entry[1] < start_ns:
            entry = seat.renew(query, entry, start_ns)
        return None if entry is None else (entry[0], entry[2])

    def _flush(self) -> None:
        """Send what there is, in messages of a size that always fits."""
        self._scheduled = False
        while self._out:
            message, count = handed_frames.next_message(self._out)
            try:
                self.sock.send(message)
            except BlockingIOError:
                self._scheduled = True
                asyncio.get_running_loop().call_later(AGAIN_SECONDS, self._flush)
                return
            except OSError:  # nobody holds the other end: the supervisor does, until all ends
                self._out.clear()
                self._size = 0
                return
            del self._out[:count]
            self._size -= len(message)


def _is_reply_to(reply: HandedQueryReply) -> ReplyTo:
    return reply  # held by the type checker
