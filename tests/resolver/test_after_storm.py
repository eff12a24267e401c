# SPDX-License-Identifier: GPL-3.0-or-later
"""After a storm of names the cache holds what is asked for again; while it blows, and in a home, nothing goes."""

from types import SimpleNamespace
from typing import Any

import pytest

from resolver import after_storm
from resolver.after_storm import (
    CALM_LOOKS,
    CALM_QUERIES,
    HOUR,
    KEPT,
    LOOK_SECONDS,
    PATIENCE_LOOKS,
    STEP,
    SWOLLEN,
    AfterStorm,
)
from resolver.kept.cache import STALE_KEEP, Cache
from resolver.kept.own_memory import MUCH_KIB, SOME_KIB, OwnMemory
from resolver.upstream.timeouts import SECOND_NS


class Worker:
    """Of a worker what matters here."""

    def __init__(self) -> None:
        self.cache, self.recorder, self.forgotten = Cache(100_000, 1 << 30), SimpleNamespace(noted=0), 0
        self.memos_over: list[int] = []  # the times, in ns, at which those that are over were dropped
        self.snapshot = SimpleNamespace(
            forget_memos=self.forget, index=SimpleNamespace(forget_silent=self.forget),
            space=SimpleNamespace(drop_over=self.memos_over.append),
        )  # fmt: skip
        self.forwarder = SimpleNamespace(in_flight=0, all_down=False)

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


@pytest.fixture(name="asks")
def how_often_it_asks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    times: list[int] = []
    monkeypatch.setattr(after_storm.pulse, "ask_renewal", lambda: times.append(1))
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


def test_what_was_freed_goes_back_in_a_calm_without_a_storm_too(trims: list[int]) -> None:
    worker: Any = Worker()
    kib = 0
    looks = AfterStorm(worker, OwnMemory(lambda: kib))
    worker.storm(SWOLLEN)
    kib = SOME_KIB + 1
    minutes(looks, 0, CALM_LOOKS + 1)
    assert len(trims) == 1 and worker.cache.once_asked() == SWOLLEN and not worker.forgotten
    worker.storm(CALM_QUERIES)
    minutes(looks, CALM_LOOKS + 1, CALM_LOOKS + 1)
    assert len(trims) == 1, "what is left is needed"


def test_what_nobody_may_have_any_more_goes_in_any_home(trims: list[int]) -> None:
    """Else a worker would hold the names of weeks, up to the bounds of its tables."""
    home: Any = Worker()
    home.storm(SWOLLEN)
    looks = AfterStorm(home)
    over = 3600 + STALE_KEEP
    looks.look(over - LOOK_SECONDS)
    assert len(home.cache) == SWOLLEN
    for number in range(2):
        looks.look(over + number * LOOK_SECONDS)
        looks.look(over + number * LOOK_SECONDS + 2)
        assert len(home.cache) == SWOLLEN - (number + 1) * STEP
    looks.look(over + HOUR)
    assert home.memos_over == [int(at * SECOND_NS) for at in (over - LOOK_SECONDS, over + HOUR)]


class Swollen:
    """A worker after a storm, which has given back all that it can, and the looks after that."""

    def __init__(self, left: int) -> None:
        self.worker: Any = Worker()
        self._kib = 0
        self._looks = AfterStorm(self.worker, OwnMemory(lambda: self._kib))
        self._kib, self._now = left, CALM_LOOKS * LOOK_SECONDS
        self.worker.storm(SWOLLEN + STEP)
        minutes(self._looks, 0, CALM_LOOKS)

    def look(self, times: int, asked: int = 0) -> None:
        """With so many queries before each."""
        for _ in range(times):
            self._now += 2
            self.worker.recorder.noted += asked
            self._looks.look(self._now)


def test_what_freeing_does_not_give_back_goes_with_the_process(trims: list[int], asks: list[int]) -> None:
    much = Swollen(2 * MUCH_KIB)
    assert not asks
    much.look(10)
    assert trims and asks
    asks.clear()
    much.look(3)
    assert len(asks) == 3, "until it is heeded"
    little = Swollen(MUCH_KIB)
    asks.clear()
    little.look(10)
    assert len(trims) == 2 and not asks


def test_answers_that_are_asked_for_again_are_worth_their_memory(trims: list[int], asks: list[int]) -> None:
    much = Swollen(2 * MUCH_KIB)
    much.worker.cache.bytes += MUCH_KIB << 10
    much.look(2 * PATIENCE_LOOKS)
    assert trims and not asks


def test_new_names_meanwhile_do_not_put_off_the_end_of_it(trims: list[int], asks: list[int]) -> None:
    much = Swollen(2 * MUCH_KIB)
    for _ in range(10):
        much.worker.storm(2)
        much.look(1)
    assert len(trims) == 1


def test_it_asks_in_a_moment_of_quiet_and_after_a_while_in_any_in_which_nothing_is_in_flight(
    trims: list[int], asks: list[int]
) -> None:
    much = Swollen(2 * MUCH_KIB)
    while not trims:
        much.look(1, asked=1)
    much.look(PATIENCE_LOOKS // 2, asked=1)
    assert not asks
    much.worker.forwarder.in_flight = 1
    much.look(1)
    assert not asks
    much.look(PATIENCE_LOOKS, asked=1)
    assert not asks
    much.worker.forwarder.in_flight = 0
    much.look(2, asked=1)
    assert len(asks) == 2


def test_while_no_upstream_answers_old_answers_are_worth_more(trims: list[int], asks: list[int]) -> None:
    much = Swollen(2 * MUCH_KIB)
    much.worker.forwarder.all_down = True
    much.look(2 * PATIENCE_LOOKS)
    assert trims and not asks
    much.worker.forwarder.all_down = False
    much.look(1)
    assert asks


def test_a_new_storm_calls_it_off(trims: list[int], asks: list[int]) -> None:
    much = Swollen(2 * MUCH_KIB)
    much.look(10)
    assert trims and asks
    much.worker.recorder.noted += 10 * CALM_QUERIES
    much.look(int(LOOK_SECONDS), asked=1)
    asks.clear()
    much.look(2 * PATIENCE_LOOKS, asked=100)
    assert not asks
