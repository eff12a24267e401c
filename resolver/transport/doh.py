# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over HTTPS (RFC 8484) with HTTP/2: one connection, a stream for each query, in any order.

    place ─► id ─► POST, DNS id 0, padded ─► stream ─► headers, body ─► id put back ─► whoever waits

What a server may make us hold is bounded: of a body 64 KiB, of headers what `h2` lets, and of frames that carry no
answer some hundreds. What is HTTP's own refusal becomes a bare REFUSED, so that another server is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import h2.errors
import h2.events
import h2.exceptions
import h2.settings

from resolver.transport.connection import Connection, Holder
from resolver.transport.connections import Connections, Limits
from resolver.transport.endpoint import Endpoint
from resolver.transport.faults import http_status, no_dns, no_http2
from resolver.transport.http2_client import Http2Client, aged
from resolver.transport.tls import Sessions, TlsPipe
from resolver.transport.transport import Owner
from store.base.sentences import say

MAX_BODY = 65_535  # bytes: what a DNS message may have
MAX_IDLE_EVENTS = 400  # settings, pings, resets and window updates between two answers; servers send a handful
MAX_SILENT = 1 << 16  # bytes of which nothing whole comes out: a frame has 16 KiB at most
FIRST_STREAMS = 100  # before the server has said how many it takes (RFC 9113 section 6.5.2: no less)
MAX_STREAMS = 1_000_000  # on one connection, long before its numbers run out
_SETTINGS = {
    h2.settings.SettingCodes.ENABLE_PUSH: 0,
    h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: MAX_BODY,
    h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 0,
    h2.settings.SettingCodes.MAX_HEADER_LIST_SIZE: 16_384,
}
_REFUSED, _SERVFAIL = b"\x81\x85" + bytes(8), b"\x81\x82" + bytes(8)
LIMITS = Limits(connections=1, share=900, connect_seconds=3.0, idle_seconds=120.0, again_seconds=(0.1, 10.0))


@dataclass(slots=True)
class Stream:
    """A query on its way: `unsent` waits for room that the server gives."""

    ident: bytes
    unsent: bytes = b""
    status: str = ""
    media: str = ""
    age: str = ""  # seconds for which the answer lay in a cache on the way
    body: bytearray = field(default_factory=bytearray)


