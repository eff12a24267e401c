# SPDX-License-Identifier: GPL-3.0-or-later
"""The upstreams in place of our own resolver, while that gets nowhere and the home says so (`recursive_fallback`).

    a question it cannot answer           ─► the upstreams, once
    three in a row, and no answer between ─► on: the upstreams at once, so that nobody waits for what will not come
    every two seconds one goes to it, too ─► an answer ─► off

Who asks for names that are dead on their own may turn it on; the first other name turns it off again.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Protocol

from resolver.upstream import checked
from resolver.upstream.exchanges import RETRY_RCODES
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.question_key import QuestionKey, key_of
from resolver.upstream.route import HOUSE, Route
from wire.message import Question, Response

IN_A_ROW = 3
TRY_SECONDS = 2.0


class Asking(Protocol):
    """What this needs of a query: its question, where that goes, and under which key the answer is kept."""

    question: Question
    route: Route
    key: QuestionKey


class Pipeline(Protocol):
    """What this needs of the pipeline; the queries are the pipeline's own."""

    forwarder: Forwarder

    def cached(self, query: Any) -> bool:
        """Answer from the cache, where it can be."""

    def answered(self, query: Any, response: Response | None, upstream: str) -> None:
        """Go on with what an upstream said."""


class Detour:
    """`route`: whom to ask instead; None: nobody. `failures`: in a row. `on`: the upstreams are asked at once."""

    def __init__(self) -> None:
        self.route: Route | None = None
        self.failures = 0
        self.on = False
        self._next_try = 0.0

    def lead(self, route: Route | None) -> None:
        """Ask whom from now on."""
        if route != self.route:
            self.route = route
            self.end()

    def end(self) -> None:
        """It has answered."""
        self.failures, self.on = 0, False

    @property
    def nowhere(self) -> bool:
        """Whether our own resolver, where there is one, gets nowhere."""
        return self.failures >= IN_A_ROW

    def takes(self, pipeline: Pipeline, query: Asking) -> bool:
        """Whether it takes a query that was about to go to our own resolver; then that is done."""
        if not self.on or self.route is None or query.route is not HOUSE:
            return False
        now = time.monotonic()
        if now >= self._next_try:
            self._next_try = now + TRY_SECONDS
            pipeline.forwarder.exchange(query.key, query.question, self._tried)
        self._ask(pipeline, query, self.route)
        return True

    def after_failure(self, pipeline: Pipeline, query: Asking) -> bool:
        """Whether the upstreams are asked, since our own resolver had no answer."""
        if query.route is not HOUSE:
            return False
        self.failures += 1
        if self.route is None:
            return False
        if self.failures >= IN_A_ROW and not self.on:
            self.on, self._next_try = True, time.monotonic() + TRY_SECONDS
        self._ask(pipeline, query, self.route)
        return True

    def _ask(self, pipeline: Pipeline, query: Asking, route: Route) -> None:
        # Kept apart: what nobody checked is no answer of our own resolver's once that is back.
        query.route, query.key = route, key_of(query.question, route.tag)
        if not pipeline.cached(query):
            pipeline.forwarder.exchange(query.key, query.question, partial(pipeline.answered, query), route)

    def _tried(self, response: Response | None, _upstream: str) -> None:
        if response is not None and (response.rcode not in RETRY_RCODES or checked.bogus(response)):
            self.end()
