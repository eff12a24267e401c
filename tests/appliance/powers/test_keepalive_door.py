# SPDX-License-Identifier: GPL-3.0-or-later
"""A keepalive that sleeps is woken once for each sleep, when something is wanted, and an edit is told by the kernel."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from waiting import until

from appliance.powers.keepalive_door import LOOK_SECONDS, KeepaliveDoor
from appliance.process.children import Child, Spec
from appliance.process.forking import Forked
from appliance.process.signals import Signals
from store.base import pulse
from store.base.pulse import Pulse
from store.events.config_events import ConfigEvents

pytestmark = pytest.mark.process


@dataclass
class House:
    """The door with a child that is none. `asked`: how often it was asked whether anything is wanted."""

    door: KeepaliveDoor
    child: Child
    signals: Signals
    woken: int
    state: Path
    wanted: bool = False
    asked: int = 0

    def turn(self) -> None:
        assert self.child.pulse is not None
        self.child.pulse.hangs(None, 0.0, 1.0)
        self.door.turn(self.child, self.signals, 0.0)

    def lines(self) -> bytes:
        with suppress(BlockingIOError):
            return os.read(self.woken, 100)
        return b""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    woken, wake = os.pipe2(os.O_NONBLOCK)
    watched, end = Pulse.begin()
    pulse.take(end)
    child = Child(Spec("keepalive", "", beats=True, pulse=watched, process=Forked(os.getpid())), {})

    def is_wanted() -> bool:
        made.asked += 1
        return made.wanted

    with Signals(lambda _: None) as signals:
        events = ConfigEvents(tmp_path)
        made = House(KeepaliveDoor(wake, is_wanted, events), child, signals, woken, tmp_path)
        yield made
        made.door.close()
    pulse._own.clear()
    watched.close()
    for fd in (woken, wake, end):
        os.close(fd)


def test_while_it_is_awake_nobody_is_asked_and_nothing_is_said(house: House) -> None:
    house.wanted = True
    house.turn()
    pulse.beat()
    house.turn()
    assert not house.asked and not house.lines()


def test_asleep_it_gets_one_line_when_it_is_wanted(house: House) -> None:
    pulse.beat()
    pulse.rest()
    house.turn()
    assert house.asked == 1 and not house.lines()
    house.wanted = True
    for _ in range(3):
        house.turn()
    assert house.lines() == b"\n"
    pulse.beat()
    house.turn()
    pulse.rest()
    house.turn()
    assert house.lines() == b"\n", "it fell asleep again"


def test_one_that_is_not_there_is_not_woken(house: House) -> None:
    house.wanted = True
    pulse.rest()
    house.turn()
    house.lines()
    house.child.process = None
    house.door.turn(house.child, house.signals, 0.0)
    house.door.turn(None, house.signals, 0.0)
    assert not house.lines()


def test_a_pipe_that_is_full_holds_up_nobody(house: House) -> None:
    house.wanted = True
    for _ in range(70_000):
        with suppress(BlockingIOError):
            os.write(house.door._wake, b"\n")
    pulse.rest()
    house.turn()


def test_an_edit_ends_the_wait_and_a_look_soon_follows(house: House) -> None:
    house.turn()
    wait: Callable[[float], None] = house.signals.wait
    assert house.door.due == LOOK_SECONDS
    (house.state / "config.db").write_bytes(b"edited")
    wait(1000.0)  # would be a hang, were it not told
    house.turn()
    assert 0.0 < house.door.due < 0.2

    def is_calm() -> bool:
        house.turn()
        return house.door.due == LOOK_SECONDS

    until(is_calm)
    (house.state / "telltale.toml").write_bytes(b"edited")
    wait(1000.0)
