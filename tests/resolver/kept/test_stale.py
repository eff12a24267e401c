# SPDX-License-Identifier: GPL-3.0-or-later
"""Who waits is told after 1.8 seconds, those who joined others sooner, and nobody twice."""

from __future__ import annotations

import asyncio

import dns.edns
import dns.message
import pytest
from clock import Clock

from resolver.kept import stale
from resolver.kept.stale import CLIENT_SECONDS, MAX_WAITING, StaleTimer
from resolver.upstream.timeouts import SLOT_SECONDS
from wire import message, response, types


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_each_is_told_when_it_has_waited_long_enough(clock: Clock) -> None:
    told: list[tuple[str, float]] = []

    async def inside() -> None:
        begun = clock.now
        timer: StaleTimer[str] = StaleTimer(
            asyncio.get_running_loop(), lambda query: told.append((query, clock.now - begun))
        )
        timer.begin("first", 0.0)
        timer.begin("joined", 1.0)
        timer.begin("answered", 0.0)
        timer.over("answered")
        timer.over("answered")
        await asyncio.sleep(3.0)
        timer.over("first")
        timer.close()

    with asyncio.Runner(loop_factory=clock.loop) as runner:
        runner.run(inside())
    assert [query for query, _ in told] == ["joined", "first"]
    for (_, seconds), waited in zip(told, (1.0, 0.0), strict=True):
        assert CLIENT_SECONDS - waited <= seconds <= CLIENT_SECONDS - waited + 3 * SLOT_SECONDS


def test_no_more_wait_than_there_is_room_for(clock: Clock) -> None:
    told: list[int] = []

    async def inside() -> None:
        timer: StaleTimer[int] = StaleTimer(asyncio.get_running_loop(), told.append)
        for query in range(MAX_WAITING + 10):
            timer.begin(query, 0.0)
        await asyncio.sleep(3.0)

    with asyncio.Runner(loop_factory=clock.loop) as runner:
        runner.run(inside())
    assert len(told) == MAX_WAITING


@pytest.mark.parametrize(("rcode", "code"), [(types.NOERROR, 3), (types.NXDOMAIN, 19)])
def test_an_old_answer_says_that_it_is_one(rcode: int, code: int) -> None:
    question = message.parse_question(dns.message.make_query("a.shop.example", "A", use_edns=0).to_wire())
    told = dns.message.from_wire(response.empty(question, rcode, ede=stale.explained(rcode)))
    (option,) = told.options
    assert isinstance(option, dns.edns.EDEOption) and int(option.code) == code and option.text
