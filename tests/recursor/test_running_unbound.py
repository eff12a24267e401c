# SPDX-License-Identifier: GPL-3.0-or-later
"""How often an unbound is looked at: as seldom as will do while it is well, and at once when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from recursor import running_unbound
from recursor.running_unbound import PROBE_SECONDS, REACH_SECONDS, STILL_SECONDS, Running
from recursor.unbound_child import UnboundChild

MINUTE = 60.0


class Probe:
    """In the place of its questions: `answers` come within a millisecond; else none comes in three seconds."""

    def __init__(self, _port: int) -> None:
        self.alive: bool | None = None
        self.reaches: bool | None = None
        self.root = self.silent_since = self.until = None
        self.asked: list[str] = []
        self.answers = {"alive": True, "reaches": True, "root": True}
        self._open: tuple[str, float] | None = None

    def turn(self, now: float) -> bool:
        if self._open is None:
            return True
        kind, since = self._open
        if self.answers[kind] and now > since:
            self._take(kind, True)
        elif now - since >= running_unbound.PROBE_SECONDS:
            self._take(kind, False)
        return self._open is None

    def ask(self, kind: str, now: float) -> None:
        self.asked.append(kind)
        self._open = kind, now
        self.until = now + 3.0

    def sources(self) -> list[object]:
        return [self] if self._open is not None else []

    def _take(self, kind: str, value: bool) -> None:
        self._open = self.until = None
        if kind != "root":
            setattr(self, kind, value)


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Probe:
    made = Probe(0)
    monkeypatch.setattr(running_unbound, "Probe", lambda _port: made)
    return made


def looks(running: Running, probe: Probe, begin: float, seconds: float = MINUTE) -> int:
    """How often its keeper looks in so many seconds, which listens to `sources`."""
    now, count = begin, 0
    while now < begin + seconds:
        running.look(now, reach=True)
        count += 1
        answered = probe._open is not None and probe.answers[probe._open[0]] and probe in running.sources()
        now += 0.001 if answered else running.rest(now)
    return count


@pytest.fixture
def running(probe: Probe) -> Running:
    return Running(UnboundChild(Path("run"), 5355, ""), 0.0)


def test_while_it_is_well_each_question_is_one_look(running: Running, probe: Probe) -> None:
    looks(running, probe, 0.0, 10.0)
    assert running.well
    probe.asked.clear()
    assert looks(running, probe, 100.0, 2 * MINUTE) <= 2 * MINUTE / PROBE_SECONDS + 1
    assert probe.asked.count("alive") >= 2 * MINUTE / PROBE_SECONDS - 3
    assert probe.asked.count("reaches") == 2 * MINUTE / STILL_SECONDS


def test_one_that_falls_silent_is_told_of_as_soon(running: Running, probe: Probe) -> None:
    looks(running, probe, 0.0, 10.0)
    probe.answers["alive"] = False
    looks(running, probe, 100.0, 2 * PROBE_SECONDS + 0.1)
    assert probe.alive is False and not running.well and running.sources() == [probe]


def test_one_that_gets_nowhere_is_asked_whether_it_does_again_and_again(running: Running, probe: Probe) -> None:
    looks(running, probe, 0.0, 10.0)
    probe.answers["reaches"] = False
    looks(running, probe, 100.0, STILL_SECONDS + 2 * PROBE_SECONDS)
    assert probe.reaches is False
    probe.asked.clear()
    looks(running, probe, 200.0)
    assert probe.asked.count("alive") >= 5 and len(probe.asked) - probe.asked.count("alive") >= 5
    probe.answers["reaches"] = True
    looks(running, probe, 300.0, 4 * REACH_SECONDS + PROBE_SECONDS)
    assert running.well
