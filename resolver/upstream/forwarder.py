# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchanges with the upstreams: one question put to one server after another until it is answered, or time is up.

Identical questions in flight are joined. A response counts only when it comes from the server that was asked, on the
port that asked, with the id and with the question to the letter, whose case was chosen at random (0x20). Whatever does
not match is counted and waited past, and the next try then goes over a stream: a forger can cost time, never an answer.

    exchange ─► _try ─► transport ─► channel ─► on_packet ─► Exchange.answered ─► on_answer ─► _finish ─► all who wait
                 ▲                                                                    │
                 └── timed out, refused, failed ──────────────────────────────────────┘
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence

from resolver.upstream.endpoint import Endpoint
from resolver.upstream.exchange import Done, Exchange
from resolver.upstream.pending import Pending, PendingTable
from resolver.upstream.poller import Poller
from resolver.upstream.query_packet import mixed_case, query_bytes
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.server import Server
from resolver.upstream.servers import Servers
from resolver.upstream.timeouts import SLOT_SECONDS, Timeouts
from resolver.upstream.transport import Builder, Channel
from resolver.upstream.transports import TRANSPORTS
from wire import message, types
from wire.message import Question, Response
from wire.names import Malformed

TRIES = 4
TRIES_SECONDS = 4.4  # for all tries together: a black hole ends in SERVFAIL within five seconds
MAX_IN_FLIGHT = 8192  # exchanges at one moment, some 1 KiB each; past this a query gets SERVFAIL at once
MAX_JOINED = 1000  # queries that wait on one exchange
MISMATCHES = 3  # forged or foreign answers to one try before it goes over a stream at once
RETRY_RCODES = frozenset({types.FORMERR, types.SERVFAIL, types.NOTIMP, types.REFUSED})

PROBE: QuestionKey = b""  # no question's: a probe joins nothing


