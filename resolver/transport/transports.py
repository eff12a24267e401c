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
from resolver.transport.transport import Builder, Owner, Transport
from resolver.transport.udp import UdpTransport


def _https(owner: Owner, endpoint: Endpoint) -> Transport:
    from resolver.transport.doh import HttpsTransport  # h2 is some 3 MiB, in each worker, for those who ask over it

    return HttpsTransport(owner, endpoint)


TRANSPORTS: Mapping[str, tuple[Builder, ...]] = {
    "udp": (UdpTransport, TcpTransport),
    "tcp": (TcpTransport,),
    "tls": (TlsTransport,),
    "https": (_https,),
}
