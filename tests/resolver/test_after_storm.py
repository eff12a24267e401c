# SPDX-License-Identifier: GPL-3.0-or-later
"""After a storm of names the cache holds what is asked for again; while it blows, and in a home, nothing goes."""

from types import SimpleNamespace
from typing import Any

import pytest

from resolver import after_storm
from resolver.after_storm import CALM_LOOKS, CALM_QUERIES, KEPT, LOOK_SECONDS, STEP, SWOLLEN, AfterStorm
from resolver.kept.cache import Cache


class Worker:
    """Of a worker what matters here."""

    def __init__(self) -> None:
        self.cache, self.recorder, self.forgotten = Cache(100_000, 1 << 30), SimpleNamespace(noted=0), 0
        self.snapshot = SimpleNamespace(
            forget_memos=self.forget, index=SimpleNamespace(forget_silent=self.forget)
        )

    def forget(self) -> None:
        self.forgotten += 1

    def storm(self, names: int) -> None:
        self.recorder.noted += names
        for number in range(names):
            self.cache.keep(b"%d" % number, b"packet %d" % number, "9.9.9.9", 0.0, 3600)


@pytest.fixture(name="trims")
def how_often(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    times: list[int] = []
    monkeypatch.setattr(after_storm.freed_memory, "give_back", lambda: times.append(1))
    return times


def minutes(looks: AfterStorm, begin: int, count: int) -> None:
    for minute in range(begin, begin + count):
        looks.look(minute * LOOK_SECONDS)


def test_after_a_storm_what_was_asked_for_once_goes_but_the_latest(trims: list[int]) -> None:
    worker: Any = Worker()
    looks = AfterStorm(worker)
    worker.storm(SWOLLEN + 3 * STEP)
    minutes(looks, 0, CALM_LOOKS)
    assert worker.cache.once_asked() == SWOLLEN + 3 * STEP
    steps = 0
    while not trims:
        looks.look(CALM_LOOKS * LOOK_SECONDS + steps)
        steps += 1
    assert steps > 3, "a little at a time"
    assert worker.cache.once_asked() == KEPT and worker.forgotten == 2
    assert worker.cache.bytes == sum(entry.cost for entry in worker.cache.entries.values())
    last = b"%d" % (SWOLLEN + 3 * STEP - 1)
    assert worker.cache.entries[last].packet == b"packet " + last
    minutes(looks, 20, 20)
    assert len(trims) == 1


def test_while_it_blows_and_where_there_was_none_nothing_goes(trims: list[int]) -> None:
    worker: Any = Worker()
    looks = AfterStorm(worker)
    worker.storm(2 * SWOLLEN)
    for minute in range(20):
        worker.recorder.noted += CALM_QUERIES
        looks.look(minute * LOOK_SECONDS)
    assert worker.cache.once_asked() == 2 * SWOLLEN
    home: Any = Worker()
    home.storm(SWOLLEN)
    minutes(AfterStorm(home), 0, 20)
    assert home.cache.once_asked() == SWOLLEN and not trims and not home.forgotten
