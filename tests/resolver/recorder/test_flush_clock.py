# SPDX-License-Identifier: GPL-3.0-or-later
"""Records leave soon after the first that waits, at once when somebody looks; without any nothing happens."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from clock import Clock

from resolver.recorder.buffer import FLUSH_SECONDS, RecordBuffer
from resolver.recorder.flush_clock import ANSWER, ASK, NEW_SECONDS, FlushClock
from store.log.batch_codec import unpack
from store.log.records import Key

pytestmark = pytest.mark.process
KEY = Key("www.example.com", 1, 0, 3, "", "", 0, "9.9.9.9")


class Bench:
    """A worker's end of a record socket, and the recorder's."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.clients = clock, 0
        self.ours, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        for end in (self.ours, self.theirs):
            end.setblocking(False)
        self.buffer = RecordBuffer(1, self.ours)

    def run(self, inside: Callable[[FlushClock], Coroutine[Any, Any, None]]) -> None:
        loop = self.clock.loop()

        async def begun() -> None:
            flushes = FlushClock(asyncio.get_running_loop(), self.buffer, self.ours, lambda: self.clients)
            flushes.begin()
            await inside(flushes)
            flushes.close()

        try:
            loop.run_until_complete(begun())
        finally:
            loop.close()

    def note(self) -> None:
        self.buffer.note(1, "10.0.0.2", KEY, 1)

    async def waits(self) -> float:
        """Seconds until the recorder gets something."""
        began = self.clock.now
        while not self.buffer.sent:  # noqa: ASYNC110 - the clock runs only while all sleep
            await asyncio.sleep(0.01)
        return self.clock.now - began


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    made = Bench(Clock(monkeypatch))
    yield made
    made.ours.close()
    made.theirs.close()


def test_the_first_record_orders_and_the_others_go_with_it(bench: Bench) -> None:
    async def inside(flushes: FlushClock) -> None:
        bench.note()
        await asyncio.sleep(FLUSH_SECONDS - 0.1)
        bench.note()
        assert not bench.buffer.sent
        assert await bench.waits() < 0.2
        assert len(unpack(bench.theirs.recv(100_000))) == 2
        with pytest.raises(BlockingIOError):
            bench.theirs.recv(1)

    bench.run(inside)


def test_while_nothing_is_noted_nothing_is_ordered(bench: Bench) -> None:
    async def inside(flushes: FlushClock) -> None:
        assert flushes._timer is None
        bench.note()
        await bench.waits()
        assert flushes._timer is None

    bench.run(inside)


def test_of_a_new_client_the_recorder_hears_sooner(bench: Bench) -> None:
    async def inside(flushes: FlushClock) -> None:
        bench.clients = 1
        bench.note()
        assert await bench.waits() <= NEW_SECONDS + 0.05

    bench.run(inside)


def test_the_recorder_gets_what_there_is_as_often_as_it_asks_and_else_as_seldom_as_ever(bench: Bench) -> None:
    async def inside(flushes: FlushClock) -> None:
        for _ in range(3):
            bench.note()
            bench.theirs.send(ASK)
            assert await bench.waits() < NEW_SECONDS
            assert len(unpack(bench.theirs.recv(100_000))) == 1
            assert bench.theirs.recv(100) == ANSWER
            bench.buffer.sent = 0
        bench.note()
        assert await bench.waits() > FLUSH_SECONDS - 0.05

    bench.run(inside)


def test_what_the_recorder_does_not_take_is_sent_when_it_does(bench: Bench) -> None:
    async def inside(flushes: FlushClock) -> None:
        while True:
            try:
                bench.ours.send(bytes(1000))
            except BlockingIOError:
                break
        bench.note()
        await asyncio.sleep(2 * FLUSH_SECONDS)
        assert not bench.buffer.sent
        while len(bench.theirs.recv(1000)) == 1000:
            try:
                bench.theirs.recv(1000)
            except BlockingIOError:
                break
        await bench.waits()

    bench.run(inside)


def test_a_recorder_that_is_gone_hurts_nobody(bench: Bench) -> None:
    async def inside(flushes: FlushClock) -> None:
        bench.theirs.close()
        await asyncio.sleep(0.1)
        bench.note()
        await asyncio.sleep(FLUSH_SECONDS + 0.1)
        assert bench.buffer.pending == 1

    bench.run(inside)
