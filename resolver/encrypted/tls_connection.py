# SPDX-License-Identifier: GPL-3.0-or-later
"""One TCP connection under TLS: bytes in from the network, plain bytes to a session, and back.

    transport ─► data_received ─► TLS in memory ─► session.received
              ◄── _flush ◄─────── TLS in memory ◄─ write

TLS is driven here rather than by the event loop, so that a connection costs what it needs and no more, what is no TLS
is seen before it gets that far, and each step has its bound: who may knock, handshakes a second, the time until a
handshake is through, what a client leaves lying, and how long nothing of use comes.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol, cast

from resolver.encrypted.door import Door
from resolver.listen.senders import peer_of

HANDSHAKE_SECONDS = 6.0  # from the connection on; a phone on a weak radio takes two
LINGER_SECONDS = 3.0  # for the last bytes to be taken, once a connection is to end
TAKEN_SECONDS = 20.0  # for which what was sent may lie there without a byte being taken
LOOK_SECONDS = 2.0
MAX_UNSENT = 1 << 20  # bytes that a client does not read before its connection is cut; sessions stop far below
ROOM = 64 * 1024  # unsent bytes from which on a session is asked to wait
CHUNK = 16_384  # a TLS record
_HANDSHAKE = 0x16  # what a TLS connection begins with


class Session(Protocol):
    """What speaks over a connection once it is encrypted."""

    @property
    def idle(self) -> bool:
        """Whether nothing is waited for, on either side."""

    @property
    def patience(self) -> float:
        """Seconds for which nothing of use may come."""

    def received(self, data: bytes) -> None:
        """Plain bytes; called again and again, never when the session has paused."""

    def ended(self) -> None:
        """The client sends no more."""

    def lost(self) -> None:
        """The connection is gone."""

    def room(self) -> None:
        """The client has taken most of what was sent."""

    def farewell(self) -> None:
        """The connection is about to be ended by us; what the protocol has to say then."""


class TlsConnection(asyncio.Protocol):
    """One client's; a place of its own in `Door.places` for as long as it lasts."""

    def __init__(self, door: Door, begin: Callable[[TlsConnection], Session | None]) -> None:
        self._door, self._begin_session = door, begin
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._tls: ssl.SSLObject | None = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._session: Session | None = None
        self._paused = self._closing = self._through = self.crowded = False
        self._since = 0.0  # when it began, or since when what was sent lies there
        self._unsent = 0
        self._timer: asyncio.TimerHandle | None = None
        self.address, self.port, self.used = "", 0, 0.0

    # What a session sees.

    @property
    def word(self) -> str:
        """The first label of the name that the client connected to, "" for none."""
        return self._door.word(self._tls)

    @property
    def protocol(self) -> str:
        """What was agreed on by ALPN, "" for nothing."""
        return (self._tls.selected_alpn_protocol() or "") if self._tls is not None else ""

    @property
    def name(self) -> str:
        """The name that the client connected to, "" for none."""
        return self._door.name(self._tls)

    @property
    def unsent(self) -> int:
        """Bytes that the client has not taken yet."""
        return self._transport.get_write_buffer_size() if self._transport is not None else 0

    @property
    def open(self) -> bool:
        """Whether something can be sent."""
        return self._transport is not None and not self._closing

    def write(self, data: bytes) -> None:
        """Send plain bytes; a client that does not read is cut off."""
        tls = self._tls
        if tls is None or not self.open:
            return
        try:
            view = memoryview(data)
            while view:
                view = view[tls.write(view) :]
        except ssl.SSLError:
            self.cut()
            return
        self._flush()
        if self.unsent > MAX_UNSENT:
            self.too_slow()

    def too_slow(self) -> None:
        """End it now: the client does not read."""
        self._door.count("slow")
        self.cut()

    def useful(self) -> None:
        """Something came, or was taken, for which the connection is worth its place."""
        self.used = self._loop.time()

    def pause(self) -> None:
        """Read no more for now."""
        if not self._paused and self.open and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read on."""
        if self._paused and self.open and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
            self._loop.call_soon(self._step)

    def close(self, *, hear_out: bool = False) -> None:
        """End it once what was sent is taken; `hear_out`: the client is in the middle of sending, and would else lose
        what it was told.
        """
        if not self.open or self._transport is None:
            return
        if self._tls is not None and self._through:
            with suppress(ssl.SSLError):
                self._tls.unwrap()
            self._flush()
        self._closing, self._since = True, self._loop.time()
        if hear_out and self._transport.can_write_eof():
            self._transport.write_eof()
            if self._paused:
                self._transport.resume_reading()
        else:
            self._transport.close()

    # What a place sees.

    @property
    def idle(self) -> bool:
        """Whether nobody loses anything with it."""
        return self._session is not None and self._session.idle and not self.unsent

    def cut(self) -> None:
        """End it now."""
        if self._transport is not None:
            self._closing = True
            self._transport.abort()

    # What the event loop sees.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(ROOM, ROOM // 4)
        peer = transport.get_extra_info("peername")
        self.address, self.port = (peer_of(peer), int(peer[1])) if peer else ("", 0)
        self._since = self.used = self._loop.time()
        if not self._door.let_in(self, self._since):
            self._closing = True
            transport.close()
            return
        self._timer = self._loop.call_later(LOOK_SECONDS, self._watch)

    def data_received(self, data: bytes) -> None:
        if self._closing:
            return
        if self._tls is None and not self._begin(data):
            return
        self._incoming.write(data)
        self._step()

    def eof_received(self) -> bool:
        if self._closing:
            return False
        self._incoming.write_eof()
        self._step()
        return False

    def pause_writing(self) -> None:
        self.crowded = True

    def resume_writing(self) -> None:
        self.crowded = False
        if self._session is not None and self.open:
            self._session.room()

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
        self._door.leave(self, shaken=self._through)
        if self._session is not None:
            self._session.lost()

    def _begin(self, data: bytes) -> bool:
        """Look at the first bytes; whether they begin a handshake that may be made."""
        context = self._door.context
        if data[0] != _HANDSHAKE or context is None:
            self._door.count("garbage")
            if self._transport is not None and (answer := self._door.plain_answer(data)):
                self._transport.write(answer)
            self.close()
            return False
        if not self._door.may_shake(self.address, self._loop.time()):
            self.close()
            return False
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        return True

    def _step(self) -> None:
        """Take what is there as far as it goes."""
        tls = self._tls
        if tls is None or self._closing:
            return
        try:
            if not self._through:
                tls.do_handshake()
                self._shaken()
            while self._session is not None and not self._paused and self.open:
                data = tls.read(CHUNK)
                if not data:
                    self._session.ended()
                    break
                self._session.received(data)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            self._failed()
            return
        self._flush()

    def _shaken(self) -> None:
        self._through = True
        self._door.shaken()
        self.useful()
        self._session = self._begin_session(self)
        if self._session is None:
            self._door.count("stranger")
            self.close()

    def _failed(self) -> None:
        """What came is no TLS any more, or none that we speak; an alert says so where one is due."""
        if not self._through:
            self._door.count("handshake")
        self._flush()
        if self._transport is not None and not self._closing:
            self._closing, self._since = True, self._loop.time()
            self._transport.close()

    def _flush(self) -> None:
        if self._outgoing.pending and self._transport is not None and not self._transport.is_closing():
            self._transport.write(self._outgoing.read())

    def _watch(self) -> None:
        """End a connection that keeps us waiting."""
        now = self._loop.time()
        self._timer = self._loop.call_later(LOOK_SECONDS, self._watch)
        unsent = self.unsent
        if self._closing:
            if now - self._since >= LINGER_SECONDS:
                self.cut()
        elif self._session is None:
            if now - self._since >= HANDSHAKE_SECONDS:
                self._door.count("half")
                self.cut()
        elif unsent:
            if unsent < self._unsent or not self._unsent:
                self._since = now
            if now - self._since >= TAKEN_SECONDS:
                self.too_slow()
        elif now - self.used >= self._session.patience:
            self._session.farewell()
            self.close()
        self._unsent = unsent
