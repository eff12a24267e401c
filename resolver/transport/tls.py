# SPDX-License-Identifier: GPL-3.0-or-later
"""TLS over TCP towards an upstream: the certificate's name is the SPEC's, sessions are taken up again (RFC 8446 2.2).

OpenSSL works between two buffers in memory: what TCP brings goes into one, what is to leave comes out of the other. The
loop's own TLS takes no session of before, and says less of what went wrong.
"""

from __future__ import annotations

import os
import ssl
import time
from functools import cache

from resolver.transport.faults import fault_of, hung_up
from resolver.transport.pipe import End, Pipe
from store.certificates import clock_sense

MAX_READ = 1 << 16  # bytes taken out of OpenSSL at one go
MAX_HANDSHAKE = 1 << 18  # bytes of a server that does not come to the point; chains have some ten thousand
# Where systems keep the authorities that they trust, for a Python that was built elsewhere.
_AUTHORITIES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")


_NO_CHECK_TIME = 0x200000  # X509_V_FLAG_NO_CHECK_TIME of OpenSSL's x509_vfy.h


class Sessions:
    """The last TLS session with one server, and the context that it is of."""

    def __init__(self, name: str, protocols: tuple[str, ...] = ()) -> None:
        self.name, self.protocols = name, protocols
        self.last: ssl.SSLSession | None = None
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """How to connect now. Before the clock is set, dates say nothing: without names it would never be set."""
        chosen = context(self.protocols, dated=clock_sense.is_sane(time.time()))
        if chosen is not self._context:
            self._context, self.last = chosen, None
        return chosen


class TlsPipe(Pipe):
    """A pipe that hides what goes through, from all but the server that its certificate names."""

    def __init__(self, end: End, sessions: Sessions) -> None:
        super().__init__(end)
        self._sessions = sessions
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls: ssl.SSLObject | None = None
        self._stands = False
        self._handshake = 0  # bytes that it took

    @property
    def protocol(self) -> str:
        """What both agreed to speak (ALPN); "" for nothing."""
        return (self._tls.selected_alpn_protocol() if self._tls else None) or ""

    def write(self, data: bytes) -> None:
        """As `Pipe`."""
        if data and self._tls is not None and not self._over:
            self._tls.write(data)
            super().write(self._outgoing.read())

    def abort(self, fault: str = "") -> None:
        """As `Pipe`."""
        if self._stands and self._tls is not None and not self._over:
            self._sessions.last = self._tls.session or self._sessions.last
        if not self._stands and not fault:
            fault = hung_up()
        super().abort(fault)

    def begin(self) -> None:
        """As `Pipe`."""
        sessions = self._sessions
        wrap = sessions.context().wrap_bio
        self._tls = wrap(self._incoming, self._outgoing, server_hostname=sessions.name, session=sessions.last)
        self._guarded(b"")

    def take(self, data: bytes) -> None:
        """As `Pipe`."""
        self._guarded(data)

    def _guarded(self, data: bytes) -> None:
        try:
            self._advance(data)
        except ssl.SSLError as error:
            if not self._stands:
                self._sessions.last = None
            super().write(self._outgoing.read())  # the alert
            self.abort(fault_of(error, self._sessions.name))

    def _advance(self, data: bytes) -> None:
        """Go on with the handshake, or take out what was hidden."""
        self._incoming.write(data)
        tls = self._tls
        assert tls is not None
        if not self._stands:
            self._handshake += len(data)
            if self._handshake > MAX_HANDSHAKE:
                raise ssl.SSLError(1, "the handshake does not end")
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                super().write(self._outgoing.read())
                return
            self._stands = True
            super().write(self._outgoing.read())
            self.end.on_open()
        self._drain(tls)

    def _drain(self, tls: ssl.SSLObject) -> None:
        while not self._over:
            try:
                plain = tls.read(MAX_READ)
            except ssl.SSLWantReadError:
                break
            except ssl.SSLZeroReturnError:
                plain = b""
            if not plain:
                self.abort()  # it said that it is done
                return
            self.end.on_data(plain)
        if self._outgoing.pending:
            super().write(self._outgoing.read())


@cache  # by the protocols to speak: two or three
def context(protocols: tuple[str, ...], *, dated: bool = True) -> ssl.SSLContext:
    """TLS 1.2 and up, with this machine's authorities, else those of SSL_CERT_FILE and SSL_CERT_DIR. `dated`: whether
    a certificate must be valid today."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    if not dated:
        made.verify_flags |= ssl.VerifyFlags(_NO_CHECK_TIME)
    paths = ssl.get_default_verify_paths()
    made.load_default_certs()
    if not (paths.cafile or paths.capath) and not os.environ.get("SSL_CERT_FILE"):
        for path in filter(os.path.exists, _AUTHORITIES):
            made.load_verify_locations(path)
            break
    if protocols:
        made.set_alpn_protocols(list(protocols))
    return made
