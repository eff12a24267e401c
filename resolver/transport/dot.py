# SPDX-License-Identifier: GPL-3.0-or-later
"""DNS over TLS (RFC 7858): what TCP carries, hidden, over connections that are kept as long as the server lets them."""

from __future__ import annotations

from resolver.transport.connection import FramedConnection
from resolver.transport.connections import Connections, Limits
from resolver.transport.endpoint import Endpoint
from resolver.transport.tls import Sessions, TlsPipe
from resolver.transport.transport import Owner

# A handshake costs both sides more than a hundred queries. Servers close after ten seconds to some minutes of silence.
LIMITS = Limits(connections=2, share=100, connect_seconds=3.0, idle_seconds=60.0, again_seconds=(0.1, 10.0))


class TlsTransport(Connections):
    """DNS with a length before it, over TLS."""

    encrypted = True
    limits = LIMITS

    def __init__(self, owner: Owner, endpoint: Endpoint) -> None:
        super().__init__(owner, endpoint)
        self._sessions = Sessions(endpoint.name)

    def make(self) -> FramedConnection:
        """As `Connections`."""
        connection = FramedConnection(self)
        connection.pipe = TlsPipe(connection, self._sessions)
        return connection
