# SPDX-License-Identifier: GPL-3.0-or-later
"""How an exchange is carried out: attempts at one server after another, until one is answered or time is up.

    begin ─► _try ─► attempt on a channel ─► on_answer ─► _on_response ─► _finish ─► all who want the answer
              ▲                                  │              │
              ├── not in time: once more, while this one is listened to
              ├── refused, or the channel failed ┘              │
              └── not in this dress: letters, EDNS, stream ◄────┘

A response counts only when it comes from the server that was asked, on the channel that asked, with the id and, over
datagrams, with the question to the letter, whose case was chosen at random (0x20). Whatever does not match is counted
and waited past, and after a few the question goes over a stream: a forger can cost time, never an answer.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from resolver.upstream import dress
from resolver.upstream.exchange import Attempt, Done, Exchange
from resolver.upstream.hedging import Hedging, outrun
from resolver.upstream.matching import EDNS_RCODES, Match, match, read
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.reconnect_pauses import Pauses
from resolver.upstream.server import Server
from resolver.upstream.servers import Servers
from resolver.upstream.timeouts import SLOT_SECONDS, Timeouts
from wire.message import Question, Response
from wire.names import Malformed
from wire.types import BADCOOKIE, FORMERR, IN, NOTIMP, NS, NXDOMAIN, RD, REFUSED, SERVFAIL

TRIES = 4
TOTAL_SECONDS = 4.4  # for an exchange: a black hole ends in SERVFAIL within five seconds
RESENT_MAX = 64  # times that an exchange is sent again after a connection that answered others was closed
MISMATCHES = 3  # forged or foreign answers to one attempt before it goes over a stream at once
RETRY_RCODES = frozenset({FORMERR, SERVFAIL, NOTIMP, REFUSED})
_NAMELESS = Question(0, RD, ".", b"\0", NS, IN, b"\0\0\x02\0\x01")
PROBE: QuestionKey = b""  # no question's: a probe joins nothing


class Exchanges(dict[QuestionKey, Exchange]):
    """What is in flight, by key. A `Carrier`; `counters` are its owner's."""

    def __init__(self, loop: asyncio.AbstractEventLoop, try_seconds: float, counters: Counter[str]) -> None:
        super().__init__()
        self._try_seconds, self._counters = try_seconds, counters
        self.joined = 0  # that wait on an exchange which others began
        self.hedging = Hedging(loop, self._beside, counters)
        self._pauses = Pauses(loop, self._begin_again)
        self._next: Timeouts[Attempt] = Timeouts(loop, self.on_time_out)
        self._end: Timeouts[Exchange] = Timeouts(loop, self._on_end)

    def begin(self, key: QuestionKey, question: Question, done: Done, servers: Servers) -> None:
        """Put `question` to one of `servers`; there must be one at least."""
        self[key] = exchange = Exchange(self, key, question, done, time.monotonic(), servers)
        exchange.slot = self._end.add(TOTAL_SECONDS, exchange)
        self._try(exchange)

    def adopt(self, exchange: Exchange, attempt: Attempt) -> None:
        """Carry on with an exchange whose first attempt was sent by somebody else."""
        now = time.monotonic()
        self[exchange.key] = exchange
        exchange.slot = self._end.add(exchange.started + TOTAL_SECONDS - now, exchange)
        exchange.attempts.append(attempt)
        exchange.tries, exchange.tried = 1, (attempt.server,)
        attempt.channel.pending[attempt.ident] = attempt
        attempt.slot = self._next.add(attempt.sent_at + self._try_seconds - now, attempt)

    def probe(self, server: Server) -> None:
        """Ask a server that fell silent for the root's NS, so that no person's query has to find out."""
        exchange = Exchange(self, PROBE, _NAMELESS, lambda *_: None, time.monotonic(), Servers([server]))
        exchange.tries = TRIES  # this one try, then no other server
        exchange.tried = (server,)
        exchange.slot, exchange.answers_before = self._end.add(TOTAL_SECONDS, exchange), server.answers
        try:
            self._send(exchange, server)
        except OSError:
            self._finish(exchange, None, "")
            server.probe_failed(server.answers)

    def close(self) -> None:
        """Forget everything; what is in flight is never answered."""
        for timeouts in (self.hedging, self._pauses, self._next, self._end):
            timeouts.close()

    # --- attempts --------------------------------------------------------------------------------------------------

    def _try(self, exchange: Exchange, server: Server | None = None) -> None:
        """Send the question to `server`, or to the next one; when tries or time are used up, wait for what may come."""
        while exchange.servers and exchange.tries < TRIES and self._left(exchange) > SLOT_SECONDS:
            server = server or exchange.servers.choose(exchange.tried)
            if exchange.tried and server is not exchange.tried[-1]:
                exchange.another_dress()
            exchange.tries += 1
            exchange.tried += (server,)
            try:
                self._send(exchange, server)
            except OSError:
                server.bad()
                self._counters["send_errors"] += 1
                server = None
                continue
            return
        if not exchange.attempts and not self._pauses.wait(exchange, self._left(exchange)):
            self._give_up(exchange)

    def _beside(self, exchange: Exchange) -> None:
        """Another server too, which uses up no try."""
        exchange.tries -= 1
        self._try(exchange)

    def _begin_again(self, exchange: Exchange) -> None:
        if self.get(exchange.key) is exchange and not exchange.attempts:
            self._try(exchange)

    def _send(self, exchange: Exchange, server: Server) -> None:
        attempt = dress.send(exchange, server)
        exchange.attempts.append(attempt)
        seconds = max(dress.transport_of(exchange, server).least_seconds, self._try_seconds)
        if seconds < self._left(exchange):
            attempt.slot = self._next.add(seconds, attempt)
        if exchange.key != PROBE:
            self.hedging.watch(attempt, seconds)

    def _left(self, exchange: Exchange) -> float:
        return exchange.started + TOTAL_SECONDS - time.monotonic()

    def _drop(self, attempt: Attempt) -> None:
        """Listen to an attempt no more."""
        self._next.discard(attempt.slot, attempt)
        self.hedging.forget(attempt)
        attempt.channel.release(attempt.ident)
        attempt.exchange.attempts.remove(attempt)

    # --- answers ---------------------------------------------------------------------------------------------------

    def on_answer(self, attempt: Attempt, packet: bytes) -> None:
        """A packet has come under the id of this attempt; it counts only when it answers what was asked."""
        match_ = match(attempt, packet)
        if match_.doubtful:
            self._counters["mismatched"] += 1
            attempt.mismatches += 1
            (self._on_foreign if match_ is Match.FOREIGN else self._on_doubtful)(attempt, match_)
            return
        self._drop(attempt)
        attempt.hear(packet)
        attempt.server.good(time.monotonic() - attempt.sent_at, timed=attempt.timed)
        attempt.server.said(packet[3] & 0xF in RETRY_RCODES, probe=attempt.exchange.key == PROBE)
        if attempt.exchange.key == PROBE:
            self._finish(attempt.exchange, None, "")
        elif match_ is Match.CUT:
            self._ask_by_stream(attempt)
        else:
            self._on_response(attempt, packet)

    def _on_response(self, attempt: Attempt, packet: bytes) -> None:
        exchange, server = attempt.exchange, attempt.server
        try:
            response = read(attempt, packet)
        except Malformed:
            self._counters["malformed"] += 1
            if attempt.channel.datagrams:
                self._ask_by_stream(attempt)  # some boxes cut what is long, and leave TC unset
            else:
                self._try(exchange)
            return
        spec = server.endpoint.spec
        unproven = attempt.mixed and not server.case_proven
        if response.rcode == BADCOOKIE:
            self._on_bad_cookie(attempt)
        elif attempt.edns and exchange.edns and response.rcode in EDNS_RCODES:
            exchange.edns, exchange.refused_edns = False, True  # RFC 6891 section 7: a server from before EDNS
            self._once_more(exchange, server)
        elif response.rcode > 15:  # about our EDNS, not about the name
            self._try(exchange)
        elif unproven and (response.rcode in RETRY_RCODES or response.rcode == NXDOMAIN):
            exchange.failure, exchange.plain = (response, spec), True  # maybe it just does not know capitals
            self._once_more(exchange, server)
        elif response.rcode in RETRY_RCODES:
            exchange.failure = (response, spec)
            self._elsewhere(exchange)
        else:
            attempt.learn(response)
            outrun(exchange.attempts, time.monotonic())
            self._finish(exchange, response, spec)

    def _elsewhere(self, exchange: Exchange) -> None:
        """A server said that it cannot help: ask one that was not asked, or wait for one that was."""
        if any(server not in exchange.tried for server in exchange.servers):
            self._try(exchange)
        elif not exchange.attempts:
            self._give_up(exchange)

    def _on_bad_cookie(self, attempt: Attempt) -> None:
        """The server does not know its own cookie again and has given another (RFC 7873 section 5.3): once more."""
        exchange = attempt.exchange
        self._counters["bad_cookies"] += 1
        exchange.by_stream, exchange.bad_cookie = exchange.bad_cookie, True
        self._once_more(exchange, attempt.server) if attempt.channel.datagrams else self._try(exchange)

    def _on_doubtful(self, attempt: Attempt, match_: Match) -> None:
        """The right question in other letters, or without the cookie: by such a server, or a forger. A stream can tell.

        The true answer may still come, so this attempt is listened to; but nobody may try many.
        """
        exchange, server = attempt.exchange, attempt.server
        self._next.discard(attempt.slot, attempt)
        if attempt.mismatches >= MISMATCHES:
            self._drop(attempt)
        if exchange.folded or exchange.bare:
            return  # a stream is asked already
        exchange.bare, exchange.folded = match_ is Match.BARE, match_ is Match.FOLDED
        if exchange.folded:
            server.lost_case(attempt.channel.strays)
        if exchange.bare or server.keeps_case:
            self._ask_by_stream(attempt)
        else:
            exchange.plain = True
            self._once_more(exchange, server)

    def _on_foreign(self, attempt: Attempt, _: Match = Match.FOREIGN) -> None:
        """Somebody answered another question: wait on; after a few, ask over a stream, which no blind forger can."""
        if attempt.mismatches == MISMATCHES and attempt.channel.datagrams:
            self._drop(attempt)
            self._ask_by_stream(attempt)

    def _ask_by_stream(self, attempt: Attempt) -> None:
        """The same server again, over a stream."""
        attempt.exchange.by_stream = True
        self._once_more(attempt.exchange, attempt.server)

    def _once_more(self, exchange: Exchange, server: Server) -> None:
        """The same server again, in another dress, which uses up no try."""
        exchange.tries = min(exchange.tries, TRIES) - 1
        self._try(exchange, server)

    # --- failures --------------------------------------------------------------------------------------------------

    def on_time_out(self, attempt: Attempt) -> None:
        """It is late: listen on, and ask again, somewhere else or in the plainest dress."""
        exchange, server = attempt.exchange, attempt.server
        attempt.slot, attempt.late = 0, True
        self._counters["timed_out"] += 1
        attempt.channel.distrust(attempt.sent_at)
        if exchange.key == PROBE:
            return
        server.bad()
        if len(exchange.servers) == 1 and server.down:
            self._give_up(exchange)
            return
        exchange.undress(attempt)
        self._try(exchange)

    def on_lost(self, attempt: Attempt) -> None:
        """The channel of this attempt failed."""
        exchange, server, channel = attempt.exchange, attempt.server, attempt.channel
        self._drop(attempt)
        if exchange.key == PROBE:
            self._finish(exchange, None, "")
            server.probe_failed(exchange.answers_before)
            return
        if not channel.datagrams and exchange.resent < (RESENT_MAX if channel.answers else 1):
            exchange.resent += 1  # RFC 7766 section 6.2.4: a server may close when it likes, and that is no failure
            self._once_more(exchange, server)
            return
        server.bad()
        if not channel.datagrams and not channel.answers:
            server.streamless()
        self._try(exchange, server if exchange.streamless() else None)

    def on_guessed(self, attempt: Attempt) -> None:
        """Somebody tries one id after another where this attempt waits: it waits there no more."""
        attempt.server.guessed()
        self._drop(attempt)
        self._ask_by_stream(attempt)

    def _on_end(self, exchange: Exchange) -> None:
        if exchange.key == PROBE:
            exchange.tried[-1].probe_failed(exchange.answers_before)
            self._finish(exchange, None, "")
        else:
            self._give_up(exchange)

    def _give_up(self, exchange: Exchange) -> None:
        response, spec = exchange.failure or (None, exchange.tried[-1].endpoint.spec if exchange.tried else "")
        self._counters["failed"] += 1
        self._finish(exchange, response, spec)

    def _finish(self, exchange: Exchange, response: Response | None, spec: str) -> None:
        self.pop(exchange.key, None)
        self._end.discard(exchange.slot, exchange)
        for attempt in list(exchange.attempts):
            self._drop(attempt)
        waiting, exchange.done = exchange.done, []
        self.joined -= len(waiting) - 1
        for done in waiting:
            done(response, spec)
