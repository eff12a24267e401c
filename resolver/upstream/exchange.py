# SPDX-License-Identifier: GPL-3.0-or-later
"""One question on its way to the upstreams: who waits for it, where it is now, and what was tried."""

from __future__ import annotations

from collections.abc import Callable

from resolver.answer.cache import CacheKey
from resolver.upstream.server import Upstream
from resolver.upstream.tcp import Stream
from resolver.upstream.udp import Port
from wire.message import Question, Response

Done = Callable[[Response | None, str], None]  # the response, or None when no upstream answered; the upstream's spec


class Exchange:
    """One question on its way, and all who wait for its answer."""

    __slots__ = (
        "edns", "failed", "ident", "key", "mismatches", "question", "section", "sent_at", "slot", "started", "tcp",
        "tried", "tries", "upstream", "via", "waiting",
    )  # fmt: skip

    def __init__(self, key: CacheKey, question: Question, done: Done, upstream: Upstream, now: float) -> None:
        self.key, self.question, self.waiting, self.started = key, question, [done], now
        self.section = question.section
        self.upstream = upstream  # that is being asked, or was asked last
        self.via: Port | Stream | None = None
        self.ident, self.sent_at = b"", now
        self.tries = self.mismatches = 0
        self.slot = 0  # of the wheel of time-outs, while it waits for an answer
        self.tcp, self.edns = False, True
        self.tried: tuple[Upstream, ...] = ()
        self.failed: tuple[Response, str] | None = None  # an upstream's own SERVFAIL, kept in case no other does better
