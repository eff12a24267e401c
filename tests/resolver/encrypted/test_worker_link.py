# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to the workers and back, with a worker that is slow, silent, or gone for a while."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import wraps
from typing import Any

import pytest
from clock import Clock

from appliance.process import sockets
from resolver.encrypted import worker_link
from resolver.encrypted.worker_link import WorkerLink
from resolver.listen import handed_frames

pytestmark = pytest.mark.process
PACKET = b"\0\7\1\0\0\1\0\0\0\0\0\0\3www\7example\0\0\1\0\1"


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, worker = sockets.handed_pair()
    yield ours, worker
    ours.close()
    worker.close()


@asynccontextmanager
async def linked(*socks: socket.socket) -> AsyncIterator[WorkerLink]:
    link = WorkerLink(asyncio.get_running_loop(), socks)
    yield link
    link.close()


def ran(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """The test, run by a loop of its own."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


async def enough(is_so: Callable[[], bool]) -> None:
    while not is_so():  # noqa: ASYNC110 - what is waited for is a socket's
        await asyncio.sleep(0)


def taken(worker: socket.socket) -> list[handed_frames.HandedQuery]:
    return list(handed_frames.queries(memoryview(worker.recv(handed_frames.MAX_MESSAGE))))


@ran
async def test_each_response_finds_who_waits_for_it(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, worker = ends
    answers: dict[str, bytes | None] = {}
    async with linked(ours) as link:
        for name in ("a", "b", "c"):
            link.ask(PACKET, 3, "10.0.0.2", lambda response, name=name: answers.update({name: response}))  # type: ignore[misc]
        await asyncio.sleep(0)
        queries = taken(worker)  # all in one message
        assert [(query.client, query.transport, query.packet) for query in queries] == [("10.0.0.2", 3, PACKET)] * 3
        numbers = [query.number for query in queries]
        worker.send(handed_frames.of_response(numbers[2], b"third") + handed_frames.of_response(numbers[0], b""))
        await enough(lambda: len(answers) == 2)
        assert answers == {"c": b"third", "a": None}
        link.forget(numbers[1])
        assert link.waiting == 0


def test_a_query_that_nobody_answers_fails_in_time(
    ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ask(loop: Any) -> None:
        async with linked(ends[0]) as link:
            answered = loop.create_future()
            link.ask(PACKET, 3, "10.0.0.2", answered.set_result)
            response = await answered
            assert response[:2] == b"\0\7" and response[3] & 0xF == 2
            assert link.lost == 1 and link.waiting == 0

    clock = Clock(monkeypatch)
    loop = clock.loop()
    loop.run_until_complete(ask(loop))
    loop.close()


@ran
async def test_a_worker_that_reads_nothing_costs_no_more_than_the_bound(
    ends: tuple[socket.socket, socket.socket]
) -> None:
    failed: list[bytes | None] = []
    async with linked(ends[0]) as link:
        for _ in range(worker_link.WAITING_MAX + 50):
            link.ask(PACKET, 3, "10.0.0.2", failed.append)
        await asyncio.sleep(0)
        assert link.waiting <= worker_link.WAITING_MAX
        await enough(lambda: len(failed) >= 50)


@ran
async def test_without_a_worker_a_query_fails_at_once() -> None:
    failed: list[bytes | None] = []
    async with linked() as link:
        link.ask(PACKET, 3, "10.0.0.2", failed.append)
        await asyncio.sleep(0)
    assert failed
