# SPDX-License-Identifier: GPL-3.0-or-later
"""What a blocked query gets: what its rule wants answered, else its list, the group of who asked, the house."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from resolver.answer import custom_records
from resolver.answer.cache import key_of
from resolver.answer.judge import HOME, Judgement
from resolver.answer.query import Query
from resolver.answer.snapshot import Snapshot
from store.log.records import Origin
from wire import response
from wire.message import Question, Response

if TYPE_CHECKING:
    from resolver.answer.pipeline import Resolver


def sink(resolver: Resolver, query: Query, seconds: float) -> None:
    """Answer a blocked query, now or when the target of a rewrite is known; a memo of it may live for `seconds`."""
    now, found = resolver.snapshot, query.judgement
    answer = found.answer or now.answers.get(found.blocklist) or query.seat.answer
    ede = response.blocked_by(reason(found, now)) if query.question.edns else b""
    asked = custom_records.target(query.question, answer)
    if asked is not None:
        _lead(resolver, query, asked, ede)
        return
    packet = custom_records.packet(query.question, answer, now.sinkhole, ede)
    if not packet:
        resolver.note(query, b"", Origin.SELF)
        return
    resolver.finish(query, packet, Origin.SELF, until=time.monotonic() + seconds)


def reason(found: Judgement, now: Snapshot) -> str:
    """What blocked a query, for who asked: the rule, and the list's title."""
    source = "a rule of this home" if found.blocklist == HOME else now.titles.get(found.blocklist)
    return f"{found.rule} ({source})" if source else found.rule


def _lead(resolver: Resolver, query: Query, asked: Question, ede: bytes) -> None:
    """Answer with a CNAME to `asked`, and with its addresses once they are known."""

    def done(came: Response | None, upstream: str) -> None:
        try:
            ttl = resolver.snapshot.sinkhole.ttl
            packet = custom_records.led(query.question, asked, came, ttl, ede)
            resolver.finish(query, packet, Origin.SELF, upstream=upstream, until=time.monotonic() + ttl)
        except Exception:
            resolver.fault("an upstream's answer")
            resolver.servfail(query, upstream)

    entry = resolver.cache.get(key_of(asked), time.monotonic())
    if entry is not None:
        done(entry.response, entry.upstream)
    else:
        resolver.upstreams.exchange(key_of(asked), asked, done)
