# SPDX-License-Identifier: GPL-3.0-or-later
"""A sibling's sockets are looked at twice for each query that comes, in a stream by the clock, never for nothing."""

import asyncio
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

import pytest
from clock import Clock

from resolver.listen.spare_watch import LOOK_SECONDS, STREAM_LOOKS, SpareWatch

pytestmark = pytest.mark.process


class Sibling:
    """A socket whose owner takes a query as it comes, or leaves it lying."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.lives, self.looks, self.relieved = clock, True, list[float](), list[float]()
        self.ours, self._theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ours.setblocking(False)
        self._head = b""

    def fileno(self) -> int:
        return self.ours.fileno()

    def ask(self) -> None:
        self._theirs.send(b"query")
        if self.lives:
            asyncio.get_running_loop().call_later(0.001, self._take)

    def _take(self) -> None:
        with suppress(BlockingIOError):
            self.ours.recv(100)

    def relieve(self) -> bool:
        self.looks.append(self.clock.now)
        try:
            head = self.ours.recv(100, socket.MSG_PEEK)
        except BlockingIOError:
            self._head = b""
            return False
        if head == self._head:
            self.relieved.append(self.clock.now)
            self.ours.recv(100)
        self._head = head
        return True

    def close(self) -> None:
        self.ours.close()
        self._theirs.close()


@pytest.fixture
def sibling(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sibling]:
    made = Sibling(Clock(monkeypatch))
    yield made
    made.close()


def run(sibling: Sibling, inside: Callable[[], Coroutine[Any, Any, None]]) -> None:
    loop = sibling.clock.loop()

    async def begun() -> None:
        watch = SpareWatch(asyncio.get_running_loop(), [sibling])
        watch.begin()
        await inside()
        watch.close()
        watch.close()

    try:
        loop.run_until_complete(begun())
    finally:
        loop.close()


def test_nobody_looks_while_nothing_comes(sibling: Sibling) -> None:
    async def inside() -> None:
        await asyncio.sleep(10)
        assert not sibling.looks
        sibling.ask()
        await asyncio.sleep(10)
        assert len(sibling.looks) == 2

    run(sibling, inside)


def test_what_an_owner_leaves_lying_is_answered_at_the_second_look(sibling: Sibling) -> None:
    async def inside() -> None:
        sibling.lives = False
        for _ in range(3):
            sibling.relieved.clear()
            asked = sibling.clock.now
            sibling.ask()
            await asyncio.sleep(1)
            (at,) = sibling.relieved
            assert at - asked <= 2 * LOOK_SECONDS

    run(sibling, inside)


def test_a_stream_is_looked_at_by_the_clock_and_then_waited_for_again(sibling: Sibling) -> None:
    async def inside() -> None:
        until = sibling.clock.now + 4
        while sibling.clock.now < until:
            sibling.ask()
            await asyncio.sleep(0.005)
        assert len(sibling.looks) <= 4 / LOOK_SECONDS + 20
        await asyncio.sleep(2 * STREAM_LOOKS * LOOK_SECONDS)
        sibling.looks.clear()
        await asyncio.sleep(10)
        assert not sibling.looks

    run(sibling, inside)
