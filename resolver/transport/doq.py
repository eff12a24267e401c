# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over QUIC (RFC 9250): one connection, a stream for each query, over UDP and encrypted.

aioquic does what QUIC is; it comes with the extra `doq`. Here a socket, a timer and the queries are put to it.
"""

from __future__ import annotations

import asyncio
import logging
import os
import ssl
from typing import Any

from aioquic.quic import events
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection

from resolver.transport.connection import MAX_PENDING, Connection, Holder
from resolver.transport.connections import Connections, Limits
from resolver.transport.dialling import MAX_ADDRESSES
from resolver.transport.endpoint import Endpoint
from resolver.transport.faults import fault_of, hung_up, no_dns, silent, untrusted
from resolver.transport.transport import Owner
from store.base.sentences import say
from wire.sockaddr import family

IDLE_SECONDS = 60.0
PATIENCE_SECONDS = 0.7  # for an address, while there are others: a handshake is one round trip
MAX_ANSWER = 2 + 65_535
LIMITS = Limits(connections=1, share=MAX_PENDING, connect_seconds=3.0, idle_seconds=IDLE_SECONDS,
                again_seconds=(0.1, 10.0))  # fmt: skip
_CERTIFICATE_ALERTS = range(0x100 + 42, 0x100 + 50)  # of TLS, as QUIC carries them: bad, revoked, expired, unknown …
_NO_PROTOCOL = 0x100 + 120


logging.getLogger("quic").setLevel(logging.WARNING)  # else a line for each connection that ends


class QuicPipe(asyncio.DatagramProtocol):
    """One QUIC connection over a socket of its own: a pipe of streams instead of bytes."""

    def __init__(self, connection: QuicChannel, configuration: QuicConfiguration, address: tuple[str, int]) -> None:
        self.quic = QuicConnection(configuration=configuration)
        self._end, self._address = connection, address
        self._loop = asyncio.get_running_loop()
        self._socket: asyncio.DatagramTransport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._over = False
        self.settled = asyncio.Event()  # that it is open, or never will be
        self.tentative = False  # its end is not that of the connection: another address comes next

    def connection_made(self, transport: Any) -> None:
        self._socket = transport
        self.quic.connect(self._address, now=self._loop.time())
        self.flush()

    def datagram_received(self, data: bytes, address: Any) -> None:
        if not self._over:
            self.quic.receive_datagram(data, self._address, now=self._loop.time())
            self._take()

    def error_received(self, error: Exception) -> None:
        self.abort(fault_of(error))

    def flush(self) -> None:
        """Send what is to be sent, and wait for what QUIC wants to do next."""
        if self._socket is None or self._over:
            return
        for data, _ in self.quic.datagrams_to_send(now=self._loop.time()):
            self._socket.sendto(data)
        if self._timer is not None:
            self._timer.cancel()
        at = self.quic.get_timer()
        self._timer = self._loop.call_at(at, self._on_timer) if at is not None else None

    def abort(self, fault: str = "") -> None:
        """End at once, and say so."""
        if self._over:
            return
        self.quic.close()
        self.flush()
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._socket is not None:
            self._socket.abort()
        self.settled.set()
        if not self.tentative:
            self._end.on_end(fault)

    def _on_timer(self) -> None:
        self._timer = None
        self.quic.handle_timer(now=self._loop.time())
        self._take()

    def _take(self) -> None:
        while not self._over and (event := self.quic.next_event()) is not None:
            self._end.on_event(event)
        self.flush()


class QuicChannel(Connection):
    """A `Connection` whose queries are streams."""

    def __init__(self, holder: Holder) -> None:
        super().__init__(holder)
        self._streams: dict[int, tuple[bytes, bytearray]] = {}  # number → id, what came of the answer
        self._unsent: list[bytes] = []  # until it is open; bounded by MAX_PENDING
        self.quic: QuicPipe | None = None

    def send(self, packet: bytes) -> None:
        """As `Connection`."""
        if not self.is_open or self.quic is None:
            self._unsent.append(packet)
            return
        number = self.quic.quic.get_next_available_stream_id()
        self._streams[number] = packet[:2], bytearray()
        self.quic.quic.send_stream_data(number, len(packet).to_bytes(2, "big") + b"\0\0" + packet[2:], end_stream=True)
        self.quic.flush()

    def close(self, fault: str = "") -> None:
        """As `Connection`."""
        if self.quic is not None:
            self.quic.tentative = False
            self.quic.abort(fault)
        elif not self.closed:
            self.on_end(fault)

    def on_event(self, event: events.QuicEvent) -> None:
        """What QUIC says."""
        if isinstance(event, events.HandshakeCompleted):
            if self.quic is not None:
                self.quic.tentative = False
                self.quic.settled.set()
            self.on_open()
            unsent, self._unsent = self._unsent, []
            for packet in unsent:
                self.send(packet)
        elif isinstance(event, events.StreamDataReceived):
            self._on_data(event)
        elif isinstance(event, events.StreamReset):
            stream = self._streams.pop(event.stream_id, None)
            if stream is not None:
                self._refuse(stream[0], say("It broke off what it was asked."))
        elif isinstance(event, events.ConnectionTerminated) and self.quic is not None:
            self.quic.abort(self._why(event))

    def _on_data(self, event: events.StreamDataReceived) -> None:
        stream = self._streams.get(event.stream_id)
        if stream is None:
            return
        ident, answer = stream
        answer += event.data
        if len(answer) <= MAX_ANSWER and not event.end_stream:
            return
        del self._streams[event.stream_id]
        if len(answer) < 14 or len(answer) != 2 + int.from_bytes(answer[:2], "big"):
            self._refuse(ident, no_dns(say("something of another length than it says")))
        else:
            self.came(ident + bytes(answer[4:]))

    def _refuse(self, ident: bytes, fault: str) -> None:
        self.came(ident + b"\x81\x82" + bytes(8))
        self.holder.told(fault)

    def _why(self, event: events.ConnectionTerminated) -> str:
        if self.is_open:
            return ""  # it, or the time without a word, has ended what there was
        if event.error_code in _CERTIFICATE_ALERTS:
            return untrusted()
        if event.error_code == _NO_PROTOCOL:
            return say("It does not speak DNS over QUIC at that port.")
        return silent() if event.reason_phrase == "Idle timeout" else hung_up()


class QuicTransport(Connections):
    """The connection to one server."""

    encrypted = True
    limits = LIMITS

    def __init__(self, owner: Owner, endpoint: Endpoint) -> None:
        super().__init__(owner, endpoint)
        self._tickets: list[Any] = []  # the last, to take its session up again

    def make(self) -> QuicChannel:
        """As `Connections`."""
        return QuicChannel(self)

    async def connect(self, connection: Connection) -> str:
        """As `Connections`."""
        assert isinstance(connection, QuicChannel)
        addresses = (await self.addresses())[:MAX_ADDRESSES]
        for address in addresses[:-1]:
            if await self._reaches(connection, address, PATIENCE_SECONDS):
                return address
        await self._reaches(connection, addresses[-1])
        return addresses[-1]

    async def _reaches(self, connection: QuicChannel, address: str, patience: float | None = None) -> bool:
        """Whether it is open by this address; with `patience`, another one is tried after so many seconds."""
        if connection.closed:
            return True
        configuration = QuicConfiguration(
            is_client=True, alpn_protocols=["doq"], server_name=self.endpoint.name, idle_timeout=IDLE_SECONDS,
            cafile=os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile,
            session_ticket=self._tickets[-1] if self._tickets else None,
        )  # fmt: skip
        connection.quic = pipe = QuicPipe(connection, configuration, (address, self.endpoint.port))
        pipe.quic._session_ticket_handler = self._keep
        pipe.tentative = patience is not None
        try:
            async with asyncio.timeout(patience):
                await self.loop.create_datagram_endpoint(
                    lambda: pipe, remote_addr=(address, self.endpoint.port), family=family(address)
                )
                await pipe.settled.wait()
        except (OSError, TimeoutError):
            if patience is None:
                raise
            pipe.abort()
        return connection.is_open or connection.closed

    def _keep(self, ticket: Any) -> None:
        self._tickets[:] = [ticket]
