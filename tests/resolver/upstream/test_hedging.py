# SPDX-License-Identifier: GPL-3.0-or-later
"""A second server is asked after the first has taken longer than it usually does; what that costs is bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from clock import Clock
from upstream_habits import Asked, Bench, Reply, Server, good

from resolver.transport.endpoint import Endpoint
from resolver.upstream.forwarder import Forwarder
from resolver.upstream.hedging import BURST, SHARE
from resolver.upstream.server import SLOW_LEAST

USUAL = 0.04  # seconds, of a server that is well
pytestmark = pytest.mark.process


class Slow:
    """A habit: answers after `seconds`, or never."""

    def __init__(self, seconds: float | None = USUAL) -> None:
        self.seconds = seconds

    def __call__(self, asked: Asked) -> Reply:
        return [] if self.seconds is None else [(self.seconds, asked.answer())]


def run(test: Callable[[Bench], Awaitable[None]], *habits: Slow, scheme: str = "udp") -> None:
    async def inside() -> None:
        servers = tuple(Server(habit) for habit in habits)
        endpoints = [Endpoint(str(n), "127.0.0.1", await each.open(), scheme) for n, each in enumerate(servers)]
        forwarder = Forwarder(asyncio.get_running_loop(), endpoints, 1.5)
        try:
            await test(Bench(forwarder, servers))
        finally:
            forwarder.close()
            for each in servers:
                await each.close()
            await asyncio.sleep(0.02)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("resolver.upstream.servers.LOOK_ROUND", 0.0)
        clock = Clock(patch, "resolver.upstream.pending")
        with asyncio.Runner(loop_factory=clock.loop) as runner:
            runner.run(inside())


async def asked(bench: Bench, count: int, label: str) -> list[float]:
    """How long each of so many names took, one after the other; all were answered."""
    loop, times = asyncio.get_running_loop(), []
    for number in range(count):
        before = loop.time()
        assert good(await bench.ask(f"{label}{number}.shop.example"))
        times.append(loop.time() - before)
    return times


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_a_server_that_falls_silent_costs_a_moment_and_soon_nothing(scheme: str) -> None:
    first, second = Slow(), Slow(USUAL * 1.2)

    async def test(bench: Bench) -> None:
        await asked(bench, 10, "learn")
        assert not bench.forwarder.counters["hedged"] and len(bench.servers[1].asked) == 1, "to learn how quick it is"
        first.seconds = None
        times = await asked(bench, 30, "then")
        assert max(times) < 0.6, "no time-out was waited for"
        assert max(times[3:]) < 2 * USUAL, "and the other is asked first"
        assert bench.forwarder.counters["hedged"] <= 3

    run(test, first, second, scheme=scheme)


def test_a_server_that_comes_back_is_found_quick_again() -> None:
    first, second = Slow(), Slow(USUAL * 3)

    async def test(bench: Bench) -> None:
        await asked(bench, 10, "learn")
        first.seconds = None
        await asked(bench, 10, "silent")
        first.seconds = USUAL
        for _ in range(40):  # by the worker's clock
            await asyncio.sleep(2.0)
            for server in bench.forwarder.every_server:
                server.check()
        bench.forwarder.servers[0].look()
        await asyncio.sleep(1.0)
        before = len(bench.servers[0].asked)
        await asked(bench, 20, "again")
        assert len(bench.servers[0].asked) >= before + 20

    run(test, first, second)


def test_what_is_asked_twice_is_bounded_when_all_are_slow() -> None:
    first, second = Slow(), Slow()

    async def test(bench: Bench) -> None:
        await asked(bench, 20, "learn")
        for number in range(60):
            first.seconds = second.seconds = 1.2 if number % 2 else 0.05  # never what it was last
            await asyncio.gather(*(bench.ask(f"n{number}-{each}.shop.example") for each in range(5)))
        answers = sum(server.answers for server in bench.forwarder.servers)  # to probes, too
        assert 0 < bench.forwarder.counters["hedged"] <= BURST + SHARE * answers

    run(test, first, second)


@pytest.mark.parametrize("scheme", ["udp", "tcp"])
def test_a_lone_server_is_not_asked_twice(scheme: str) -> None:
    only = Slow()

    async def test(bench: Bench) -> None:
        await asked(bench, 10, "learn")
        only.seconds = 0.9
        await asked(bench, 5, "slow")
        assert len(bench.servers[0].asked) == 15 and not bench.forwarder.counters["hedged"]

    run(test, only, scheme=scheme)


def test_what_jitters_within_a_home_is_not_slow() -> None:
    first, second = Slow(0.001), Slow(0.001)

    async def test(bench: Bench) -> None:
        await asked(bench, 20, "learn")
        first.seconds = second.seconds = SLOW_LEAST * 0.8
        await asked(bench, 5, "jitter")
        assert not bench.forwarder.counters["hedged"]

    run(test, first, second)
