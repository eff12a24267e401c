# SPDX-License-Identifier: GPL-3.0-or-later
"""A query for which there is an answer from before: the upstream is waited for no longer than RFC 8767 has it.

A part of the pipeline. What the upstream says later is kept for who asks next.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Protocol

from resolver.answer.query import Query
from resolver.kept.cache import Cache, Entry
from resolver.kept.stale import CLIENT_SECONDS, StaleTimer
from resolver.upstream import checked
from resolver.upstream.exchanges import RETRY_RCODES
from resolver.upstream.forwarder import Forwarder
from store.log.records import Origin
from wire.message import Response


class Pipeline(Protocol):
    """What this needs of the pipeline that it is a part of."""

    cache: Cache
    forwarder: Forwarder
    stale_timer: StaleTimer[Query] | None

    def answered(self, query: Query, response: Response | None, upstream: str) -> None:
        """Go on with what an upstream said."""

    def pass_on(self, query: Query, response: Response, upstream: str, origin: Origin, entry: Entry | None) -> None:
        """Inspect and send."""

    def fault(self, what: str) -> None:
        """Count and log an error of ours."""

    def servfail(self, query: Query, upstream: str = "", why: int = 0) -> None:
        """Say that there is no answer."""


def ask(pipeline: Pipeline, query: Query) -> None:
    """Put the query to an upstream. What is waited for too long already, by others, is given from before at once."""
    timer = pipeline.stale_timer
    if timer is not None and pipeline.cache.stale(query.key, time.monotonic()) is not None:
        waited = pipeline.forwarder.waited(query.key)
        if waited >= CLIENT_SECONDS:
            give(pipeline, query)
            return
        timer.begin(query, waited)
    pipeline.forwarder.exchange(query.key, query.question, partial(pipeline.answered, query), query.route)


def give(pipeline: Pipeline, query: Query) -> None:
    """Answer with what is known from before: nobody has said anything newer in time. Never raises."""
    try:
        stale = pipeline.cache.stale(query.key, time.monotonic())
        if stale is not None:  # else the upstream is waited for after all
            query.given = True
            pipeline.pass_on(query, stale.response, stale.upstream, Origin.STALE, stale)
    except Exception:
        pipeline.fault("an old answer")
        pipeline.servfail(query)


def settled(pipeline: Pipeline, query: Query, response: Response | None, upstream: str) -> bool:
    """An upstream has answered, or none will: whether the query was answered before that, so that only what is said
    need be kept."""
    if pipeline.stale_timer is not None:
        pipeline.stale_timer.over(query)
    if not query.given:
        return False
    key, now = query.key, time.monotonic()
    if response is None or response.rcode in RETRY_RCODES:
        pipeline.cache.fail(key, now, checked.bogus(response) or checked.unanswered(response, upstream))
    elif pipeline.cache.get(key, now) is None:
        pipeline.cache.put(key, response, upstream, now)
    return True
