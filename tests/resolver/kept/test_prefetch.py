# SPDX-License-Identifier: GPL-3.0-or-later
"""Names in use are asked for again before their time is over; once, only while they are used, and within a tenth."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import dns.message
import pytest
from clock import Clock

from resolver.kept.cache import Cache
from resolver.kept.prefetch import LEAD_LEAST, SHARE, Prefetch
from resolver.upstream.question_key import key_of
from resolver.upstream.route import HOUSE, Route
from wire import message
from wire.message import Question, Response

ANSWER = b"\xc0\x0c\0\1\0\1\0\0\0%c\0\4\xcb\0\x71\1"


class Upstream:
    """A forwarder whose servers answer at once, or not at all."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.all_down, self.silent, self.ttl = clock, False, False, 60
        self.asked: list[tuple[float, str]] = []
        self.counters: Counter[str] = Counter()
        self.every_server = [SimpleNamespace(answers=0)]

    def servers_of(self, route: Route) -> Upstream:
        return self

    def exchange(self, key: bytes, question: Question, done: Callable[[Response | None, str], None], _: Route) -> None:
        self.asked.append((self.clock.now, question.name))
        self.every_server[0].answers += 1
        done(None if self.silent else self.response(question), "9.9.9.9")

    def response(self, question: Question) -> Response:
        packet = message.HEADER.pack(1, 0x8180, 1, 1, 0, 0) + question.section + ANSWER % self.ttl
        return message.parse_response(packet, question.section)


class Bench:
    def __init__(self, clock: Clock) -> None:
        self.clock, self.upstream = clock, Upstream(clock)
        self.cache = Cache(10_000, 16 << 20)
        owner: Any = SimpleNamespace(cache=self.cache, forwarder=self.upstream)
        self.prefetch = Prefetch(asyncio.get_running_loop(), owner)

    def earn(self, questions: int) -> None:
        """People asked so much."""
        self.upstream.every_server[0].answers += questions

    def ask(self, name: str, times: int = 2) -> None:
        """A device asks, and is answered from the cache where that holds the name."""
        question = message.parse_question(dns.message.make_query(name, "A").to_wire())
        key = key_of(question)
        for _ in range(times):
            entry = self.cache.get(key, self.clock.now)
            if entry is None:
                self.cache.put(key, self.upstream.response(question), "9.9.9.9", self.clock.now)
            else:
                self.prefetch.used(key, question, HOUSE, entry)


def run(monkeypatch: pytest.MonkeyPatch, test: Callable[[Bench], Any]) -> None:
    clock = Clock(monkeypatch)

    async def inside() -> None:
        bench = Bench(clock)
        bench.earn(100)
        await test(bench)
        bench.prefetch.close()

    with asyncio.Runner(loop_factory=lambda: clock.loop(1000.0)) as runner:
        runner.run(inside())


def test_what_is_asked_for_twice_is_asked_for_again_before_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        begun = bench.clock.now
        bench.ask("once.example", times=1)
        bench.ask("used.example")
        await asyncio.sleep(200)
        ((at, name),) = bench.upstream.asked
        assert name == "used.example" and 60 * 0.8 < at - begun < 60
        assert bench.upstream.counters["prefetched"] == 1, "and not once more while nobody uses it"

    run(monkeypatch, test)


def test_a_name_that_is_used_once_in_its_time_is_never_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        bench.ask("used.example")
        for _ in range(10):
            await asyncio.sleep(50)
            (entry,) = bench.cache.entries.values()
            assert entry.expires > bench.clock.now
            bench.ask("used.example", times=1)

    run(monkeypatch, test)


def test_an_upstream_that_gives_the_rest_of_its_time_is_asked_once_more_when_that_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test(bench: Bench) -> None:
        begun = bench.clock.now
        bench.ask("used.example")
        bench.upstream.ttl = 4
        await asyncio.sleep(58)
        assert len(bench.upstream.asked) == 1
        bench.upstream.ttl = 60
        await asyncio.sleep(200)
        assert len(bench.upstream.asked) == 2 and 58 <= bench.upstream.asked[1][0] - begun <= 62

    async def one_that_never_gives_more(bench: Bench) -> None:
        bench.ask("used.example")
        bench.upstream.ttl = 4
        await asyncio.sleep(200)
        assert len(bench.upstream.asked) == 2

    run(monkeypatch, test)
    run(monkeypatch, one_that_never_gives_more)


@pytest.mark.parametrize("ttl", [1, 4])
def test_what_lives_shortly_is_not_worth_it(monkeypatch: pytest.MonkeyPatch, ttl: int) -> None:
    async def test(bench: Bench) -> None:
        bench.upstream.ttl = ttl
        bench.ask("short.example")
        await asyncio.sleep(2 * LEAD_LEAST + ttl)
        assert not bench.upstream.asked

    run(monkeypatch, test)


def test_it_adds_a_tenth_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        bench.prefetch._may(bench.upstream)  # type: ignore[arg-type]
        bench.prefetch._saved = 0.0
        for number in range(1000):
            bench.ask(f"n{number}.example")
        bench.earn(300)
        await asyncio.sleep(100)
        assert 0 < len(bench.upstream.asked) <= SHARE * bench.upstream.every_server[0].answers

    run(monkeypatch, test)


def test_an_upstream_that_does_not_answer_leaves_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(bench: Bench) -> None:
        bench.upstream.silent = True
        bench.ask("used.example")
        before = dict(bench.cache.entries)
        await asyncio.sleep(58.5)
        assert bench.upstream.asked and dict(bench.cache.entries) == before and not bench.cache.failures

    run(monkeypatch, test)


@pytest.mark.parametrize("why", ["off", "down", "gone"])
def test_nothing_is_asked_where_it_is_of_no_use(monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    async def test(bench: Bench) -> None:
        bench.ask("used.example")
        bench.prefetch.on = why != "off"
        bench.upstream.all_down = why == "down"
        if why == "gone":
            bench.cache.forget()
        await asyncio.sleep(100)
        assert not bench.upstream.asked

    run(monkeypatch, test)
