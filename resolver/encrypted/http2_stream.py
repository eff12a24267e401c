# SPDX-License-Identifier: GPL-3.0-or-later
"""One request over HTTP/2: the `Reply` of it, whose body leaves as the client's windows let it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError

from resolver.encrypted.http_exchange import Headers, Request, Site, Taker
from resolver.encrypted.tls_connection import TlsConnection

MAX_HELD = 64 * 1024  # bytes that wait for a window before who answers is asked to wait


class Home(Protocol):
    """What a stream needs of its session."""

    http: H2Connection
    connection: TlsConnection

    def soon(self) -> None: ...
    def sent(self, size: int) -> None: ...
    def waits(self, size: int) -> None: ...
    def over(self, stream: Http2Stream) -> None: ...
    def take_in(self, size: int, number: int) -> None: ...


class Http2Stream:
    """A `Reply`."""

    def __init__(self, session: Home, number: int) -> None:
        self.number, self._session = number, session
        self._taker: Taker | None = None
        self._out = bytearray()
        self._last = self._over = self._held = self._bodyless = False
        self._unread = 0  # bytes of the body that are not taken in yet

    @property
    def crowded(self) -> bool:
        return len(self._out) > MAX_HELD or self._session.connection.crowded

    def begin(self, site: Site, request: Request) -> None:
        """Find who answers."""
        self._bodyless = request.method == "HEAD"
        taker = site.take(request, self)
        if not self._over:
            self._taker = taker

    def take(self, data: bytes, size: int) -> bool:
        """A part of the request's body; False: the client may send as much again at once."""
        if self._taker is None:
            return False
        self._session.connection.useful()
        self._taker.body(data)
        if self._held:
            self._unread += size
        return self._held

    def complete(self) -> None:
        """The request is whole."""
        if self._taker is not None:
            self._taker.complete()

    def lost(self) -> None:
        """The client wants it no more, or is gone."""
        self._over = True
        self._session.sent(len(self._out))
        self._out.clear()
        if (taker := self._taker) is not None:
            self._taker = None
            taker.gone()

    def head(self, status: int, headers: Headers) -> None:
        self._do(lambda: self._session.http.send_headers(
            self.number, [(b":status", str(status).encode()), *((name.lower(), value) for name, value in headers)]
        ))  # fmt: skip

    def data(self, chunk: bytes) -> None:
        if not (self._over or self._bodyless) and chunk:
            self._out += chunk
            self._session.waits(len(chunk))
            self.pump()

    def end(self) -> None:
        self._last = True
        self.pump()

    def abort(self) -> None:
        self._do(lambda: self._session.http.reset_stream(self.number, ErrorCodes.CANCEL))
        self._finish()

    def hold(self) -> None:
        self._held = True

    def release(self) -> None:
        self._held = False
        unread, self._unread = self._unread, 0
        self._session.take_in(unread, self.number)
        self._session.soon()

    def pump(self) -> None:
        """Send as much as the client lets us."""
        before = len(self._out)
        while self._out and not self._over and not self._session.connection.crowded:
            if not (size := self._window()):
                break
            part = bytes(self._out[:size])
            del self._out[:size]
            self._session.sent(len(part))
            self._do(partial(self._session.http.send_data, self.number, part))
        if self._last and not self._out and not self._over:
            self._do(lambda: self._session.http.end_stream(self.number))
            self._finish()
        elif before and not self.crowded and self._taker is not None:
            self._taker.room()
        self._session.soon()

    def _window(self) -> int:
        try:
            window = self._session.http.local_flow_control_window(self.number)
        except ProtocolError:
            return 0
        return max(0, min(window, self._session.http.max_outbound_frame_size, len(self._out)))

    def _finish(self) -> None:
        """Nothing more is sent; a body that is still coming is not wanted."""
        if not self._over:
            self._over = True
            self._taker = None
            self._session.sent(len(self._out))
            self._out.clear()
            self._session.over(self)

    def _do(self, send: Callable[[], None]) -> None:
        if self._over:
            return
        try:
            send()
        except ProtocolError:  # the client has closed the stream, or all
            self._finish()
        self._session.soon()
