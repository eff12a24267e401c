# SPDX-License-Identifier: GPL-3.0-or-later
"""The guard keeps one child alive while the wall is wanted."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from firewall.keepalive import Guard
from firewall.reconcile import marker
from store.base import db
from store.config import edit

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    db.open_config(folder)
    return folder


@pytest.fixture
def guard(state: Path, tmp_path: Path) -> Iterator[Callable[[list[str]], Guard]]:
    made: list[Guard] = []

    def make(command: list[str]) -> Guard:
        made.append(Guard(command, (), state, tmp_path, {}))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def test_the_child_runs_while_the_wall_is_on(state: Path, guard: Callable[[list[str]], Guard]) -> None:
    one = guard(SLEEPER)
    one.turn(0)
    assert not running(one)
    edit.put_settings(edit.engine(state), {"wall": "watch"})
    one.turn(1)
    assert one.child is not None
    first = one.child
    one.turn(2)
    assert one.child is first
    edit.put_settings(edit.engine(state), {"wall": "off"})
    one.turn(3)
    assert one.child is None
    assert first.returncode == -signal.SIGTERM


def test_it_runs_on_until_the_table_is_down(state: Path, tmp_path: Path, guard: Callable[[list[str]], Guard]) -> None:
    marker(tmp_path).touch()
    one = guard(SLEEPER)
    one.turn(0)
    assert one.child is not None
    marker(tmp_path).unlink()
    one.turn(1)
    assert one.child is None


def seconds_to_the_next(guard: Guard, now: float) -> float:
    """Let the child end, and look every tenth of a second until there is another."""
    assert guard.child is not None
    guard.child.wait(10)
    guard.turn(now)
    return next(step / 10 for step in range(1, 400) if turned(guard, now + step / 10))


def turned(guard: Guard, now: float) -> bool:
    guard.turn(now)
    return running(guard)


def running(guard: Guard) -> bool:
    return guard.child is not None


def test_one_that_died_is_started_again_a_little_later_each_time(
    state: Path, guard: Callable[[list[str]], Guard]
) -> None:
    edit.put_settings(edit.engine(state), {"wall": "watch"})
    one = guard([sys.executable, "-c", ""])
    one.turn(190)
    waits = [seconds_to_the_next(one, 200.0 + 10 * number) for number in range(3)]
    assert waits == sorted(waits)
    assert waits[0] < waits[2]


def test_a_command_that_is_none_is_no_end(
    state: Path, guard: Callable[[list[str]], Guard], caplog: pytest.LogCaptureFixture
) -> None:
    edit.put_settings(edit.engine(state), {"wall": "watch"})
    one = guard(["/no/such/program"])
    one.turn(time.monotonic())
    assert one.child is None
    assert "could not be started" in caplog.text
