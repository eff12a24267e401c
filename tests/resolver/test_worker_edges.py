# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker builds its snapshot anew at the edges of time, and when the clock was set."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from waiting import until_async

from resolver import edge_clock
from resolver.worker import Worker
from store.config import edit
from store.household import schedules

pytestmark = pytest.mark.process
NOON = 1_783_684_800  # Friday, 2026-07-10 12:00 UTC


@pytest.fixture(autouse=True)
def _zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC0")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch, state: Path) -> list[float]:
    """What the clock on the wall shows; a rule holds from 13:00 to 14:00."""
    lunch = schedules.add_schedule(
        edit.engine(state), "Lunch", [{"days": ["fri"], "from": "13:00", "to": "14:00"}]
    )
    edit.add_rule(edit.engine(state), "block", "a.example", schedule=lunch)
    now = [float(NOON)]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


def run(state: Path, folder: Path, inside: Callable[[Worker], Awaitable[None]]) -> None:
    async def whole() -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        worker = Worker(state, folder, 1, {"TELLTALE_UPSTREAMS": "127.0.0.1:9"}, theirs)
        await worker.listen([], [])
        await inside(worker)
        await worker.drain()
        worker._watcher.close()
        ours.close()
        theirs.close()

    asyncio.run(whole())


def blocked(worker: Worker) -> bool:
    return bool(worker.resolver.snapshot.policies.default.rules)


def test_at_an_edge_a_new_snapshot_stands_without_any_edit(
    state: Path, tmp_path: Path, wall: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge_clock.ClockWatch, "was_set", lambda self: False)  # the clock runs; nobody sets it

    async def inside(worker: Worker) -> None:
        assert not blocked(worker)
        for moment, holds in ((NOON + 3600, True), (NOON + 7200, False), (NOON + 3600 + 7 * 86_400, True)):
            wall[0] = float(moment)
            await until_async(lambda holds=holds: blocked(worker) is holds)  # type: ignore[misc]

    run(state, tmp_path, inside)


def test_a_clock_that_is_set_is_followed_both_ways(state: Path, tmp_path: Path, wall: list[float]) -> None:
    wall[0] = 3600.0 * 13 + 86_400  # 1970, a Friday at 13:00

    async def inside(worker: Worker) -> None:
        assert not blocked(worker)
        for moment, holds in ((NOON + 5000, True), (NOON + 100, False)):
            wall[0] = float(moment)
            await until_async(lambda holds=holds: blocked(worker) is holds)  # type: ignore[misc]

    run(state, tmp_path, inside)
