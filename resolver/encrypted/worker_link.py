# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the workers and back: queries go out by the message, and each response finds who waits for it.

A client stays with one worker, where its names are in the cache. A worker that died gets what lies there once it is
back, or a sibling takes it (`resolver.listen.handed`); until then it waits here, a few seconds at most.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from resolver.listen import handed_frames
from resolver.listen.handed_frames import MAX_MESSAGE, HandedQuery
from wire import response as responses
from wire.types import SERVFAIL

WAITING_MAX = 8_000  # queries without a response, some 300 bytes each
UNSENT_MAX = 1 << 20  # bytes that wait for a worker that reads nothing, some 10,000 queries
PATIENCE_SECONDS = 7.0  # the forwarder gives up within five, and a worker is back within two
AGAIN_SECONDS = 0.005
SWEEP_SECONDS = 0.5
_NUMBERS = 1 << 32
_BATCH = 16  # messages read before connections get their turn

Done = Callable[[bytes | None], None]
"""What becomes of a query: its response; None where it is to get none."""


@dataclass(slots=True)
class _Waiting:
    packet_head: bytes
    done: Done
    until: float


class WorkerLink:
    """Of one process, to every worker that answers."""

    def __init__(self, loop: asyncio.AbstractEventLoop, socks: Sequence[socket.socket]) -> None:
        self._loop, self._ways = loop, [_Way(loop, sock, self._answered) for sock in socks]
        self._waiting: dict[int, _Waiting] = {}  # by number, the oldest first
        self._number = 0
        self.asked: Counter[int] = Counter()  # by transport, of which there are three
        self.lost = 0  # queries that nobody answered in time, or that were too many
        self._sweeping: asyncio.TimerHandle | None = None

    @property
    def waiting(self) -> int:
        """Queries without a response."""
        return len(self._waiting)

    def ask(self, packet: bytes, transport: int, client: str, done: Done) -> int:
        """Hand on a query of at least a header; `done` is called once, later. Its number, for `forget`."""
        self._number = number = (self._number + 1) % _NUMBERS
        self.asked[transport] += 1
        way = self._ways[zlib.crc32(client.encode()) % len(self._ways)] if self._ways else None
        waiting = _Waiting(packet[:12], done, self._loop.time() + PATIENCE_SECONDS)
        frame = handed_frames.of_query(HandedQuery(number, transport, client, packet))
        if len(self._waiting) >= WAITING_MAX or way is None or not way.put(frame):
            self._loop.call_soon(self._give_up, waiting)
            return number
        self._waiting[number] = waiting
        if self._sweeping is None:
            self._sweeping = self._loop.call_later(SWEEP_SECONDS, self._sweep)
        return number

    def forget(self, number: int) -> None:
        """Nobody waits for it any more."""
        self._waiting.pop(number, None)

    def close(self) -> None:
        """Read no more."""
        if self._sweeping is not None:
            self._sweeping.cancel()
        for way in self._ways:
            way.close()

    def _answered(self, number: int, response: bytes) -> None:
        waiting = self._waiting.pop(number, None)
        if waiting is not None:
            waiting.done(response or None)

    def _give_up(self, waiting: _Waiting) -> None:
        self.lost += 1
        waiting.done(responses.error(waiting.packet_head, SERVFAIL))

    def _sweep(self) -> None:
        self._sweeping = self._loop.call_later(SWEEP_SECONDS, self._sweep) if self._waiting else None
        now = self._loop.time()
        for number, waiting in list(self._waiting.items()):
            if waiting.until > now:
                break
            del self._waiting[number]
            self._give_up(waiting)


class _Way:
    """To one worker."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, sock: socket.socket, answered: Callable[[int, bytes], None]
    ) -> None:
        sock.setblocking(False)
        self._loop, self._sock, self._answered = loop, sock, answered
        self._view = memoryview(bytearray(MAX_MESSAGE + 1))
        self._out: list[bytes] = []
        self._size = 0
        self._scheduled = False
        loop.add_reader(sock.fileno(), self._on_readable)

    def put(self, frame: bytes) -> bool:
        """Whether it can be sent now or soon."""
        if self._size + len(frame) > UNSENT_MAX:
            return False
        self._out.append(frame)
        self._size += len(frame)
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._flush)
        return True

    def close(self) -> None:
        self._loop.remove_reader(self._sock.fileno())
        self._out.clear()

    def _flush(self) -> None:
        self._scheduled = False
        while self._out:
            message, count = handed_frames.next_message(self._out)
            try:
                self._sock.send(message)
            except OSError:  # it is full: the worker is busy, or on its way back
                self._scheduled = True
                self._loop.call_later(AGAIN_SECONDS, self._flush)
                return
            del self._out[:count]
            self._size -= len(message)

    def _on_readable(self) -> None:
        for _ in range(_BATCH):
            try:
                size = self._sock.recv_into(self._view)
            except OSError:
                return
            if not size:
                return
            try:
                for number, response in handed_frames.responses(self._view[:size]):
                    self._answered(number, response)
            except struct.error:
                return
