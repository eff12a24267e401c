# SPDX-License-Identifier: GPL-3.0-or-later
"""The upstreams of one worker: questions are put to them, and identical ones in flight are joined.

    exchange ─► exchanges (attempts, answers, failures) ─► a server's transport ─► channel
    passthrough ─► pending (one attempt, and the time for it) ──────────────────►
                     ▲ what is not answered plainly, in time, becomes an exchange
    on_packet, on_error ◄─ what the channels say: whoever waits there is told
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from resolver.transport.endpoint import Endpoint, usable
from resolver.transport.poller import Poller
from resolver.transport.transport import Builder, Channel
from resolver.transport.transports import TRANSPORTS
from resolver.upstream.bootstrap import Bootstrap
from resolver.upstream.exchange import Attempt, Done
from resolver.upstream.exchanges import TOTAL_SECONDS, Exchanges
from resolver.upstream.pending import Pending, PendingTable
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.route import HOUSE, Route
from resolver.upstream.server import Server
from resolver.upstream.servers import Servers
from resolver.upstream.timeouts import SECOND_NS
from resolver.upstream.upstream_choice import OWN
from resolver.upstream.upstream_policy import USUAL, UpstreamPolicy
from store.log.records import INSECURE, UNCHECKED
from wire.message import Question

MAX_IN_FLIGHT = 8192  # questions at one moment, some 1 KiB each; past this a query gets SERVFAIL at once
MAX_SERVERS = 200  # of the house, its groups and domains; each holds up to sixteen sockets open when it is asked
MAX_JOINED = 1000  # queries that wait on one exchange
MAX_JOINED_ALL = 8192  # on all exchanges; a query that waits is kept as it came, up to 4 KiB


class Forwarder:
    """Not thread-safe: everything runs on the worker's loop. The `Owner` of all transports."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        endpoints: Sequence[Endpoint],
        try_seconds: float,
        policy: UpstreamPolicy = USUAL,
        transports: Mapping[str, tuple[Builder, ...]] = TRANSPORTS,
        *,
        vouches: Callable[[Endpoint], bool] = lambda _endpoint: False,
    ) -> None:
        self.counters: Counter[str] = Counter()  # keys are fixed words, so it is bounded
        self.loop, self.poller = loop, Poller(loop)
        self._policy, self._transports, self._vouches = policy, transports, vouches
        self._known: dict[Endpoint, Server] = {}  # each once, in however many routes; bounded by MAX_SERVERS
        self._routes: dict[tuple[str, ...], Servers] = {}  # bounded by `keep`
        self.servers = self._servers(endpoints)
        self.bootstrap = Bootstrap(loop, self.exchange, policy.bootstrap)
        self.exchanges = Exchanges(loop, try_seconds, self.counters)
        self.pending = PendingTable(loop, try_seconds, self._on_late, self._on_slow)

    @property
    def in_flight(self) -> int:
        """Questions that are not answered yet."""
        return len(self.exchanges) + len(self.pending)

    @property
    def all_down(self) -> bool:
        """Whether no upstream is known to answer."""
        return self.servers.all_down

    @property
    def every_server(self) -> Iterable[Server]:
        """The house's servers, and those of all routes, each once."""
        return self._known.values()

    def servers_of(self, route: Route) -> Servers:
        """Those that a question of this route may be put to.

        A group's servers, where none can be used, give way to the house's; a domain's never do.
        """
        if not route.specs:
            return self.servers
        servers = self._routes.get(route.specs)
        if servers is None:
            servers = self._routes[route.specs] = self._servers(usable(route.specs))
        return servers if servers or route.domain else self.servers

    def keep(self, routes: Iterable[Route]) -> None:
        """Be ready for these routes, and forget the servers that are in no other."""
        wanted = {route.specs for route in (*routes, self.bootstrap.route)}
        self._routes = {specs: servers for specs, servers in self._routes.items() if specs in wanted}
        used = {id(server) for servers in (self.servers, *self._routes.values()) for server in servers.every}
        for endpoint, server in list(self._known.items()):
            if id(server) not in used:
                del self._known[endpoint]
                self.loop.call_later(TOTAL_SECONDS, server.close)  # what is on its way may still come

    def waited(self, key: QuestionKey) -> float:
        """Seconds for which an upstream is being asked this already; 0: nobody asks."""
        if (pending := self.pending.get(key)) is not None:
            return (time.monotonic_ns() - pending.sent_ns) / SECOND_NS
        running = self.exchanges.get(key)
        return 0.0 if running is None else time.monotonic() - running.started

    def exchange(self, key: QuestionKey, question: Question, done: Done, route: Route = HOUSE) -> None:
        """Put `question` to an upstream; `done` is called once, maybe before this returns."""
        servers = self.servers_of(route)
        if (pending := self.pending.get(key)) is not None:
            self.adopt(pending)
        running = self.exchanges.get(key)
        if running is not None and len(running.done) < MAX_JOINED and self.exchanges.joined < MAX_JOINED_ALL:
            running.done.append(done)
            self.exchanges.joined += 1
            self.counters["joined"] += 1
        elif running is not None or self.in_flight >= MAX_IN_FLIGHT or not servers:
            self.counters["overflow"] += 1
            done(None, "")
        else:
            self.exchanges.begin(key, question, done, servers)

    def poll(self) -> None:
        """Take the answers that have come, without waiting for the loop to come round."""
        if self.exchanges or self.pending:
            self.poller.poll()

    def close(self) -> None:
        """Close all sockets; what is in flight is never answered."""
        self.bootstrap.close()
        for server in self.every_server:
            server.close()
        self.pending.close()
        self.poller.close()
        self.exchanges.close()

    # --- what transports say ---------------------------------------------------------------------------------------

    async def find_addresses(self, host: str) -> Sequence[str]:
        """As `Owner`."""
        return await self.bootstrap.find(host)

    def on_packet(self, channel: Channel, packet: bytes) -> None:
        """A packet has come: whoever waits under its id looks at it."""
        waiting = channel.pending.get(packet[:2])
        if waiting is None or len(packet) < 12:
            self.counters["unexpected"] += 1
            if channel.stray():
                self.counters["guessed"] += 1
                for each in list(channel.pending.values()):
                    each.guessed()
            return
        waiting.answered(packet)

    def on_error(self, channel: Channel) -> None:
        """The channel failed: everything that waits on it is told."""
        self.counters["socket_errors"] += 1
        for waiting in list(channel.pending.values()):
            waiting.failed()

    # --- queries that pass through ---------------------------------------------------------------------------------

    def ready(self, route: Route = HOUSE) -> Server | None:
        """The server for a query that passes through; None when there is none just now, or too much is on its way."""
        servers = self.servers if route is HOUSE else self.servers_of(route)
        if not servers or len(self.pending) + len(self.exchanges) >= MAX_IN_FLIGHT:
            return None
        server = servers.choose()
        if not server.takes_edns or server.down or server.wants_stream:
            return None
        first = server.first
        return server if first.datagrams or first.is_open else None  # a handshake is an exchange's business

    def adopt(self, pending: Pending) -> Attempt:
        """Make an exchange of it, as if it had begun here; it waits on where it waited."""
        del self.pending[pending.key]
        exchange, attempt = pending.exchange(self.exchanges)
        self.exchanges.adopt(exchange, attempt)
        return attempt

    def answered_oddly(self, pending: Pending, packet: bytes) -> None:
        """A packet came for it that is not the plain answer."""
        self.exchanges.on_answer(self.adopt(pending), packet)

    def lost(self, pending: Pending) -> None:
        """The channel on which it waited failed."""
        self.exchanges.on_lost(self.adopt(pending))

    def guessed(self, pending: Pending) -> None:
        """Somebody guesses ids where it waited."""
        self.exchanges.on_guessed(self.adopt(pending))

    def unsent(self, pending: Pending) -> None:
        """It could not be sent: the next server is asked at once."""
        self.counters["send_errors"] += 1
        joined = self.exchanges.get(pending.key)  # by a second query of the same batch
        self.exchanges.on_lost(joined.attempts[0] if joined else self.adopt(pending))

    def over(self, pending: Pending) -> None:
        """Its answer is there."""
        del self.pending[pending.key]
        if not self.pending:
            self.pending.rest(time.monotonic_ns())
        pending.channel.release(pending.ident)

    def _on_late(self, pending: Pending) -> None:
        self.exchanges.on_time_out(self.adopt(pending))

    def _on_slow(self, pending: Pending) -> None:
        """Another server is asked beside, where there is one that is up, or the same over another connection."""
        servers, asked = self.servers_of(pending.route), pending.server
        stream = not pending.channel.datagrams  # that may have died without a word
        if stream or any(server is not asked and not server.down for server in servers):
            self.exchanges.hedging.on_slow(self.adopt(pending))

    def _servers(self, endpoints: Iterable[Endpoint]) -> Servers:
        """Where one of them is private, the others are not asked, or only once the private ones have failed."""
        chosen = list(endpoints)
        private = [endpoint for endpoint in chosen if endpoint.private]
        if not any(endpoint.encrypted for endpoint in chosen):
            return Servers(self._made(chosen))
        plain = [endpoint for endpoint in chosen if not endpoint.private] or [
            endpoint for endpoint in usable(self._policy.bootstrap) if not endpoint.encrypted
        ]
        return Servers(self._made(private), self._made(plain) if self._policy.fallback else ())

    def _made(self, endpoints: Iterable[Endpoint]) -> list[Server]:
        servers = (self._server(endpoint) for endpoint in endpoints)
        return [server for server in servers if server is not None]

    def _server(self, endpoint: Endpoint) -> Server | None:
        """The server at an endpoint, the same one wherever it is asked; None: there are too many."""
        server = self._known.get(endpoint)
        builders = self._transports.get(endpoint.scheme)
        if server is None and len(self._known) < MAX_SERVERS and builders is not None:
            transports = tuple(build(self, endpoint) for build in builders)
            policy = self._policy
            server = Server(
                endpoint, transports, self._probe, mixed_case=policy.mixed_case,
                cookies=policy.cookies and not endpoint.encrypted, subnet=policy.subnet,
            )  # fmt: skip
            server.vouches = self._vouches(endpoint)
            server.unsigned = INSECURE if server.vouches and endpoint.spec == OWN else UNCHECKED
            self._known[endpoint] = server
        return server

    def _probe(self, server: Server) -> None:
        self.exchanges.probe(server)
