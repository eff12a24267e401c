# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers of the home's own that lead on: a CNAME with what its last target is, from the cache or an upstream."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from resolver.answer import block, custom_records
from resolver.answer.own_chain import Chain
from resolver.answer.query import Query
from resolver.answer.snapshot import Snapshot
from resolver.kept.cache import Cache, Entry
from resolver.upstream import checked
from resolver.upstream.exchanges import RETRY_RCODES
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import key_of
from store.log.records import Origin, Verdict
from wire.message import Question, Response
from wire.resource_records import ADDRESS_SIZES


class Pipeline(Protocol):
    """What this needs of the pipeline."""

    snapshot: Snapshot
    cache: Cache
    forwarder: Forwarder

    def is_down(self, query: Query) -> bool:
        """Whether none of the query's servers is known to answer."""

    def servfail(self, query: Query, upstream: str = "", why: int = 0) -> None:
        """The answer to a query that cannot be answered."""

    def finish(
        self, query: Query, packet: bytes, origin: Origin, *, upstream: str = "", until: float = 0.0,
        entry: Entry | None = None,
    ) -> None:  # fmt: skip
        """Send, remember and note."""

    def fault(self, what: str) -> None:
        """Count and log an error of ours."""


def lead(pipeline: Pipeline, query: Query, chain: Chain) -> None:
    """Answer with a CNAME to its targets, and with the addresses of the last one once they are known."""
    ede = block.explained(query.question, query.judgement, pipeline.snapshot)

    def answer(data: list[bytes], upstream: str = "") -> None:
        ttl = pipeline.snapshot.sinkhole.ttl
        packet = custom_records.led(query.question, chain.targets, data, ttl, ede)
        pipeline.finish(query, packet, Origin.SELF, upstream=upstream, until=time.monotonic() + ttl)

    if chain.ask is None or not (chain.ask.qtype in ADDRESS_SIZES or query.judgement.verdict is Verdict.LOCAL):
        answer(chain.data)
        return
    query.route, tag = chain.route, chain.route.tag
    key, now = key_of(chain.ask, tag), time.monotonic()
    entry = pipeline.cache.get(key, now) or (pipeline.cache.stale(key, now) if pipeline.is_down(query) else None)
    if entry is not None:
        answer(custom_records.data_of(entry.response, chain.ask), entry.upstream)
    else:
        done = partial(_led, pipeline, query, chain.ask, answer)
        pipeline.forwarder.exchange(key, chain.ask, done, chain.route)


def _led(
    pipeline: Pipeline,
    query: Query,
    ask: Question,
    answer: Callable[[list[bytes], str], None],
    response: Response | None,
    upstream: str,
) -> None:
    """Go on with a CNAME of our own once its last target was asked for; where nobody knew, say so."""
    try:
        key, now = key_of(ask, query.route.tag), time.monotonic()
        if response is None or response.rcode in RETRY_RCODES:
            stale = pipeline.cache.stale(key, now)
            if stale is None:
                # A CNAME to nothing would say that there is no address.
                pipeline.servfail(query, upstream, checked.unanswered(response, upstream))
            else:
                answer(custom_records.data_of(stale.response, ask), stale.upstream)
            return
        pipeline.cache.put(key, response, upstream, now)
        answer(custom_records.data_of(response, ask), upstream)
    except Exception:
        pipeline.fault("an upstream's answer")
        pipeline.servfail(query, upstream)
