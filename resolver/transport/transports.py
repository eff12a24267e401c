# SPDX-License-Identifier: GPL-3.0-or-later
"""Which transports there are. The scheme of an upstream's SPEC names them, the one that is asked first before the rest.

The last one is where to ask when an answer was cut off, or somebody forges: it carries answers of any size, from nobody
else.
"""

from __future__ import annotations

from collections.abc import Mapping

from resolver.transport.dot import TlsTransport
from resolver.transport.endpoint import Endpoint
from resolver.transport.tcp import TcpTransport
from resolver.transport.transport import Builder, Channel, Owner, Transport
from resolver.transport.udp import UdpTransport
from store.base.sentences import say


def _https(owner: Owner, endpoint: Endpoint) -> Transport:
    from resolver.transport.doh import HttpsTransport  # h2 is some 3 MiB, in each worker, for those who ask over it

    return HttpsTransport(owner, endpoint)


def _quic(owner: Owner, endpoint: Endpoint) -> Transport:
    try:
        from resolver.transport.doq import QuicTransport
    except ImportError:
        extra = "pip install telltale[doq]"
        return Missing(say("DNS over QUIC needs the package aioquic, which is not installed: {extra}.", extra=extra))
    return QuicTransport(owner, endpoint)


class Missing:
    """In the place of a transport whose package is not here: it carries nothing, and says why."""

    datagrams = is_open = False
    encrypted = True
    least_seconds, handshakes = 0.0, 0

    def __init__(self, fault: str) -> None:
        self.fault = fault

    def place(self) -> tuple[Channel, bytes]:
        """As `Transport`."""
        raise OSError(self.fault)

    def close(self) -> None:
        """There is nothing to close."""


TRANSPORTS: Mapping[str, tuple[Builder, ...]] = {
    "udp": (UdpTransport, TcpTransport),
    "tcp": (TcpTransport,),
    "tls": (TlsTransport,),
    "https": (_https,),
    "quic": (_quic,),
}
