# SPDX-License-Identifier: GPL-3.0-or-later
"""The upstreams of one worker: questions are put to them, and identical ones in flight are joined.

    exchange ─► exchanges (attempts, answers, failures) ─► a server's transport ─► channel
    passthrough ─► pending (one attempt, and the time for it) ──────────────────►
                     ▲ what is not answered plainly, in time, becomes an exchange
    on_packet, on_error ◄─ what the channels say: whoever waits there is told
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

from resolver.upstream.endpoint import Endpoint
from resolver.upstream.exchange import Attempt, Done
from resolver.upstream.exchanges import Exchanges
from resolver.upstream.pending import Pending, PendingTable
from resolver.upstream.poller import Poller
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.server import Server
from resolver.upstream.servers import Servers
from resolver.upstream.transport import Builder, Channel
from resolver.upstream.transports import TRANSPORTS
from wire.message import Question

MAX_IN_FLIGHT = 8192  # questions at one moment, some 1 KiB each; past this a query gets SERVFAIL at once
MAX_JOINED = 1000  # queries that wait on one exchange
MAX_JOINED_ALL = 8192  # on all exchanges; a query that waits is kept as it came, up to 4 KiB


class Forwarder:
    """Not thread-safe: everything runs on the worker's loop. The `Owner` of all transports."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        endpoints: Sequence[Endpoint],
        try_seconds: float,
        transports: Mapping[str, tuple[Builder, ...]] = TRANSPORTS,
        *,
        mixed_case: bool = True,
    ) -> None:
        self.counters: Counter[str] = Counter()  # keys are fixed words, so it is bounded
        self.loop, self.poller = loop, Poller(loop)
        self._mixed_case = mixed_case
        self.servers = Servers(self._server(endpoint, transports[endpoint.scheme]) for endpoint in endpoints)
        self.exchanges = Exchanges(loop, self.servers, try_seconds, self.counters)
        self.pending = PendingTable(loop, try_seconds, self._on_late)

    @property
    def in_flight(self) -> int:
        """Questions that are not answered yet."""
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
        if running is not None and len(running.done) < MAX_JOINED and self.exchanges.joined < MAX_JOINED_ALL:
            running.done.append(done)
            self.exchanges.joined += 1
            self.counters["joined"] += 1
        elif running is not None or self.in_flight >= MAX_IN_FLIGHT or not self.servers:
            self.counters["overflow"] += 1
            done(None, "")
        else:
            self.exchanges.begin(key, question, done)

    def poll(self) -> None:
        """Take the answers that have come, without waiting for the loop to come round."""
        if self.exchanges or self.pending:
            self.poller.poll()

    def close(self) -> None:
        """Close all sockets; what is in flight is never answered."""
        self.servers.close()
        self.pending.close()
        self.poller.close()
        self.exchanges.close()

    # --- what transports say ---------------------------------------------------------------------------------------

    def on_packet(self, channel: Channel, packet: bytes) -> None:
        """A packet has come: whoever waits under its id looks at it."""
        waiting = channel.pending.get(packet[:2])
        if waiting is None or len(packet) < 12:
            self.counters["unexpected"] += 1
            return
        waiting.answered(packet)

    def on_error(self, channel: Channel) -> None:
        """The channel failed: everything that waits on it is told."""
        self.counters["socket_errors"] += 1
        for waiting in list(channel.pending.values()):
            waiting.failed()

    # --- queries that pass through ---------------------------------------------------------------------------------

    def ready(self) -> Server | None:
        """The server for a query that passes through; None when there is none just now, or too much is on its way."""
        if not self.servers or len(self.pending) + len(self.exchanges) >= MAX_IN_FLIGHT:
            return None
        server = self.servers.choose()
        return server if server.takes_edns and server.first.datagrams and not server.down else None

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

    def unsent(self, pending: Pending) -> None:
        """It could not be sent: the next server is asked at once."""
        self.counters["send_errors"] += 1
        joined = self.exchanges.get(pending.key)  # by a second query of the same batch
        self.exchanges.on_lost(joined.attempts[0] if joined else self.adopt(pending))

    def over(self, pending: Pending) -> None:
        """Its answer is there."""
        del self.pending[pending.key]
        pending.channel.release(pending.ident)

    def _on_late(self, pending: Pending) -> None:
        self.exchanges.on_time_out(self.adopt(pending))

    def _server(self, endpoint: Endpoint, builders: tuple[Builder, ...]) -> Server:
        transports = tuple(build(self, (endpoint.host, endpoint.port)) for build in builders)
        return Server(endpoint, transports, self._probe, mixed_case=self._mixed_case)

    def _probe(self, server: Server) -> None:
        self.exchanges.probe(server)
