# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over QUIC (RFC 9250): a stream a query. Needs aioquic, which is installed where somebody wants it (`[doq]`).

A client proves its address before anything is kept of it (RFC 9000 section 8.1.2), and has its share of connections and
handshakes, as over TCP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from aioquic import tls
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.asyncio.server import QuicServer
from aioquic.buffer import Buffer  # type: ignore[attr-defined]
from aioquic.quic import events
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from resolver.encrypted import questions
from resolver.encrypted.door import MAX_WORD, Door
from resolver.encrypted.worker_link import WorkerLink
from resolver.listen.senders import peer_of
from store.base.sentences import say
from store.certificates import certificate_files, pem
from store.certificates.certificate_errors import CertificateError
from store.log.records import Transport
from wire.hop_options import Survey

IDLE_SECONDS = 30.0
MAX_WAITING = 100  # queries of one connection that are not answered, whole or not
_ALPN = ["doq"]
_DOQ = int(Transport.DOQ)
_NO_ERROR, _PROTOCOL_ERROR, _EXCESSIVE_LOAD, _REFUSED = 0, 2, 4, 5  # RFC 9250 section 4.3
_BIDIRECTIONAL = 0  # of a stream that the client opens, the last two bits


class _Refused(Exception):  # noqa: N818 - it names the thing
    """A connection that is not made."""


def configured(certificate: Path, key: Path) -> QuicConfiguration:
    """What new connections are made with. Raises CertificateError."""
    configuration = QuicConfiguration(is_client=False, alpn_protocols=_ALPN, idle_timeout=IDLE_SECONDS)
    chain, private = pem.certificates(certificate_files.read(certificate)), pem.private_key(certificate_files.read(key))
    try:  # by blocks: aioquic's own reader takes no empty line between certificates, nor after the last
        configuration.certificate, *configuration.certificate_chain = [
            x509.load_der_x509_certificate(block.der) for block in chain
        ]
        configuration.private_key = load_pem_private_key(private.text, None)
    except Exception as error:  # the library's, of any kind: OpenSSL takes more than it does
        raise CertificateError(say("DNS over QUIC cannot use the certificate: {error}", error=error)) from None
    return configuration


class DoqServer(QuicServer):
    """On one socket."""

    def __init__(self, door: Door, link: WorkerLink, configuration: QuicConfiguration) -> None:
        super().__init__(configuration=configuration, create_protocol=self._connection, retry=True)
        self._door, self._link = door, link
        self._asking = ""

    def use(self, configuration: QuicConfiguration) -> None:
        """From the next connection on."""
        self._configuration = configuration

    def datagram_received(self, data: bytes | str, addr: Any) -> None:
        self._asking = address = peer_of(addr)
        if not self._door.house.admission.may_knock(address):
            self._door.count("stranger")
            return
        try:
            super().datagram_received(data, addr)
        except _Refused:
            return

    def _connection(self, quic: QuicConnection, **_: Any) -> DoqConnection:
        now = asyncio.get_running_loop().time()
        if not self._door.may_shake(self._asking, now):
            raise _Refused
        connection = DoqConnection(quic, self._door, self._link, self._asking)
        if not self._door.let_in(connection, now):
            raise _Refused
        return connection


class DoqConnection(QuicConnectionProtocol):
    """One client's."""

    def __init__(self, quic: QuicConnection, door: Door, link: WorkerLink, address: str) -> None:
        super().__init__(quic)
        self._door, self._link, self.address = door, link, address
        self.used = asyncio.get_running_loop().time()
        self._client: str | None = None
        self._begun: dict[int, bytes] = {}  # by stream, what has come of its query
        self._waiting: dict[int, int] = {}  # by stream, the number of its query
        self._through = False
        self._name = ""
        _hear_name(quic, self._named)

    @property
    def idle(self) -> bool:
        """Whether nobody loses anything with it."""
        return self._through and not self._waiting

    def cut(self) -> None:
        """End it now."""
        self.close(error_code=_NO_ERROR)

    def quic_event_received(self, event: events.QuicEvent) -> None:
        if isinstance(event, events.HandshakeCompleted):
            self._shaken()
        elif isinstance(event, events.StreamDataReceived):
            self._take(event.stream_id, event.data, whole=event.end_stream)
        elif isinstance(event, events.StreamReset | events.StopSendingReceived):
            self._forget(event.stream_id)
        elif isinstance(event, events.ConnectionTerminated):
            self._door.leave(self, shaken=self._through)
            for stream in list(self._waiting):
                self._forget(stream)

    def _named(self, name: str) -> None:
        self._name = name

    def _shaken(self) -> None:
        self._through = True
        self._door.shaken()
        first, dot, _ = self._name.partition(".")
        word = first[:MAX_WORD].lower() if dot else ""
        self._client = self._door.house.admission.client(self.address, word)
        if self._client is None:
            self._door.count("stranger")
            self._over(_REFUSED)

    def _take(self, stream: int, data: bytes, *, whole: bool) -> None:
        if stream % 4 != _BIDIRECTIONAL or self._client is None:
            self._over(_PROTOCOL_ERROR)
            return
        query = self._begun.pop(stream, b"") + data
        if len(query) > 2 + questions.MAX_QUERY:
            self._over(_PROTOCOL_ERROR)
        elif not whole:
            if len(self._begun) + len(self._waiting) >= MAX_WAITING:
                self._over(_EXCESSIVE_LOAD)
            else:
                self._begun[stream] = query
        elif len(query) != 2 + int.from_bytes(query[:2], "big") or not questions.is_query(query[2:]):
            self._over(_PROTOCOL_ERROR)
        else:
            self._ask(stream, query[2:], self._client)

    def _ask(self, stream: int, packet: bytes, client: str) -> None:
        if len(self._waiting) >= MAX_WAITING:
            self._over(_EXCESSIVE_LOAD)
            return
        self.used = asyncio.get_running_loop().time()

        def answered(response: bytes | None, facts: Survey) -> None:
            if self._waiting.pop(stream, None) is None:
                return
            if response is None:
                self._quic.reset_stream(stream, _NO_ERROR)
            else:
                self._quic.send_stream_data(stream, len(response).to_bytes(2, "big") + response, end_stream=True)
            self.transmit()

        self._waiting[stream] = questions.ask(self._link, packet, _DOQ, client, answered)

    def _forget(self, stream: int) -> None:
        self._begun.pop(stream, None)
        number = self._waiting.pop(stream, None)
        if number is not None:
            self._link.forget(number)

    def _over(self, code: int) -> None:
        if code != _REFUSED:
            self._door.count("garbage" if code == _PROTOCOL_ERROR else "busy")
        self.close(error_code=code)


def _hear_name(quic: QuicConnection, named: Callable[[str], None]) -> None:
    """Have the name told that the client asks for: the library reads it and keeps it for nobody."""
    made: Any = quic  # what is put in the place of its methods, no type knows
    initialize = made._initialize

    def initialized(*args: Any) -> None:
        initialize(*args)
        handle = made.tls._server_handle_hello

        def heard(hello: Buffer, *more: Any) -> None:
            copy = Buffer(data=hello.data_slice(hello.tell(), hello.capacity))
            with suppress(Exception):  # what does not read is refused by the library itself
                named(tls.pull_client_hello(copy).server_name or "")
            handle(hello, *more)

        made.tls._server_handle_hello = heard

    made._initialize = initialized
