# SPDX-License-Identifier: GPL-3.0-or-later
"""How a question is dressed for one server: letters, EDNS and its options, over datagrams or a stream."""

from __future__ import annotations

import time

from resolver.transport.transport import Transport
from resolver.upstream.exchange import Attempt, Exchange
from resolver.upstream.query_packet import query_bytes
from resolver.upstream.server import Server
from wire.entropy import mixed_case


def transport_of(exchange: Exchange, server: Server) -> Transport:
    """Over what it is asked next."""
    return server.stream if exchange.by_stream or server.wants_stream else server.first


def send(exchange: Exchange, server: Server) -> Attempt:
    """Send it as the exchange wants it and the server takes it; the attempt waits on its channel. Raises OSError."""
    question = exchange.question
    transport = transport_of(exchange, server)
    mixed = server.keeps_case and transport.datagrams and not exchange.plain
    edns = exchange.edns and server.takes_edns
    name = mixed_case(question.wire_name) if mixed else question.wire_name
    section = name + question.section[-4:]
    mixed = name != question.wire_name  # by chance, or for want of letters, it may be plain after all
    cookie = server.cookies.expected if edns and not exchange.stream_failed else b""
    channel, ident = transport.place()
    attempt = Attempt(
        exchange, server, channel, ident, section, time.monotonic(), mixed=mixed, edns=edns, cookie=cookie
    )  # fmt: skip
    channel.pending[ident] = attempt
    options = server.cookies.options
    try:
        channel.send(ident + query_bytes(question, section, edns=edns, padded=transport.encrypted, options=options))
    except OSError:
        channel.release(ident)
        raise
    return attempt