class HttpConnection(Connection):
    """One HTTP/2 connection."""

    pipe: TlsPipe

    def __init__(self, holder: Holder, endpoint: Endpoint) -> None:
        super().__init__(holder)
        authority = endpoint.name if endpoint.port == 443 else f"{endpoint.name}:{endpoint.port}"
        self._head = [
            (":method", "POST"), (":scheme", "https"), (":authority", authority), (":path", endpoint.path),
            ("accept", "application/dns-message"), ("content-type", "application/dns-message"),
        ]  # fmt: skip
        self._http = Http2Client()
        self._streams: dict[int, Stream] = {}  # by their number
        self._numbers: dict[bytes, int] = {}  # of a stream, by id
        self._unsent: list[bytes] = []  # until it is open, or until the server takes more; bounded by MAX_PENDING
        self._events = 0  # since the last answer
        self._silent = 0  # bytes since the last event
        self._most = FIRST_STREAMS  # at once

    def send(self, packet: bytes) -> None:
        """As `Connection`."""
        if not self.is_open or len(self._streams) >= self._most:
            self._unsent.append(packet)
            return
        try:
            self._begin(packet)
        except h2.exceptions.H2Error:
            self.distrusted = True
            raise OSError("no more streams") from None
        self.pipe.write(self._http.data_to_send())

    def release(self, ident: bytes) -> None:
        """As `Connection`."""
        number = self._numbers.pop(ident, None)
        if number is not None and self._streams.pop(number, None) is not None and not self.closed:
            self._cancel(number)
        super().release(ident)

    def on_open(self) -> None:
        """As `End`."""
        if self.pipe.protocol != "h2":
            self.close(no_http2())
            return
        self._http.local_settings = h2.settings.Settings(client=True, initial_values=_SETTINGS)
        self._http.initiate_connection()
        self._http.increment_flow_control_window(1 << 20)
        super().on_open()
        self._send_waiting()
        self.pipe.write(self._http.data_to_send())

    def on_data(self, data: bytes) -> None:
        """As `End`."""
        self._silent += len(data)
        try:
            for event in self._http.receive_data(data):
                self._on_event(event)
                if self.closed:
                    return
            self._send_waiting()
        except (h2.exceptions.H2Error, ValueError, KeyError) as error:
            self.close(say("It does not keep to HTTP/2: {why}.", why=str(error) or type(error).__name__))
            return
        if self._silent > MAX_SILENT:
            self.close(say("It sends everything but answers."))
        elif not self.closed:
            self.pipe.write(self._http.data_to_send())

    # --- out ---

    def _begin(self, packet: bytes) -> None:
        number = self._http.get_next_available_stream_id()
        if number > 2 * MAX_STREAMS:
            self.distrusted = True
        self._http.send_headers(number, [*self._head, ("content-length", str(len(packet)))])
        self._streams[number] = stream = Stream(packet[:2], b"\0\0" + packet[2:])
        self._numbers[packet[:2]] = number
        self._push(number, stream)

    def _push(self, number: int, stream: Stream) -> None:
        """Send its body as soon as the server has room for it."""
        if stream.unsent and self._http.local_flow_control_window(number) >= len(stream.unsent):
            self._http.send_data(number, stream.unsent, end_stream=True)
            stream.unsent = b""

    def _send_waiting(self) -> None:
        while self._unsent and len(self._streams) < self._most:
            packet = self._unsent.pop(0)
            if packet[:2] in self.pending:
                self._begin(packet)

    def _cancel(self, number: int) -> None:
        try:
            self._http.reset_stream(number, h2.errors.ErrorCodes.CANCEL)
        except h2.exceptions.H2Error:
            return
        self.pipe.write(self._http.data_to_send())

    # --- in ---

    def _on_event(self, event: h2.events.Event) -> None:
        self._events, self._silent = self._events + 1, 0
        if self._events > MAX_IDLE_EVENTS:
            self.close(say("It sends everything but answers."))
            return
        handler: Any = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    def _on_headers(self, event: h2.events.ResponseReceived) -> None:
        stream = self._streams.get(event.stream_id or 0)
        if stream is not None:
            head = {_text(name): _text(value) for name, value in event.headers or ()}
            stream.status = head.get(":status", "")
            stream.age = head.get("age", "")
            stream.media = head.get("content-type", "").partition(";")[0].strip().lower()

    def _on_body(self, event: h2.events.DataReceived) -> None:
        number, size = event.stream_id or 0, event.flow_controlled_length or 0
        if size:
            self._http.acknowledge_received_data(size, number)
        stream = self._streams.get(number)
        if stream is None:
            return
        stream.body += event.data or b""
        if len(stream.body) > MAX_BODY:
            self._over(number)
            self._cancel(number)
            self._answer(stream.ident, _SERVFAIL, no_dns(say("more than 64 KiB")))

    def _on_ended(self, event: h2.events.StreamEnded) -> None:
        stream = self._over(event.stream_id or 0)
        if stream is None:
            return
        if stream.status != "200":
            self._answer(stream.ident, _REFUSED, http_status(stream.status[:3]))
        elif stream.media != "application/dns-message" or len(stream.body) < 12:
            self._answer(stream.ident, _SERVFAIL, no_dns(stream.media[:60] or say("nothing")))
        else:
            self._events = 0
            body = bytes(stream.body)
            self._answer(stream.ident, (aged(body, stream.age) if stream.age else body)[2:])

    def _on_reset(self, event: h2.events.StreamReset) -> None:
        stream = self._over(event.stream_id or 0)
        if stream is not None:
            self._answer(stream.ident, _SERVFAIL, say("It broke off what it was asked."))

    def _on_goaway(self, event: h2.events.ConnectionTerminated) -> None:
        """It is done with this connection: what it has not begun is asked over another, and the rest it still answers.

        A server may announce its goodbye before it says what it takes no more (RFC 9113 section 6.8).
        """
        last = event.last_stream_id or 0
        refused = [stream.ident for number, stream in self._streams.items() if number > last]
        if event.error_code or len(refused) == len(self._streams):
            self.close()
            return
        self.distrusted = True
        for ident in [*refused, *(packet[:2] for packet in self._unsent)]:
            if (waiting := self.pending.get(ident)) is not None:
                waiting.failed()
                self.release(ident)
        self._unsent.clear()

    def _on_settings(self, event: h2.events.RemoteSettingsChanged) -> None:
        self._most = self._http.remote_settings.max_concurrent_streams
        self._on_room(event)

    def _on_room(self, event: h2.events.Event) -> None:
        for number, stream in list(self._streams.items()):
            self._push(number, stream)

    def _over(self, number: int) -> Stream | None:
        stream = self._streams.pop(number, None)
        if stream is not None:
            self._numbers.pop(stream.ident, None)
        return stream

    def _answer(self, ident: bytes, rest: bytes, fault: str = "") -> None:
        self.came(ident + rest)
        if fault:
            self.holder.told(fault)


_HANDLERS = {
    h2.events.ResponseReceived: HttpConnection._on_headers,
    h2.events.DataReceived: HttpConnection._on_body,
    h2.events.StreamEnded: HttpConnection._on_ended,
    h2.events.StreamReset: HttpConnection._on_reset,
    h2.events.ConnectionTerminated: HttpConnection._on_goaway,
    h2.events.WindowUpdated: HttpConnection._on_room,
    h2.events.RemoteSettingsChanged: HttpConnection._on_settings,
}


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


class HttpsTransport(Connections):
    """The connection to one server, and another while that one is being given up."""

    encrypted = True
    limits = LIMITS

    def __init__(self, owner: Owner, endpoint: Endpoint) -> None:
        super().__init__(owner, endpoint)
        self._sessions = Sessions(endpoint.name, ("h2",))

    def make(self) -> HttpConnection:
        """As `Connections`."""
        connection = HttpConnection(self, self.endpoint)
        connection.pipe = TlsPipe(connection, self._sessions)
        return connection
