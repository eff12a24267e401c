# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/1.1 over TLS: one request after the other, each with its own bounds of size and time."""

from __future__ import annotations

import h11

from resolver.encrypted.http_exchange import Headers, Request, Site, Taker, answer
from resolver.encrypted.tls_connection import TlsConnection
from store.base.sentences import say

MAX_HEAD = 32 * 1024  # bytes of a request's line and headers; cookies of a browser take one or two
IDLE_SECONDS = 30.0  # between two requests
HEAD_SECONDS = 10.0  # for a head that has begun
BODY_SECONDS = 30.0  # without a byte of the body


class Http1Session:
    """One connection's; a `Session`, and the `Reply` of the request that is under way."""

    def __init__(self, connection: TlsConnection, site: Site) -> None:
        self._connection, self._site = connection, site
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._taker: Taker | None = None
        self._begun = False  # whether a head has begun to come

    @property
    def idle(self) -> bool:
        return self._taker is None and not self._begun

    @property
    def patience(self) -> float:
        if self._taker is None:
            return HEAD_SECONDS if self._begun else IDLE_SECONDS
        return BODY_SECONDS if self._http.their_state is h11.SEND_BODY else float("inf")

    @property
    def crowded(self) -> bool:
        return self._connection.crowded

    def received(self, data: bytes) -> None:
        if self._taker is not None:
            self._connection.useful()
        else:
            self._begun = True
        self._http.receive_data(data)
        self._go_on()

    def ended(self) -> None:
        self._http.receive_data(b"")
        self._go_on()
        if self._taker is None:
            self._connection.close()

    def lost(self) -> None:
        if (taker := self._taker) is not None:
            self._taker = None
            taker.gone()

    def farewell(self) -> None:
        """HTTP/1.1 has no word for it."""

    def room(self) -> None:
        if self._taker is not None:
            self._taker.room()

    def head(self, status: int, headers: Headers) -> None:
        self._send(h11.Response(status_code=status, headers=headers))

    def data(self, chunk: bytes) -> None:
        self._send(h11.Data(data=chunk))

    def end(self) -> None:
        self._send(h11.EndOfMessage())
        self._taker = None
        self._connection.useful()
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._connection.resume()
            self._go_on()
        else:
            self._connection.close(hear_out=self._http.their_state is h11.SEND_BODY)

    def abort(self) -> None:
        self._taker = None
        self._connection.close()

    def hold(self) -> None:
        self._connection.pause()

    def release(self) -> None:
        self._connection.resume()

    def _send(self, event: h11.Event) -> None:
        try:
            data = self._http.send(event)
        except h11.LocalProtocolError:  # who answers, or who asks, did not keep to the protocol
            self._connection.close()
            return
        if data:
            self._connection.write(data)

    def _go_on(self) -> None:
        """Take what is there, up to the end of a request."""
        try:
            while self._connection.open:
                event = self._http.next_event()
                if isinstance(event, h11.Request):
                    self._take(event)
                elif isinstance(event, h11.Data) and self._taker is not None:
                    self._taker.body(bytes(event.data))
                elif isinstance(event, h11.EndOfMessage) and self._taker is not None:
                    self._taker.complete()
                elif event is h11.PAUSED:
                    self._connection.pause()  # the next request waits until this one is answered
                    return
                elif event is h11.NEED_DATA or isinstance(event, h11.ConnectionClosed):
                    return
        except h11.RemoteProtocolError as error:
            self._refuse(error)

    def _take(self, event: h11.Request) -> None:
        self._begun = False
        self._connection.useful()
        headers = [(bytes(name), bytes(value)) for name, value in event.headers]
        host = next((value for name, value in headers if name == b"host"), b"")
        if self._http.they_are_waiting_for_100_continue:
            self._send(h11.InformationalResponse(status_code=100, headers=[]))
        request = Request(
            event.method.decode("ascii", "replace"), event.target.decode("ascii", "replace"), host, headers,
            self._connection.address, self._connection.port, self._connection.word,
        )  # fmt: skip
        # Who is refused at the head has no taker by the time that this returns.
        taker = self._site.take(request, self)
        if self._http.our_state in (h11.SEND_RESPONSE, h11.SEND_BODY):
            self._taker = taker

    def _refuse(self, error: h11.RemoteProtocolError) -> None:
        if self._http.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            text = say("This is no request that HTTP knows.")
            answer(self, error.error_status_hint, text, [(b"connection", b"close")])
        if (taker := self._taker) is not None:
            self._taker = None
            taker.gone()
        self._connection.close()
