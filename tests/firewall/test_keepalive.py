# SPDX-License-Identifier: GPL-3.0-or-later
"""One child is kept alive while the wall is wanted."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from waiting import HANG_SECONDS

from firewall.keepalive import Keepalive
from firewall.reconcile import marker
from store.base import db
from store.config import edit

pytestmark = pytest.mark.process

SLEEPER = [sys.executable, "-c", "import signal; signal.pause()"]

Make = Callable[[list[str]], Keepalive]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    db.open_config(folder)
    return folder


@pytest.fixture
def make_keepalive(state: Path, tmp_path: Path) -> Iterator[Make]:
    made: list[Keepalive] = []

    def make(command: list[str]) -> Keepalive:
        made.append(Keepalive(command, (), state, tmp_path, {}))
        return made[-1]

    yield make
    for keepalive in made:
        keepalive.stop()
        keepalive._watcher.close()


def test_the_child_runs_while_the_wall_is_on(state: Path, make_keepalive: Make) -> None:
    keepalive = make_keepalive(SLEEPER)
    keepalive.turn(0)
    assert not running(keepalive)
    edit.put_settings(edit.engine(state), {"wall": "watch"})
    keepalive.turn(1)
    assert keepalive.child is not None
    first = keepalive.child
    keepalive.turn(2)
    assert keepalive.child is first
    edit.put_settings(edit.engine(state), {"wall": "off"})
    keepalive.turn(3)
    assert keepalive.child is None
    assert first.returncode == -signal.SIGTERM


def test_it_runs_on_until_the_table_is_down(state: Path, tmp_path: Path, make_keepalive: Make) -> None:
    marker(tmp_path).touch()
    keepalive = make_keepalive(SLEEPER)
    keepalive.turn(0)
    assert keepalive.child is not None
    marker(tmp_path).unlink()
    keepalive.turn(1)
    assert keepalive.child is None


def seconds_to_the_next(keepalive: Keepalive, now: float) -> float:
    """Let the child end, and look every tenth of a second until there is another."""
    assert keepalive.child is not None
    keepalive.child.wait(HANG_SECONDS)
    keepalive.turn(now)
    return next(step / 10 for step in range(1, 400) if turned(keepalive, now + step / 10))


def turned(keepalive: Keepalive, now: float) -> bool:
    keepalive.turn(now)
    return running(keepalive)


def running(keepalive: Keepalive) -> bool:
    return keepalive.child is not None


def test_one_that_died_is_started_again_a_little_later_each_time(
    state: Path, make_keepalive: Make
) -> None:
    edit.put_settings(edit.engine(state), {"wall": "watch"})
    keepalive = make_keepalive([sys.executable, "-c", ""])
    keepalive.turn(190)
    waits = [seconds_to_the_next(keepalive, 200.0 + 10 * number) for number in range(3)]
    assert waits == sorted(waits)
    assert waits[0] < waits[2]


def test_a_command_that_is_none_is_no_end(
    state: Path, make_keepalive: Make, caplog: pytest.LogCaptureFixture
) -> None:
    edit.put_settings(edit.engine(state), {"wall": "watch"})
    keepalive = make_keepalive(["/no/such/program"])
    keepalive.turn(time.monotonic())
    assert keepalive.child is None
    assert "could not be started" in caplog.text