class Forwarder:
    """All upstreams of one worker. Not thread-safe: everything runs on the worker's loop."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        endpoints: Sequence[Endpoint],
        try_seconds: float,
        transports: Mapping[str, tuple[Builder, ...]] = TRANSPORTS,
    ) -> None:
        self._try_seconds = try_seconds
        self.counters: Counter[str] = Counter()  # keys are fixed words, so it is bounded
        self.loop, self.poller = loop, Poller(loop)
        self.exchanges: dict[QuestionKey, Exchange] = {}  # in flight
        self.pending = PendingTable(loop, try_seconds, self._on_late)
        self._timeouts: Timeouts[Exchange] = Timeouts(loop, self._on_time_out)
        self.servers = Servers(self._server(endpoint, transports[endpoint.scheme]) for endpoint in endpoints)

    @property
    def in_flight(self) -> int:
        return len(self.exchanges) + len(self.pending)

    @property
    def all_down(self) -> bool:
        """Whether no upstream is known to answer."""
        return self.servers.all_down

    def exchange(self, key: QuestionKey, question: Question, done: Done) -> None:
        """Put `question` to an upstream; `done` is called once, maybe before this returns."""
        if (pending := self.pending.get(key)) is not None:
            self.adopt(pending)
        running = self.exchanges.get(key)
        if running is not None and len(running.done) < MAX_JOINED:
            running.done.append(done)
            self.counters["joined"] += 1
            return
        if running is not None or self.in_flight >= MAX_IN_FLIGHT or not self.servers:
            self.counters["overflow"] += 1
            done(None, "")
            return
        self.exchanges[key] = exchange = Exchange(self, key, question, done, self.servers[0], time.monotonic())
        self._try(exchange)

    def ready(self) -> Server | None:
        """The server for a query that passes through; None when there is none just now, or too much is on its way."""
        if not self.servers or len(self.pending) + len(self.exchanges) >= MAX_IN_FLIGHT:
            return None
        server = self.servers.choose()
        return server if server.first.datagrams and not server.down else None

    def poll(self) -> None:
        """Take the answers that have come, without waiting for the loop to come round."""
        if self.exchanges or self.pending:
            self.poller.poll()

    def close(self) -> None:
        """Close all sockets; what is in flight is never answered."""
        self.servers.close()
        self.pending.close()
        self.poller.close()
        self._timeouts.close()

    # --- what transports say ---------------------------------------------------------------------------------------

    def on_packet(self, channel: Channel, packet: bytes) -> None:
        """A packet has come: whoever waits under its id looks at it."""
        waiting = channel.pending.get(packet[:2])
        if waiting is None or len(packet) < 12:
            self.counters["unexpected"] += 1
            return
        waiting.answered(packet)

    def on_error(self, channel: Channel) -> None:
        """The channel failed: everything that waits on it goes to the next server at once."""
        self.counters["socket_errors"] += 1
        for waiting in list(channel.pending.values()):
            waiting.failed()

    # --- queries that pass through ---------------------------------------------------------------------------------

    def adopt(self, pending: Pending) -> Exchange:
        """Make an exchange of it, as if it had begun here; it waits on where it waited."""
        exchange = pending.exchange()
        del self.pending[pending.key]
        self.exchanges[pending.key] = pending.channel.pending[pending.ident] = exchange
        exchange.slot = self._timeouts.add(exchange.sent_at + self._try_seconds - time.monotonic(), exchange)
        return exchange

    def over(self, pending: Pending) -> None:
        """Its answer is there."""
        del self.pending[pending.key]
        pending.channel.release(pending.ident)

    def unsent(self, pending: Pending) -> None:
        """It could not be sent: the next server is asked at once."""
        self.counters["send_errors"] += 1
        joined = self.exchanges.get(pending.key)  # by a second query of the same batch
        self.on_failure(joined or self.adopt(pending))

    def _on_late(self, pending: Pending) -> None:
        self._on_time_out(self.adopt(pending))

    # --- exchanges -------------------------------------------------------------------------------------------------

    def _server(self, endpoint: Endpoint, builders: tuple[Builder, ...]) -> Server:
        return Server(endpoint, tuple(build(self, (endpoint.host, endpoint.port)) for build in builders), self._probe)

    def _try(self, exchange: Exchange) -> None:
        """Send the question to the next server; give up when the tries or the time are used up."""
        tries = 1 if self.all_down and len(self.servers) == 1 else TRIES
        while self.servers and exchange.tries < tries and self._left(exchange) > SLOT_SECONDS:
            again = exchange.by_stream and exchange.tries == 1  # after a truncated answer the stream stays where it is
            server = exchange.server if again else self.servers.choose(exchange.tried)
            exchange.server, exchange.sent_at, exchange.mismatches = server, time.monotonic(), 0
            exchange.tries += 1
            exchange.tried += (server,)
            try:
                self._send(exchange, server)
            except OSError:
                server.bad()
                self.counters["send_errors"] += 1
                continue
            return
        response, spec = exchange.failure or (None, exchange.server.endpoint.spec)
        self.counters["failed"] += 1
        self._finish(exchange, response, spec)

    def _send(self, exchange: Exchange, server: Server) -> None:
        question = exchange.question
        transport = server.stream if exchange.by_stream else server.first
        mixed = server.keeps_case and transport.datagrams
        exchange.section = mixed_case(question.wire_name) + question.section[-4:] if mixed else question.section
        payload = query_bytes(question, exchange.section, edns=exchange.edns)
        channel, ident = transport.place()
        channel.pending[ident] = exchange
        try:
            channel.send(ident + payload)
        except OSError:
            channel.release(ident)
            raise
        exchange.channel, exchange.ident = channel, ident
        seconds = max(transport.least_seconds, self._try_seconds)
        exchange.slot = self._timeouts.add(min(seconds, self._left(exchange)), exchange)

    def _left(self, exchange: Exchange) -> float:
        return exchange.started + TRIES_SECONDS - time.monotonic()

    def on_answer(self, exchange: Exchange, packet: bytes) -> None:
        """A packet has come under the id of this exchange; it counts only when it answers what was asked."""
        flags = int.from_bytes(packet[2:4], "big")
        datagram = exchange.channel is not None and exchange.channel.datagrams
        asked = self._is_asked(exchange, packet[12 : 12 + len(exchange.section)], datagram)
        bare = not datagram and len(packet) == 12 and flags & 0xF  # some servers refuse without the question
        if not flags & types.QR or flags & types.OPCODE or not (asked or bare):
            self._on_mismatch(exchange)
            return
        self._release(exchange)
        exchange.server.good(time.monotonic() - exchange.sent_at)
        if flags & types.TC and datagram:
            self._ask_by_stream(exchange)
        else:
            self._on_response(exchange, packet)

    def _is_asked(self, exchange: Exchange, section: bytes, datagram: bool) -> bool:
        """Whether `section` is the question that was asked: to the letter, unless no stranger can have answered."""
        server = exchange.server
        if section == exchange.section:
            server.kept_case()
            return True
        if section[-4:] != exchange.section[-4:] or section[:-4].lower() != exchange.section[:-4].lower():
            return False
        if datagram and server.keeps_case:
            server.folded_case()
            return False
        return True

    def _on_response(self, exchange: Exchange, packet: bytes) -> None:
        try:
            response = message.parse_response(packet, exchange.section)
        except Malformed:
            self.counters["malformed"] += 1
            self._try(exchange)
            return
        spec = exchange.server.endpoint.spec
        if response.rcode == types.FORMERR and exchange.edns and not response.edns:
            exchange.edns = False  # RFC 6891 section 7: a server from before EDNS
            exchange.tried = tuple(server for server in exchange.tried if server is not exchange.server)
            self._try(exchange)
        elif response.rcode > 15:  # about our EDNS, not about the name
            self._try(exchange)
        elif response.rcode in RETRY_RCODES:
            exchange.failure = (response, spec)
            if all(server in exchange.tried for server in self.servers):
                self._finish(exchange, response, spec)
            else:
                self._try(exchange)
        else:
            self._finish(exchange, response, spec)

    def _on_mismatch(self, exchange: Exchange) -> None:
        """Somebody answered another question: wait on; after a few, ask over a stream, which no blind forger can."""
        self.counters["mismatched"] += 1
        exchange.mismatches += 1
        if exchange.mismatches == MISMATCHES and not exchange.by_stream:
            self._release(exchange)
            self._ask_by_stream(exchange)

    def _ask_by_stream(self, exchange: Exchange) -> None:
        """The same server again, over a stream; the tries that were used up are given back but for one."""
        exchange.by_stream = True
        exchange.tries = 1
        self._try(exchange)

    def _on_time_out(self, exchange: Exchange) -> None:
        self.counters["timed_out"] += 1
        self.on_failure(exchange)

    def on_failure(self, exchange: Exchange) -> None:
        """This try has failed: the next one, or the end."""
        self._release(exchange)
        if exchange.key == PROBE:
            exchange.server.probe_failed()
            return
        exchange.server.bad()
        if exchange.mismatches:
            exchange.by_stream = True
        self._try(exchange)

    def _release(self, exchange: Exchange) -> None:
        channel, exchange.channel = exchange.channel, None
        self._timeouts.discard(exchange.slot, exchange)
        if channel is not None:
            channel.release(exchange.ident)

    def _finish(self, exchange: Exchange, response: Response | None, spec: str) -> None:
        self.exchanges.pop(exchange.key, None)
        waiting, exchange.done = exchange.done, []
        for done in waiting:
            done(response, spec)

    def _probe(self, server: Server) -> None:
        """Ask a server that fell silent for the root's NS, so that no person's query has to find out."""
        question = Question(0, types.RD, ".", b"\0", types.NS, types.IN, b"\0\0\x02\0\x01")
        exchange = Exchange(self, PROBE, question, _nobody, server, time.monotonic())
        exchange.tries = TRIES  # this one try, then no other server
        try:
            self._send(exchange, server)
        except OSError:
            server.probe_failed()


def _nobody(response: Response | None, spec: str) -> None:
    """The probe's answer goes nowhere; that it came is all."""
