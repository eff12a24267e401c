# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper on a clock of the test's own, with an unbound that does what the test says."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from recursor import recursor_keeper, running_unbound
from recursor.recursor_keeper import REST_SECONDS, RETIRE_SECONDS, SILENT_SECONDS, WATCH_SECONDS, RecursorKeeper
from recursor.running_unbound import FIRST_SECONDS, PROBE_SECONDS, STILL_SECONDS
from recursor.sane_clock import Window
from recursor.unbound_child import MISSING
from store.base import db, status
from store.base.process_status import RecursorState, RecursorStatus
from store.base.status import SAME_SECONDS
from store.config import edit

pytestmark = pytest.mark.database

NOW_S = 1_795_000_000.0
WEEK = 7 * 86_400
pids = itertools.count(100)


class World:
    """`children`: all that were started; `answers`: whether they answer; `root`: what the root's signatures say."""

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.installed, self.answers, self.reaches = True, True, True
        self.root: Window | None = None
        self.synchronised, self.now_s = True, NOW_S

    @property
    def alive(self) -> list[Child]:
        return [child for child in self.children if child.pid]


class Child:
    """In the place of unbound."""

    def __init__(self, world: World, port: int, text: str) -> None:
        self.world, self.port, self.text = world, port, text
        self.pid, self.code, self.last, self.config = 0, None, "", ""
        world.children.append(self)

    code: int | None

    def start(self, config: str) -> None:
        self.pid, self.config = next(pids), config

    def ended(self) -> int | None:
        return self.code

    def memory_kib(self) -> int:
        return 14_000

    def sources(self) -> list[Any]:
        return []

    def stop(self) -> None:
        self.pid = 0


