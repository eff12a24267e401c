# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over TLS (RFC 7858): two bytes of length, then the packet; many in flight, in any order."""

from __future__ import annotations

import asyncio

from resolver.encrypted import questions
from resolver.encrypted.tls_connection import TlsConnection
from resolver.encrypted.worker_link import WorkerLink
from store.log.records import Transport
from wire.hop_options import Survey

MAX_WAITING = 100  # queries of one connection without an answer; then it is read no further
MAX_UNSENT = 192 * 1024  # bytes that a client does not read: two of the largest answers, and the rest of one
BATCH = 32  # queries of one connection before others get their turn
IDLE_SECONDS = 60.0  # phones ask every minute or so, and each new handshake costs both of us more than the place
FRAME_SECONDS = 10.0  # for a query that has begun to come whole
_DOT = int(Transport.DOT)


class DotSession:
    """One connection's; a `Session`."""

    def __init__(self, connection: TlsConnection, link: WorkerLink, client: str) -> None:
        self._connection, self._link, self._client = connection, link, client
        self._buffer = b""
        self._waiting: set[int] = set()
        self._ended = False
        self._scheduled = False

    @property
    def idle(self) -> bool:
        return not self._waiting and not self._buffer

    @property
    def patience(self) -> float:
        return FRAME_SECONDS if self._buffer and not self._waiting else IDLE_SECONDS

    def received(self, data: bytes) -> None:
        self._buffer += data
        self._take_frames()

    def ended(self) -> None:
        self._ended = True
        if not self._waiting:
            self._connection.close()

    def lost(self) -> None:
        for number in self._waiting:
            self._link.forget(number)
        self._waiting.clear()

    def room(self) -> None:
        """Answers are small: nothing was held back."""

    def farewell(self) -> None:
        """Nothing is said: an idle client opens another connection."""

    def _take_frames(self) -> None:
        """Hand on what has come whole, up to a batch; the rest waits for its turn."""
        self._scheduled = False
        for _ in range(BATCH):
            buffer = self._buffer
            if len(buffer) < 2 or not self._connection.open:
                return
            end = 2 + int.from_bytes(buffer[:2], "big")
            if not 14 <= end <= 2 + questions.MAX_QUERY:  # this is not DNS, and what follows cannot be found
                self._connection.close()
                return
            if len(buffer) < end:
                return
            if len(self._waiting) >= MAX_WAITING:
                self._connection.pause()
                return
            packet, self._buffer = buffer[2:end], buffer[end:]
            self._ask(packet)
        if not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._take_frames)

    def _ask(self, packet: bytes) -> None:
        self._connection.useful()
        if not questions.is_query(packet):
            self._connection.close()  # a response: who sends those is no client
            return
        number = 0

        def answered(response: bytes | None, facts: Survey) -> None:
            self._waiting.discard(number)
            self._answer(response)

        number = questions.ask(self._link, packet, _DOT, self._client, answered, IDLE_SECONDS)
        self._waiting.add(number)

    def _answer(self, response: bytes | None) -> None:
        connection = self._connection
        if response is not None:
            connection.useful()
            connection.write(len(response).to_bytes(2, "big") + response)
            if connection.unsent > MAX_UNSENT:
                connection.too_slow()
        if self._ended and not self._waiting:
            connection.close()
        elif len(self._waiting) == MAX_WAITING // 2:
            connection.resume()
            self._take_frames()
