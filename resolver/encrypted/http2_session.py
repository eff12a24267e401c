# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP/2 over TLS (RFC 9113): many requests at once, within bounds; who floods is told so and goes (`http2_floods`)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from h2 import events
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.errors import ErrorCodes
from h2.exceptions import ProtocolError
from h2.settings import SettingCodes

from resolver.encrypted.http2_floods import RESET, FloodGuard
from resolver.encrypted.http2_stream import Http2Stream
from resolver.encrypted.http_exchange import Request, Site
from resolver.encrypted.tls_connection import TlsConnection

MAX_STREAMS = 100  # at once; RFC 9113 asks for no fewer
MAX_HEAD = 32 * 1024  # bytes of a request's headers
MAX_UNSENT = 1 << 20  # bytes of bodies that wait for a client's windows, over all its streams
FIRST_SECONDS = 10.0  # until the first request
IDLE_SECONDS = 60.0  # without another one
STALLED_SECONDS = 20.0  # for which a client may leave us waiting while there is something to send to it

_CALM, _OURS = ErrorCodes.ENHANCE_YOUR_CALM, ErrorCodes.NO_ERROR


class Http2Session:
    """One connection's; a `Session`."""

    def __init__(self, connection: TlsConnection, site: Site) -> None:
        self.connection, self._site = connection, site
        self._loop = asyncio.get_running_loop()
        self.http = H2Connection(H2Configuration(client_side=False, header_encoding=None))
        self.http.local_settings.update({
            SettingCodes.MAX_CONCURRENT_STREAMS: MAX_STREAMS, SettingCodes.MAX_HEADER_LIST_SIZE: MAX_HEAD,
            SettingCodes.ENABLE_CONNECT_PROTOCOL: 0,
        })  # fmt: skip
        self._guard = FloodGuard(self._loop.time())
        self.streams: dict[int, Http2Stream] = {}  # as many as MAX_STREAMS
        self.unsent = 0
        self._scheduled = self._asked = False
        self._does: dict[type[events.Event], Callable[[Any], None]] = {
            events.RequestReceived: self._request, events.DataReceived: self._data, events.StreamEnded: self._ended,
            events.StreamReset: self._reset, events.WindowUpdated: self._window,
            events.ConnectionTerminated: self._terminated, events.TrailersReceived: self._talk,
            events.RemoteSettingsChanged: self._talk, events.PingReceived: self._talk,
            events.PriorityUpdated: self._talk, events.UnknownFrameReceived: self._talk,
        }  # fmt: skip
        self.http.initiate_connection()
        self.flush()

    @property
    def idle(self) -> bool:
        return not self.streams

    @property
    def patience(self) -> float:
        if not self.streams:
            return IDLE_SECONDS if self._asked else FIRST_SECONDS
        return STALLED_SECONDS if self.unsent else float("inf")

    def received(self, data: bytes) -> None:
        try:
            for event in self.http.receive_data(data):
                does = self._does.get(type(event))
                if does is not None and self.connection.open:
                    does(event)
        except ProtocolError:  # h2 has put its GOAWAY where it is sent from
            self.flush()
            self.connection.close(hear_out=True)
            return
        self.flush()

    def ended(self) -> None:
        if not self.streams:
            self.connection.close()

    def lost(self) -> None:
        streams, self.streams = list(self.streams.values()), {}
        for stream in streams:
            stream.lost()

    def farewell(self) -> None:
        self._go_away(_OURS)

    def room(self) -> None:
        for stream in list(self.streams.values()):
            stream.pump()
        self.flush()

    def flush(self) -> None:
        """Send what the protocol has to say."""
        if data := self.http.data_to_send():
            self.connection.write(data)

    def soon(self) -> None:
        """The same once the loop comes round, for all that is answered until then."""
        if not self._scheduled:
            self._scheduled = True
            self._loop.call_soon(self._flush_soon)

    def sent(self, size: int) -> None:
        """A part of a body went out."""
        self.unsent -= size
        self._guard.sent(size)
        self.connection.useful()

    def waits(self, size: int) -> None:
        """A part of a body waits for the client's windows."""
        self.unsent += size
        if self.unsent > MAX_UNSENT:
            self.calm_down()

    def over(self, stream: Http2Stream) -> None:
        """A request is answered, or nobody wants its answer."""
        self.streams.pop(stream.number, None)
        self.connection.useful()

    def calm_down(self) -> None:
        """End the connection of a client that asks too much of us."""
        self._go_away(_CALM)
        self.connection.close(hear_out=True)

    def _flush_soon(self) -> None:
        self._scheduled = False
        self.flush()

    def _go_away(self, why: ErrorCodes) -> None:
        try:
            self.http.close_connection(why)
        except ProtocolError:
            return
        self.flush()

    def _request(self, event: events.RequestReceived) -> None:
        head = {bytes(name): bytes(value) for name, value in event.headers if bytes(name[:1]) == b":"}
        headers = [(bytes(name), bytes(value)) for name, value in event.headers if bytes(name[:1]) != b":"]
        authority = head.get(b":authority") or next((value for name, value in headers if name == b"host"), b"")
        self._asked = True
        self.connection.useful()
        request = Request(
            head.get(b":method", b"").decode("ascii", "replace"), head.get(b":path", b"").decode("ascii", "replace"),
            authority, headers, self.connection.address, self.connection.port, self.connection.word,
        )  # fmt: skip
        stream = self.streams[event.stream_id] = Http2Stream(self, event.stream_id)
        stream.begin(self._site, request)

    def _data(self, event: events.DataReceived) -> None:
        stream = self.streams.get(event.stream_id)
        if not event.data and not self._guard.talk(self._loop.time()):
            self.calm_down()
        elif stream is None or not stream.take(event.data, event.flow_controlled_length):
            self.take_in(event.flow_controlled_length, event.stream_id)

    def take_in(self, size: int, number: int) -> None:
        """Let the client send as much again."""
        if size:
            try:
                self.http.acknowledge_received_data(size, number)
            except ProtocolError:  # that stream is closed by now
                return

    def _ended(self, event: events.StreamEnded) -> None:
        stream = self.streams.get(event.stream_id)
        if stream is not None:
            stream.complete()

    def _reset(self, event: events.StreamReset) -> None:
        stream = self.streams.pop(event.stream_id, None)
        if stream is not None:
            stream.lost()
        if not self._guard.talk(self._loop.time(), RESET):
            self.calm_down()

    def _window(self, event: events.WindowUpdated) -> None:
        if not self._guard.window(self._loop.time()):
            self.calm_down()
        elif event.stream_id:
            stream = self.streams.get(event.stream_id)
            if stream is not None:
                stream.pump()
        else:
            self.room()

    def _talk(self, event: events.Event) -> None:
        if not self._guard.talk(self._loop.time()):
            self.calm_down()
        elif isinstance(event, events.RemoteSettingsChanged):
            self.room()

    def _terminated(self, event: events.ConnectionTerminated) -> None:
        self.connection.close()
