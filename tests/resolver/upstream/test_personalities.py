# SPDX-License-Identifier: GPL-3.0-or-later
"""A hundred servers of bad character, each beside a good one: no name fails, and soon none is late."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass

import personalities
import pytest
from clock import Clock
from personalities import Personality
from upstream_habits import Bench, Server, good

from resolver.transport.endpoint import Endpoint
from resolver.upstream.forwarder import Forwarder
from wire.message import Response

MOST = int(os.environ.get("PERSONALITIES", "100"))
SEED = int(os.environ.get("PERSONALITIES_SEED", "1"))
LEARNING, AFTER = 25, 40  # names
LIMIT = 1.5  # seconds for a name, once the servers are known
TRY_SECONDS = 1.0
QUICKER = 100.0  # the loop is idle for some ten minutes
HOMES = 16  # at once: each has some thirty sockets, and a shell has a thousand descriptors

pytestmark = [pytest.mark.process, pytest.mark.slow]


@dataclass
class Heard:
    """One name: what came, and after how many seconds."""

    response: Response | None
    seconds: float


async def ask(bench: Bench, name: str) -> Heard:
    loop = asyncio.get_running_loop()
    before = loop.time()
    return Heard(await bench.ask(name), loop.time() - before)


async def names(bench: Bench, label: str, count: int, chance: random.Random) -> list[Heard]:
    """Singly and in bursts, as people browse."""
    heard: list[Heard] = []
    while len(heard) < count:
        burst = chance.choice((1, 1, 2, 5))
        heard += await asyncio.gather(*(ask(bench, f"{label}{len(heard) + n}.shop.example") for n in range(burst)))
        await asyncio.sleep(chance.uniform(0, 1.0))
    return heard


async def home(personality: Personality, seed: int) -> str:
    """What went wrong in a home whose router hands out this server and a good one; nothing: "". """
    chance = random.Random(seed)
    bad = personalities.server(personality, chance)
    fine = Server(lambda asked: [(chance.uniform(0.005, 0.06), asked.answer())])
    servers = (bad, fine) if seed % 2 else (fine, bad)
    endpoints = [Endpoint(str(n), "127.0.0.1", await each.open(), "udp") for n, each in enumerate(servers)]
    forwarder = Forwarder(asyncio.get_running_loop(), endpoints, TRY_SECONDS)
    bench = Bench(forwarder, servers)
    try:
        learning = await names(bench, "learn", LEARNING, chance)
        after = await names(bench, "then", AFTER, chance)
    finally:
        forwarder.close()
        for each in servers:
            await each.close()
    failed = sum(not good(each.response) for each in learning + after)
    late = sorted(round(each.seconds, 2) for each in after if each.seconds > LIMIT)
    if not failed and not late:
        return ""
    slowest = max(each.seconds for each in learning)
    return f"{seed}: {personality}: {failed} failed, late {late}, slowest while learning {slowest:.2f}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_beside_a_good_server_none_of_a_hundred_characters_makes_a_name_fail_or_late(clock: Clock) -> None:
    characters = [personalities.drawn(random.Random(SEED * 1_000_000 + number)) for number in range(MOST)]

    async def all_homes() -> list[str]:
        room = asyncio.Semaphore(HOMES)

        async def in_turn(number: int, each: Personality) -> str:
            async with room:
                return await home(each, number)

        return list(await asyncio.gather(*(in_turn(number, each) for number, each in enumerate(characters))))

    with asyncio.Runner(loop_factory=lambda: clock.loop(QUICKER)) as runner:
        wrong = [each for each in runner.run(all_homes()) if each]
    assert not wrong, "\n".join(wrong)
