# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP connections towards one upstream, in plain DNS: kept, pipelined, few (RFC 7766)."""

from __future__ import annotations

from resolver.transport.connection import FramedConnection
from resolver.transport.connections import Connections, Limits
from resolver.transport.pipe import Pipe

# RFC 7766 section 6.2.2 asks for few connections; some servers answer one query at a time on each.
LIMITS = Limits(connections=4, share=8, connect_seconds=2.0, idle_seconds=10.0)


class TcpTransport(Connections):
    """DNS with a length before it."""

    limits = LIMITS

    def make(self) -> FramedConnection:
        """As `Connections`."""
        connection = FramedConnection(self)
        connection.pipe = Pipe(connection)
        return connection
