# SPDX-License-Identifier: GPL-3.0-or-later
"""What a storm of rows left in memory goes once it is over, once; in a home's days nothing does."""

from types import SimpleNamespace
from typing import Any

import pytest

from resolver.recorder import memory_upkeep
from resolver.recorder.memory_upkeep import CALM_LOOKS, CALM_ROWS, COLLECT_SECONDS, STORM_ROWS, MemoryUpkeep


@pytest.mark.parametrize(
    ("rows", "times"),
    [
        ([STORM_ROWS, *[0] * CALM_LOOKS], 1),
        ([STORM_ROWS, *[CALM_ROWS - 1] * 10], 1),
        ([STORM_ROWS, *[0] * CALM_LOOKS, STORM_ROWS, *[0] * CALM_LOOKS], 2),
        ([STORM_ROWS, 0, 0, CALM_ROWS, 0, 0], 0),
        ([STORM_ROWS, 0, 0, STORM_ROWS, 0, 0], 0),
        ([STORM_ROWS - 1, *[0] * 10], 0),
    ],
)
def test_it_is_given_back_once_the_storm_is_over(rows: list[int], times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(memory_upkeep.freed_memory, "give_back", lambda: calls.append("system"))
    log: Any = SimpleNamespace(written=0, forget_cached=lambda: calls.append("log"))
    counter: Any = SimpleNamespace(forget_names=lambda: calls.append("counter"))
    upkeep = MemoryUpkeep(log, counter)
    for minute, count in enumerate(rows):
        log.written += count
        upkeep.look(minute * COLLECT_SECONDS)
        upkeep.look(minute * COLLECT_SECONDS + 1)
    assert calls == ["log", "counter", "system"] * times