class Probe:
    """In the place of its questions: each is answered at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.alive: bool | None = None
        self.reaches: bool | None = None
        self.root: Window | None = None
        self.silent_since: float | None = None
        self.until: float | None = None

    def turn(self, now: float) -> bool:
        return True

    def ask(self, kind: str, now: float) -> None:
        if kind == "alive":
            self.alive = self.world.answers
            self.silent_since = None if self.alive else self.silent_since or now
        elif kind == "reaches":
            self.reaches = self.world.reaches
        else:
            self.root = self.world.root

    def sources(self) -> list[Any]:
        return []

    def close(self) -> None:
        pass


class House:
    """A keeper, and the time that passes for it alone."""

    def __init__(self, state: Path, run: Path, world: World) -> None:
        self.state, self.run, self.world, self.now = state, run, world, 1000.0
        self.keeper = RecursorKeeper(state, run, {}, lambda: world.now_s, lambda: world.synchronised)

    def put(self, **values: Any) -> None:
        edit.put_settings(edit.engine(self.state), values)

    def pass_(self, seconds: float, until: Callable[[], object] = lambda: False) -> RecursorStatus:
        """Turns a tenth of a second apart, for so long, or until something is so."""
        end = self.now + seconds
        while True:
            self.keeper.turn(self.now)
            if self.now >= end or until():
                return self.told
            self.now = round(self.now + 0.1, 3)

    @property
    def told(self) -> RecursorStatus:
        return status.read_recursor(self.run) or RecursorStatus()


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    made = World()
    ports = itertools.count(5400)
    monkeypatch.setattr(recursor_keeper, "UnboundChild", lambda _run, port, text: Child(made, port, text))
    monkeypatch.setattr(recursor_keeper, "program", lambda: "/usr/sbin/unbound" if made.installed else None)
    monkeypatch.setattr(recursor_keeper, "relayed", lambda plan: True)
    monkeypatch.setattr(recursor_keeper, "free_port", lambda: next(ports))
    monkeypatch.setattr(recursor_keeper.own_addresses, "way_out", lambda _version=4: None)
    monkeypatch.setattr(running_unbound, "Probe", lambda _port: Probe(made))
    return made


@pytest.fixture
def house(tmp_path: Path, world: World) -> Iterator[House]:
    state, run = tmp_path / "state", tmp_path / "run"
    state.mkdir()
    run.mkdir()
    db.open_config(state)
    made = House(state, run, world)
    made.put(dnssec="validate")
    yield made
    made.keeper.stop()
    assert not world.alive


def test_one_is_started_while_it_is_wanted_and_ended_after(house: House, world: World) -> None:
    told = house.pass_(1)
    assert told.state is RecursorState.SERVING and told.validates and len(world.alive) == 1
    house.put(dnssec="off")
    assert house.pass_(1).state is RecursorState.OFF and not world.alive


def test_another_configuration_goes_to_a_second_one_and_the_first_goes_on_for_a_while(
    house: House, world: World
) -> None:  # fmt: skip
    before = house.pass_(1)
    house.put(dnssec_insecure=["broken.example"])
    told = house.pass_(1)
    assert told.port != before.port and told.insecure == ("broken.example",) and len(world.alive) == 2
    house.pass_(RETIRE_SECONDS)
    assert [child.port for child in world.alive] == [told.port]


def test_what_is_let_through_for_a_while_is_checked_again_by_itself(house: House, world: World) -> None:
    house.put(dnssec_insecure=["broken.example until 2026-11-18T12:00:00Z"])
    assert house.pass_(1).insecure == ("broken.example",)
    world.now_s += 3600
    assert house.pass_(RETIRE_SECONDS + recursor_keeper.LOOK_SECONDS).insecure == ()
    assert "broken.example" not in world.alive[-1].config


def test_one_that_keeps_ending_is_started_more_and_more_seldom(house: House, world: World) -> None:
    house.pass_(1)
    begun: list[float] = []
    for _ in range(9):
        world.children[-1].code = 1
        world.children[-1].last = "error: no memory"
        count = len(world.children)
        told = house.pass_(0)
        assert told.state is RecursorState.FAILING and "no memory" in told.error
        since = house.now
        house.pass_(60, until=lambda count=count: len(world.children) > count)  # type: ignore[misc]
        begun.append(round(house.now - since, 1))
        house.pass_(0.3)
    assert begun[0] <= 0.2 and begun == sorted(begun) and begun[-1] <= recursor_keeper.LONGEST_DELAY
    assert begun[-1] > 5
    house.pass_(recursor_keeper.SOUND_SECONDS + 1)
    world.children[-1].code, count = 1, len(world.children)
    house.pass_(0.3)
    assert len(world.children) == count + 1, "one that lived for long is there again at once"


def test_one_that_is_silent_is_ended(house: House, world: World) -> None:
    house.pass_(1)
    first, world.answers = world.children[0], False
    told = house.pass_(PROBE_SECONDS + SILENT_SECONDS + 1, until=lambda: not first.pid)
    assert told.state is RecursorState.FAILING and "does not answer" in told.error
    world.answers = True
    assert house.pass_(recursor_keeper.LONGEST_DELAY).state is RecursorState.SERVING


def test_where_it_is_missing_it_is_looked_for(house: House, world: World) -> None:
    world.installed = False
    told = house.pass_(1)
    assert told.state is RecursorState.MISSING and told.error == MISSING
    world.installed = True
    assert house.pass_(recursor_keeper.MISSING_SECONDS + 1).state is RecursorState.SERVING


def test_a_clock_that_nobody_set_locks_nobody_out_and_is_told(house: House, world: World) -> None:
    """As a Pi starts: months back, and the time servers are names that must be looked up."""
    world.synchronised = False
    world.now_s = NOW_S - 30 * 86_400
    world.root, world.reaches = Window(int(NOW_S - WEEK), int(NOW_S + WEEK)), False  # nothing it says holds, it seems
    told = house.pass_(12)
    assert told.clock_wrong and not told.validates and told.state is RecursorState.SERVING
    assert "clock_wrong" in [word for word, *_ in told.problems()]
    world.root = None  # nobody is heard any more: no proof that it is right by now
    assert not house.pass_(STILL_SECONDS + 10).validates
    world.now_s, world.synchronised, world.reaches = NOW_S, True, True
    told = house.pass_(12)
    assert told.validates and not told.clock_wrong and list(told.problems()) == []


def test_a_clock_before_this_program_is_never_believed(house: House, world: World) -> None:
    world.now_s = 0.0  # 1970
    told = house.pass_(1)
    assert told.state is RecursorState.SERVING and told.clock_wrong and not told.validates
    world.now_s = NOW_S
    assert house.pass_(6).validates


def test_a_clock_that_nobody_set_and_that_is_right_is_believed(house: House, world: World) -> None:
    world.synchronised, world.root = False, Window(int(NOW_S - WEEK), int(NOW_S + WEEK))
    told = house.pass_(20)
    assert told.validates and not told.clock_wrong


def test_it_rests_while_all_is_well_and_looks_often_while_one_is_started(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: house.now)
    house.pass_(1)
    assert house.keeper.rest() > 10 * WATCH_SECONDS and not house.keeper.sources()
    house.put(dnssec_anchors="/nowhere")
    world.answers = False
    house.put(dnssec="trust", recursive="on")
    house.pass_(0.2)
    assert house.keeper.rest() == WATCH_SECONDS
    world.answers = True
    house.pass_(RETIRE_SECONDS + 1)
    assert house.keeper.rest() > 10 * FIRST_SECONDS
    house.put(recursive="off")
    house.pass_(0.2)
    assert house.keeper.rest() == REST_SECONDS


def test_while_a_question_is_on_its_way_it_rests_until_that_is_given_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: house.now)
    house.pass_(1)
    serving = house.keeper._serving
    assert serving is not None
    serving.next_probe = serving.next_reach = house.now - 1
    assert house.keeper.rest() == FIRST_SECONDS, "there is something to ask"
    serving.probe.until = house.now + 1.5  # type: ignore[misc]
    assert house.keeper.rest() == 1.5
    serving.probe.until = house.now - 1  # type: ignore[misc]
    assert house.keeper.rest() == FIRST_SECONDS


def test_what_says_the_same_is_seldom_written_anew(house: House) -> None:
    house.pass_(6)
    written = (house.run / "recursor.json").stat().st_mtime_ns
    house.pass_(SAME_SECONDS / 2)
    assert (house.run / "recursor.json").stat().st_mtime_ns == written
