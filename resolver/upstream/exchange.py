# SPDX-License-Identifier: GPL-3.0-or-later
"""One question on its way to the upstreams: who wants the answer, where it is asked now, and what was tried.

When to ask again and when to stop listening are two times. An attempt that is not answered in time is followed by
another, and stays open: a good answer to any of them is taken until the exchange is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from resolver.transport.transport import Channel
from resolver.upstream.question_key import QuestionKey
from resolver.upstream.server import Server
from resolver.upstream.servers import Servers
from wire.message import Question, Response

PROVEN_TRIES = 2  # in mixed letters, to a server that kept them before
BARE_TRIES = 3  # after so many in vain, ask without EDNS too
Done = Callable[[Response | None, str], None]  # the response, or None when no upstream answered; the upstream's spec


class Carrier(Protocol):
    """Who carries exchanges out."""

    def on_answer(self, attempt: Attempt, packet: bytes) -> None:
        """A packet has come under the id of an attempt."""

    def on_lost(self, attempt: Attempt) -> None:
        """The channel on which it waited failed."""

    def on_guessed(self, attempt: Attempt) -> None:
        """Somebody guesses ids on that channel."""


class Exchange:
    """One question on its way, and all who wait for its answer."""

    __slots__ = (
        "answers_before", "attempts", "bad_cookie", "bare", "by_stream", "carrier", "done", "edns", "failure",
        "folded", "key", "plain", "question", "refused_edns", "resent", "servers", "slot", "started", "stream_failed",
        "tried", "tries", "waits",
    )  # fmt: skip

    def __init__(
        self, carrier: Carrier, key: QuestionKey, question: Question, done: Done, now: float, servers: Servers
    ) -> None:
        self.carrier, self.key, self.question, self.done, self.started = carrier, key, question, [done], now
        self.servers = servers  # that may be asked
        self.attempts: list[Attempt] = []  # that are still listened to
        self.tries = 0
        self.tried: tuple[Server, ...] = ()
        self.failure: tuple[Response, str] | None = None  # an upstream's own SERVFAIL, in case no other does better
        self.slot = 0  # of the time-out that ends it
        self.answers_before = 0  # of a probe's server, when it left
        self.waits = 0  # pauses, after all servers had failed
        self.resent = 0  # times, after a server had closed the connection
        self.bad_cookie = False  # a server did not know its cookie again
        # How the next attempt is dressed; what is known of its server goes before.
        self.another_dress()

    def has_fresh(self) -> bool:
        """Whether there is a server that was not asked yet."""
        return any(server not in self.tried and not server.down for server in self.servers)

    def same_failure(self, response: Response) -> bool:
        """Whether a server said so before, so that another dress was not what it wanted."""
        return self.failure is not None and self.failure[0].rcode == response.rcode

    def another_dress(self) -> None:
        """Begin with the full dress again: another server is asked."""
        self.by_stream = False  # over what carries answers of any size, from nobody else
        self.plain = False  # the name in small letters
        self.edns = True
        self.refused_edns = False  # it said so
        self.folded = False  # an answer came back in other letters: a stream is to tell, else plain ones
        self.bare = False  # one came without the cookie that its server gives: the same
        self.stream_failed = False  # and could not

    def undress(self, attempt: Attempt) -> None:
        """Ask more plainly after silence, without what some servers swallow; sooner one of which nothing is proven."""
        if self.streamless():
            return
        if attempt.mismatches:
            self.by_stream = True
        elif self.tries >= (PROVEN_TRIES if attempt.server.case_proven else 1):
            self.plain = True
            self.edns = self.edns and self.tries < BARE_TRIES

    def streamless(self) -> bool:
        """Whether a stream was to tell of folded letters or a missing cookie and cannot, so that neither is asked for.

        True once for each server: one that cuts its plain answer off, too, and has no stream, cannot answer at all.
        """
        if not ((self.folded or self.bare) and self.by_stream) or self.stream_failed:
            return False
        self.by_stream, self.plain, self.stream_failed = False, True, True
        return True


class Attempt:
    """One packet to one server; itself a `Waiting` for the channel that it left by."""

    __slots__ = (
        "channel", "cookie", "edns", "exchange", "ident", "late", "mismatches", "mixed", "section", "sent_at",
        "server", "slot", "slow_slot", "timed",
    )  # fmt: skip

    def __init__(
        self, exchange: Exchange, server: Server, channel: Channel, ident: bytes, section: bytes, sent_at: float,
        *, mixed: bool, edns: bool, cookie: bytes = b"",
    ) -> None:  # fmt: skip
        self.exchange, self.server, self.channel, self.ident = exchange, server, channel, ident
        self.section = section  # as it was sent
        self.sent_at = sent_at
        self.mixed, self.edns = mixed, edns
        self.cookie = cookie  # without which a datagram is no answer
        self.mismatches = 0
        self.slot = 0  # of the time-out after which another attempt follows
        self.slow_slot = 0  # of the time after which another server is asked beside it
        self.timed = channel.is_open  # the time until its answer says how quick the server is
        self.late = False  # that time is over

    def learn(self, response: Response) -> None:
        """What a good answer shows of its server. Silence is evidence only of one that never did better."""
        exchange, server = self.exchange, self.server
        if self.mixed:
            server.kept_case()
        elif (
            exchange.plain and not exchange.folded and not server.case_proven and not exchange.same_failure(response)
        ):
            server.lost_case()
        if self.edns:
            server.edns_proven = True
        elif exchange.refused_edns or not server.edns_proven:
            server.refused_edns()

    def hear(self, packet: bytes) -> None:
        """The cookie that an answer holds, or lacks."""
        cookies = self.server.cookies
        if not self.edns:
            return
        if not self.channel.datagrams:
            cookies.hear_stream(packet)
        elif self.exchange.bare and not self.cookie and cookies.expected not in packet:
            cookies.lose()  # a stream could not tell
        else:
            cookies.hear(packet)

    def answered(self, packet: bytes) -> None:
        """As `Waiting`."""
        self.exchange.carrier.on_answer(self, packet)

    def failed(self) -> None:
        """As `Waiting`."""
        self.exchange.carrier.on_lost(self)

    def guessed(self) -> None:
        """As `Waiting`."""
        self.exchange.carrier.on_guessed(self)
