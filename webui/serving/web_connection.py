# SPDX-License-Identifier: GPL-3.0-or-later
"""A connection to the web port: a place that it keeps while a person is at the other end of it.

uvicorn answers whoever is over its limit with 503, so that a few hundred connections which say nothing shut out
everybody. Here each client has its share (`network.places`), a request has a time to arrive whole in, and an answer one
to be taken in.
"""

from __future__ import annotations

import asyncio
import socket
import time
from email.utils import formatdate
from typing import Any

import h11
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from network.places import Bounds, Places
from store.base import web_way
from webui.http.access import MAX_DIGITS
from webui.http.large_bodies import MAX_BODY_BYTES
from webui.serving.idleness import Visits

# Live views included; a browser opens six, and a home has fewer browsers than this.
BOUNDS = Bounds(connections=256, client=40, network=128)
HEADER_SECONDS = 10.0  # from the first byte that could come to the end of the headers
BODY_SECONDS = 20.0  # from there to the end of the body
BODY_RATE = 256 * 1024  # bytes; for each that a backup has, a second more: over a weak radio it takes minutes
LINGER_SECONDS = 2.0  # for a refusal to be read by somebody who would send a large body and may not
TAKEN_SECONDS = 30.0  # for which an answer may lie there without a byte being taken
LOOK_SECONDS = 1.0
_PATIENCE = {"IDLE": HEADER_SECONDS, "SEND_BODY": BODY_SECONDS}
FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\nretry-after: 5\r\ncontent-type: text/plain\r\n"
    b"content-length: 50\r\n\r\nToo many connections are open; try again shortly.\n"
)


class WebConnection(H11Protocol):
    """uvicorn's protocol with a place in `places`, which one server's connections share.

    `peer`: who asks over HTTPS, where that process (`resolver.encrypted`) handed the connection over. `visits`: where
    each request is noted.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        places: Places[WebConnection],
        peer: tuple[str, int] | None = None,
        visits: Visits | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._places, self._peer, self._visits = places, peer, visits
        self.used = self._since = 0.0
        self._state: object = None  # what is waited for since then
        self._unsent = 0
        self._half_closed = False
        self._look: asyncio.TimerHandle | None = None

    @property
    def address(self) -> str:
        """Who is at the other end."""
        return self.client[0] if self.client else ""

    @property
    def idle(self) -> bool:
        """Whether no request is here that came whole: then nothing is lost with it."""
        return self._awaited in _PATIENCE

    @property
    def silent(self) -> bool:
        """Whether nothing has come of a request, and nothing is left to send: another process may serve it."""
        fresh = self.conn.our_state is h11.IDLE and self.conn.their_state is h11.IDLE and not self.conn.trailing_data[0]
        return fresh and self._peer is None and not self.transport.get_write_buffer_size()

    def give_away(self, way: socket.socket) -> None:
        """Hand it over to whoever is at the other end of `way`, and let go of it. Raises OSError."""
        if not self.transport.is_closing():
            socket.send_fds(way, [web_way.TCP], [self.transport.get_extra_info("socket").fileno()])
        self.transport.abort()

    def cut(self) -> None:
        """End it now."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if self._peer is not None:  # it came over HTTPS, and who ended that says from whom
            self.client, self.scheme = self._peer, "https"
            transport.write(web_way.HAVE_IT)
        self.used = self._since = self.loop.time()
        if not self._places.take(self, self.used):
            transport.write(FULL)
            transport.close()
            return
        self._look = self.loop.call_later(LOOK_SECONDS, self._watch)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._look is not None:
            self._look.cancel()
        self._places.leave(self)
        if self.cycle is not None:  # as a live view that was closed
            self._note_visit()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Whoever sends no more may still want the answer to what came whole (`nc -N`, shutdown(SHUT_WR)); a browser
        that leaves a live view does not, and would be found out only with the next thing sent."""
        self._half_closed = True
        accepted = dict(self.headers or ()).get(b"accept", b"")
        return self._is_answering and not self.idle and b"text/event-stream" not in accepted

    def on_response_complete(self) -> None:
        self.used = self.loop.time()
        self._note_visit()
        self._state = None
        if self._awaited == "SEND_BODY" and self._length > MAX_BODY_BYTES:
            self._refuse_the_rest()
        else:
            super().on_response_complete()
        if self._half_closed and not self._is_answering:
            self.transport.close()

    def handle_events(self) -> None:
        """As uvicorn's, with the time of now in what is answered: its server need not tick for that."""
        date = (b"date", formatdate(time.time(), usegmt=True).encode())
        self.server_state.default_headers = [date, *self.config.encoded_headers]
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._note_visit()

    def _note_visit(self) -> None:
        if self._visits is not None:
            self._visits.last = self.loop.time()

    @property
    def _awaited(self) -> str:
        """What is to come, by h11's name for it: IDLE, the headers; SEND_BODY, the body; all else: the answer is."""
        return str(self.conn.their_state)

    @property
    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _length(self) -> int:
        """Bytes of the body, as the headers say."""
        length = dict(self.headers or ()).get(b"content-length", b"0")
        return int(length) if length.isdigit() and len(length) <= MAX_DIGITS else 0

    def _refuse_the_rest(self) -> None:
        """Take no more of a large body that was answered before it came; uvicorn would read it, and throw it away."""
        self.flow.pause_reading()
        if self._look is not None:
            self._look.cancel()
        self._look = self.loop.call_later(LINGER_SECONDS, self.cut)

    def _watch(self) -> None:
        """Cut a connection that keeps us waiting."""
        now, unsent = self.loop.time(), self.transport.get_write_buffer_size()
        state = (self._awaited, self.cycle)
        if state != self._state or unsent != self._unsent:
            self._state, self._unsent, self._since = state, unsent, now
        patience = TAKEN_SECONDS if unsent else _PATIENCE.get(self._awaited)
        if patience is not None and self._awaited == "SEND_BODY":
            patience += self._length / BODY_RATE
        if patience is not None and now - self._since >= patience:
            self.cut()
            return
        self._look = self.loop.call_later(LOOK_SECONDS, self._watch)
