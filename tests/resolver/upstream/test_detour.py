# SPDX-License-Identifier: GPL-3.0-or-later
"""The upstreams in place of our own resolver: after a failure, and at once while it gets nowhere."""

from types import SimpleNamespace
from typing import Any, cast

import pytest
from clock import Clock

from resolver.upstream.detour import IN_A_ROW, TRY_SECONDS, Asking, Detour, Pipeline
from resolver.upstream.route import HOUSE, Route, to_servers
from wire.message import Response, parse_question
from wire.stub import build

UPSTREAMS = to_servers(["9.9.9.9"])


class Asked:
    """A pipeline with nothing in its cache; who was asked is kept, with what to do with the answer."""

    def __init__(self) -> None:
        self.forwarder, self.asked, self.kept = self, list[Any](), False

    def exchange(self, _key: bytes, _question: object, done: Any, route: Route = HOUSE) -> None:
        self.asked.append((route, done))

    def cached(self, _query: Asking) -> bool:
        return self.kept

    def answered(self, _query: Asking, _response: Response | None, _upstream: str) -> None:
        pass

    @property
    def routes(self) -> list[Route]:
        return [route for route, _ in self.asked]


def query() -> Asking:
    return cast(Asking, SimpleNamespace(route=HOUSE, key=b"", question=parse_question(build("a.example"))))


@pytest.fixture
def asked() -> Asked:
    return Asked()


def after(detour: Detour, asked: Asked, failures: int) -> None:
    for _ in range(failures):
        detour.after_failure(cast(Pipeline, asked), query())


def test_where_the_home_wants_none_there_is_none(asked: Asked) -> None:
    detour = Detour()
    assert not detour.after_failure(cast(Pipeline, asked), query()) and not detour.takes(cast(Pipeline, asked), query())
    after(detour, asked, IN_A_ROW)
    assert asked.asked == [] and detour.nowhere and not detour.on, "it is told all the same"


def test_a_failure_leads_there_once_and_some_in_a_row_at_once(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    clock, detour, pipeline = Clock(monkeypatch), Detour(), cast(Pipeline, asked)
    detour.lead(UPSTREAMS)
    after(detour, asked, 1)
    assert asked.routes == [UPSTREAMS] and not detour.takes(pipeline, query())
    detour.end()
    after(detour, asked, IN_A_ROW - 1)
    assert not detour.takes(pipeline, query())
    after(detour, asked, 1)
    asked.asked.clear()
    assert detour.on and detour.takes(pipeline, query()) and asked.routes == [UPSTREAMS]
    clock.now += TRY_SECONDS
    asked.asked.clear()
    assert detour.takes(pipeline, query()) and detour.takes(pipeline, query())
    assert asked.routes == [HOUSE, UPSTREAMS, UPSTREAMS], "one goes to our own resolver beside, for nobody to wait on"
    tried = asked.asked[0][1]
    tried(None, "")
    tried(Response(0x8182, b"", (0, 0, 0)), "unbound")
    assert detour.on, "SERVFAIL is no answer"
    tried(Response(0x8182, b"", (0, 0, 0), ede=b"\0\6"), "unbound")
    assert not detour.on and not detour.nowhere, "that it is bogus is one"


def test_other_routes_are_no_matter_of_it_and_what_is_kept_is_given(asked: Asked) -> None:
    detour, elsewhere = Detour(), query()
    detour.lead(UPSTREAMS)
    elsewhere.route = to_servers(["192.168.1.1"])
    assert not detour.after_failure(cast(Pipeline, asked), elsewhere)
    asked.kept = True
    assert detour.after_failure(cast(Pipeline, asked), query()) and asked.asked == []
