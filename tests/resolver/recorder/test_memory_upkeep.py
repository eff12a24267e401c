# SPDX-License-Identifier: GPL-3.0-or-later
"""What a storm of rows left in memory goes once it is over, with the process where nothing else helps."""

from types import SimpleNamespace
from typing import Any

import pytest

from resolver.kept.own_memory import MUCH_KIB, SOME_KIB, OwnMemory
from resolver.recorder import memory_upkeep
from resolver.recorder.memory_upkeep import AGAIN_LOOKS, CALM_LOOKS, CALM_ROWS, COLLECT_SECONDS, MemoryUpkeep

STORM = 1_000_000
CALM = [0] * CALM_LOOKS


class Scene:
    """A recorder whose memory grows with a storm, and goes back as far as `left`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, left: int = 0) -> None:
        self.calls: list[str] = []
        self.kib, self._left = 0, left
        monkeypatch.setattr(memory_upkeep.freed_memory, "give_back", self.give_back)
        monkeypatch.setattr(memory_upkeep.gc, "collect", lambda: 0)  # each time a second of a whole suite's objects
        monkeypatch.setattr(memory_upkeep.pulse, "ask_renewal", lambda: self.calls.append("renewal"))
        forget = lambda: self.calls.append("log")  # noqa: E731
        self.log: Any = SimpleNamespace(written=0, buffered=0, waits_for="", forget_cached=forget)
        counter: Any = SimpleNamespace(forget_names=lambda: self.calls.append("counter"))
        self.upkeep = MemoryUpkeep(self.log, counter, OwnMemory(lambda: self.kib))
        self._minute = 0

    def give_back(self) -> None:
        self.calls.append("system")
        self.kib = self._left

    def minutes(self, *rows: int) -> list[str]:
        """So many rows in each; what was done."""
        self.calls.clear()
        for count in rows:
            self.log.written += count
            if count == STORM:
                self.kib = 2 * MUCH_KIB
            self.upkeep.look(self._minute * COLLECT_SECONDS)
            self.upkeep.look(self._minute * COLLECT_SECONDS + 1)
            self._minute += 1
        return self.calls


@pytest.mark.parametrize(
    ("rows", "times"),
    [
        ([STORM, *CALM], 1),
        ([STORM, *[CALM_ROWS - 1] * 10], 1),
        ([STORM, *CALM, STORM, *CALM], 2),
        ([STORM, *CALM[1:], CALM_ROWS, *CALM[1:]], 0),
        ([STORM, *CALM[1:], STORM, *CALM[1:]], 0),
        ([CALM_ROWS, *[0] * 10], 0),
    ],
)
def test_it_is_given_back_once_the_storm_is_over(rows: list[int], times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Scene(monkeypatch).minutes(*rows) == ["log", "counter", "system"] * times


def test_what_cannot_be_given_back_goes_with_the_process_which_asks_until_it_is_heeded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scene = Scene(monkeypatch, left=MUCH_KIB + 1)
    assert scene.minutes(STORM, *CALM, 0, 0) == ["log", "counter", "system", *["renewal"] * 3]
    assert scene.minutes(STORM) == []
    assert scene.minutes(*CALM, *[0] * AGAIN_LOOKS).count("system") == 2


def test_what_is_about_what_a_home_takes_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, left=MUCH_KIB)
    assert scene.minutes(STORM, *CALM) == ["log", "counter", "system"]
    assert scene.minutes(*[0] * 2 * AGAIN_LOOKS) == []


def test_what_the_start_took_for_a_moment_goes_back_and_is_not_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, left=100)
    scene.kib = 2 * SOME_KIB
    called = list[str]()
    for name in ("freeze", "disable"):
        monkeypatch.setattr(memory_upkeep.gc, name, lambda name=name: called.append(name))
    scene.upkeep.started()
    assert scene.calls == ["log", "system"] and called == ["freeze", "disable"]
    scene.kib = 2 * SOME_KIB
    assert scene.minutes(*CALM) == ["log", "counter", "system"]


def test_what_a_busy_hour_left_is_given_back_in_calm_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SQLite caches of a home's evening are no storm, and yet more than what is needed at night."""
    scene = Scene(monkeypatch, left=SOME_KIB)
    scene.kib = SOME_KIB
    assert scene.minutes(*CALM, *[0] * AGAIN_LOOKS) == []
    scene.kib += 1
    assert scene.minutes(*CALM, *[0] * AGAIN_LOOKS) == ["log", "counter", "system"]
    scene.kib = 2 * SOME_KIB
    assert scene.minutes(*[0] * AGAIN_LOOKS) == []


def test_a_recorder_whose_log_cannot_be_opened_keeps_the_rows_that_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, left=2 * MUCH_KIB)
    scene.log.waits_for = "it is locked"
    assert "renewal" not in scene.minutes(STORM, *CALM)


def test_rows_that_wait_for_their_commit_are_a_storm_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    scene = Scene(monkeypatch, left=2 * MUCH_KIB)
    scene.kib = 2 * MUCH_KIB
    for _ in range(2 * CALM_LOOKS):
        scene.log.buffered += CALM_ROWS
        assert scene.minutes(0) == []
    scene.log.written, scene.log.buffered = scene.log.buffered, 0
    assert scene.minutes(*CALM)[-1] == "renewal"
