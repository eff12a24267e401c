# SPDX-License-Identifier: GPL-3.0-or-later
"""One question on its way to the upstreams: who waits for it, where it is now, and what was tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from resolver.upstream.question_key import QuestionKey
from resolver.upstream.server import Server
from resolver.upstream.transport import Channel
from wire.message import Question, Response

Done = Callable[[Response | None, str], None]  # the response, or None when no upstream answered; the upstream's spec


class Exchanging(Protocol):
    """Who carries exchanges out."""

    def on_answer(self, exchange: Exchange, packet: bytes) -> None:
        """A packet has come under its id."""

    def on_failure(self, exchange: Exchange) -> None:
        """The channel on which it waited failed."""


class Exchange:
    """One question on its way, and all who wait for its answer; itself a `Waiting` for the channel that it is on."""

    __slots__ = (
        "by_stream", "channel", "done", "edns", "failure", "forwarder", "ident", "key", "mismatches", "question",
        "section", "sent_at", "server", "slot", "started", "tried", "tries",
    )  # fmt: skip

    def __init__(
        self, forwarder: Exchanging, key: QuestionKey, question: Question, done: Done, server: Server, now: float
    ) -> None:
        self.forwarder, self.key, self.question, self.done, self.started = forwarder, key, question, [done], now
        self.section = question.section  # as it was sent last
        self.server = server  # that is being asked, or was asked last
        self.channel: Channel | None = None
        self.ident, self.sent_at = b"", now
        self.tries = self.mismatches = 0
        self.slot = 0  # of the time-outs, while it waits for an answer
        self.by_stream = False  # over what carries answers of any size, from nobody else
        self.edns = True
        self.tried: tuple[Server, ...] = ()
        self.failure: tuple[Response, str] | None = None  # an upstream's own SERVFAIL, in case no other does better

    def answered(self, packet: bytes) -> None:
        """As `Waiting`."""
        self.forwarder.on_answer(self, packet)

    def failed(self) -> None:
        """As `Waiting`."""
        self.forwarder.on_failure(self)
