# SPDX-License-Identifier: GPL-3.0-or-later
"""Exchanges with the upstreams: one question put to one server after another until it is answered, or time is up.

Identical questions in flight are joined. A response counts only when it comes from the server that was asked, on the
port that asked, with the id and with the question to the letter, whose case was chosen at random (0x20). Whatever does
not match is counted and waited past, and the next try then goes over TCP: a forger can cost time, never an answer.

    exchange ─► _try ─► ports (UDP) / streams (TCP) ─► _on_packet ─► _finish ─► everybody who waits
                 ▲                                        │
                 └── timed out, refused, failed ──────────┘
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from resolver.answer.cache import CacheKey
from resolver.answer.passthrough import Flight
from resolver.upstream.endpoint import Endpoint
from resolver.upstream.exchange import Done, Exchange
from resolver.upstream.pending import Flights
from resolver.upstream.poller import Poller
from resolver.upstream.query_packet import mixed_case, query_bytes
from resolver.upstream.server import Upstream
from resolver.upstream.tcp import Stream, StreamPool
from resolver.upstream.timeouts import SLOT_SECONDS, Wheel
from resolver.upstream.udp import Port, PortPool
from wire import message
from wire.message import Question, Response
from wire.names import Malformed
from wire.types import FORMERR, IN, NOTIMP, NS, OPCODE, QR, RD, REFUSED, SERVFAIL, TC

TRIES = 4
TRIES_SECONDS = 4.4  # for all tries together: a black hole ends in SERVFAIL within five seconds
TCP_SECONDS = 2.0  # a handshake more than UDP
MAX_IN_FLIGHT = 8192  # exchanges at one moment, some 1 KiB each; past this a query gets SERVFAIL at once
MAX_JOINED = 1000  # queries that wait on one exchange
MISMATCHES = 3  # forged or foreign answers to one try before it goes over TCP at once
RETRY_RCODES = frozenset({FORMERR, SERVFAIL, NOTIMP, REFUSED})

PROBE: CacheKey = b""  # no question's: a probe joins nothing


class Upstreams:
    """All upstreams of one worker. Not thread-safe: everything runs on the worker's loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, endpoints: Sequence[Endpoint], try_seconds: float) -> None:
        self._try_seconds = try_seconds
        self.counters: Counter[str] = Counter()  # keys are fixed words, so it is bounded
        self._loop = loop
        self.exchanges: dict[CacheKey, Exchange] = {}  # in flight
        self.flights = Flights(loop, try_seconds, self._on_late_flight)
        self._wheel: Wheel[Exchange] = Wheel(loop, self._on_time_out)
        self._poller = Poller(loop)
        self.servers = [self._server(endpoint) for endpoint in endpoints]

    @property
    def in_flight(self) -> int:
        return len(self.exchanges) + len(self.flights)

    @property
    def all_down(self) -> bool:
        for server in self.servers:  # noqa: SIM110 - all() is slower, and each memo miss asks this
            if not server.down:
                return False
        return True

    def exchange(self, key: CacheKey, question: Question, done: Done) -> None:
        """Put `question` to an upstream; `done` is called once, maybe before this returns."""
        if (flight := self.flights.get(key)) is not None:
            self._adopt(flight)
        running = self.exchanges.get(key)
        if running is not None and len(running.waiting) < MAX_JOINED:
            running.waiting.append(done)
            self.counters["joined"] += 1
            return
        if running is not None or self.in_flight >= MAX_IN_FLIGHT or not self.servers:
            self.counters["overflow"] += 1
            done(None, "")
            return
        self.exchanges[key] = exchange = Exchange(key, question, done, self.servers[0], time.monotonic())
        self._try(exchange)

    def ready(self) -> Upstream | None:
        """The server for a plain query over UDP; None when there is none at the moment, or too much is on its way."""
        servers = self.servers
        if not servers or len(self.flights) + len(self.exchanges) >= MAX_IN_FLIGHT:
            return None
        upstream = servers[0] if len(servers) == 1 else self._choose(())
        return None if upstream.down or upstream.endpoint.tcp else upstream

    def poll(self) -> None:
        """Take the answers that have come, without waiting for the loop to come round."""
        if self.exchanges or self.flights:
            self._poller.poll()

    def close(self) -> None:
        """Close all sockets; what is in flight is never answered."""
        for server in self.servers:
            server.close()
        self.flights.close()
        self._poller.close()
        self._wheel.close()

    def _server(self, endpoint: Endpoint) -> Upstream:
        address = (endpoint.host, endpoint.port)
        ports = PortPool(self._poller, address, self._on_packet, self._on_error)
        streams = StreamPool(self._loop, address, self._on_packet, self._on_error)
        return Upstream(endpoint, ports, streams, self._probe)

    def _try(self, exchange: Exchange) -> None:
        """Send the question to the next server; give up when the tries or the time are used up."""
        tries = 1 if self.all_down and len(self.servers) == 1 else TRIES
        while self.servers and exchange.tries < tries and self._left(exchange) > SLOT_SECONDS:
            again = exchange.tcp and exchange.tries == 1  # after a truncated answer TCP stays where it is
            upstream = exchange.upstream if again else self._choose(exchange.tried)
            exchange.upstream, exchange.sent_at, exchange.mismatches = upstream, time.monotonic(), 0
            exchange.tries += 1
            exchange.tried += (upstream,)
            try:
                self._send(exchange, upstream)
            except OSError:
                upstream.bad()
                self.counters["send_errors"] += 1
                continue
            return
        response, spec = exchange.failed or (None, exchange.upstream.endpoint.spec)
        self.counters["failed"] += 1
        self._finish(exchange, response, spec)

    def _choose(self, tried: tuple[Upstream, ...]) -> Upstream:
        """The quickest server that is up and was not tried."""
        if len(self.servers) == 1:
            return self.servers[0]
        fresh = [server for server in self.servers if server not in tried] or self.servers
        if len(fresh) > 1 and random.random() < 0.02:  # noqa: S311 - look at the others now and then
            return random.choice(fresh)  # noqa: S311
        return min(fresh, key=Upstream.rank)

    def _send(self, exchange: Exchange, upstream: Upstream) -> None:
        question = exchange.question
        tcp = exchange.tcp or upstream.endpoint.tcp
        mixed = upstream.keeps_case and not tcp
        exchange.section = mixed_case(question.wire_name) + question.section[-4:] if mixed else question.section
        payload = query_bytes(question, exchange.section, edns=exchange.edns)
        pool: Any = upstream.streams if tcp else upstream.ports
        exchange.via, exchange.ident = pool.send(exchange, payload)
        seconds = max(TCP_SECONDS, self._try_seconds) if tcp else self._try_seconds
        exchange.slot = self._wheel.add(min(seconds, self._left(exchange)), exchange)

    def _adopt(self, flight: Flight) -> Exchange:
        """Make an exchange of a flight, as if it had begun on the ordinary way; it waits on where it waited."""
        exchange = flight.road.land(flight)
        del self.flights[flight.key]
        self.exchanges[flight.key] = flight.port.pending[flight.ident] = exchange
        exchange.slot = self._wheel.add(exchange.sent_at + self._try_seconds - time.monotonic(), exchange)
        return exchange

    def _left(self, exchange: Exchange) -> float:
        return exchange.started + TRIES_SECONDS - time.monotonic()

    def _on_packet(self, via: Port | Stream, packet: bytes) -> None:
        exchange = via.pending.get(packet[:2])
        if exchange is None or len(packet) < 12:
            self.counters["unexpected"] += 1
            return
        if type(exchange) is Flight:
            if exchange.road.take(exchange, packet):
                return
            exchange = self._adopt(exchange)
        flags = int.from_bytes(packet[2:4], "big")
        asked = self._is_asked(exchange, via, packet[12 : 12 + len(exchange.section)])
        bare = isinstance(via, Stream) and len(packet) == 12 and flags & 0xF  # some servers refuse without the question
        if not flags & QR or flags & OPCODE or not (asked or bare):
            self._on_mismatch(exchange)
            return
        self._release(exchange)
        exchange.upstream.good(time.monotonic() - exchange.sent_at)
        if flags & TC and isinstance(via, Port):
            self._ask_by_tcp(exchange)
        else:
            self._on_response(exchange, packet)

    def _is_asked(self, exchange: Exchange, via: Port | Stream, section: bytes) -> bool:
        """Whether `section` is the question that was asked: to the letter over UDP, unless this server folds case."""
        upstream = exchange.upstream
        if section == exchange.section:
            upstream.kept_case()
            return True
        if section[-4:] != exchange.section[-4:] or section[:-4].lower() != exchange.section[:-4].lower():
            return False
        if isinstance(via, Port) and upstream.keeps_case:
            upstream.folded_case()
            return False
        return True

    def _on_response(self, exchange: Exchange, packet: bytes) -> None:
        try:
            response = message.parse_response(packet, exchange.section)
        except Malformed:
            self.counters["malformed"] += 1
            self._try(exchange)
            return
        spec = exchange.upstream.endpoint.spec
        if response.rcode == FORMERR and exchange.edns and not response.edns:
            exchange.edns = False  # RFC 6891 section 7: a server from before EDNS
            exchange.tried = tuple(server for server in exchange.tried if server is not exchange.upstream)
            self._try(exchange)
        elif response.rcode > 15:  # about our EDNS, not about the name
            self._try(exchange)
        elif response.rcode in RETRY_RCODES:
            exchange.failed = (response, spec)
            if all(server in exchange.tried for server in self.servers):
                self._finish(exchange, response, spec)
            else:
                self._try(exchange)
        else:
            self._finish(exchange, response, spec)

    def _on_mismatch(self, exchange: Exchange) -> None:
        """Somebody answered another question: wait on; after a few, ask over TCP, which no blind forger can."""
        self.counters["mismatched"] += 1
        exchange.mismatches += 1
        if exchange.mismatches == MISMATCHES and not exchange.tcp:
            self._release(exchange)
            self._ask_by_tcp(exchange)

    def _ask_by_tcp(self, exchange: Exchange) -> None:
        """The same server again, over TCP; the tries that UDP used up are given back but for one."""
        exchange.tcp = True
        exchange.tries = 1
        self._try(exchange)

    def _on_error(self, via: Port | Stream) -> None:
        """The socket failed: everything that waits on it goes to the next server at once."""
        self.counters["socket_errors"] += 1
        for waits in list(via.pending.values()):
            self._failed_try(self._adopt(waits) if type(waits) is Flight else waits)

    def over(self, flight: Flight) -> None:
        """Its answer is there."""
        del self.flights[flight.key]
        flight.upstream.ports.release(flight.port, flight.ident)

    def failed(self, flight: Flight) -> None:
        """It could not be sent: the next server is asked at once."""
        self.counters["send_errors"] += 1
        joined = self.exchanges.get(flight.key)  # by a second query of the same batch
        self._failed_try(joined or self._adopt(flight))

    def _on_late_flight(self, flight: Flight) -> None:
        self._on_time_out(self._adopt(flight))

    def _on_time_out(self, exchange: Exchange) -> None:
        self.counters["timed_out"] += 1
        self._failed_try(exchange)

    def _failed_try(self, exchange: Exchange) -> None:
        self._release(exchange)
        if exchange.key == PROBE:
            exchange.upstream.probe_failed()
            return
        exchange.upstream.bad()
        if exchange.mismatches:
            exchange.tcp = True
        self._try(exchange)

    def _release(self, exchange: Exchange) -> None:
        via, exchange.via = exchange.via, None
        self._wheel.discard(exchange.slot, exchange)
        if isinstance(via, Port):
            exchange.upstream.ports.release(via, exchange.ident)
        elif isinstance(via, Stream):
            exchange.upstream.streams.release(via, exchange.ident)

    def _finish(self, exchange: Exchange, response: Response | None, spec: str) -> None:
        self.exchanges.pop(exchange.key, None)
        waiting, exchange.waiting = exchange.waiting, []
        for done in waiting:
            done(response, spec)

    def _probe(self, upstream: Upstream) -> None:
        """Ask a server that fell silent for the root's NS, so that no person's query has to find out."""
        question = Question(0, RD, ".", b"\0", NS, IN, b"\0\0\x02\0\x01")
        exchange = Exchange(PROBE, question, _nobody, upstream, time.monotonic())
        exchange.tries = TRIES  # this one try, then no other server
        try:
            self._send(exchange, upstream)
        except OSError:
            upstream.probe_failed()


def _nobody(response: Response | None, spec: str) -> None:
    """The probe's answer goes nowhere; that it came is all."""
