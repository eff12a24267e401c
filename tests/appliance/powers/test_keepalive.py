# SPDX-License-Identifier: GPL-3.0-or-later
"""A child runs while it is wanted; tests/dhcp and tests/firewall have the real ones."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from waiting import HANG_SECONDS, until

from appliance.powers.keepalive import (
    AGAIN_SECONDS,
    REST_SECONDS,
    SLEEPY_SECONDS,
    STOP_SECONDS,
    WATCH_SECONDS,
    Keepalive,
    Kept,
)
from appliance.process.children import Child, Spec
from store.base import db, pulse
from store.config import edit, usable_settings

pytestmark = [pytest.mark.process, pytest.mark.database]

SLEEP = "import signal; signal.pause()"
DEAF = "import pathlib, signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib.Path({!r}).touch(); "
DEAF += SLEEP


def main(words: tuple[str, ...]) -> None:
    """What the children of these tests are: a line of Python."""
    exec(words[0], {})


Make = Callable[..., tuple[Keepalive, Child]]


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = tmp_path / "state"
    db.open_config(folder)
    return folder


@pytest.fixture
def make(state: Path, tmp_path: Path) -> Iterator[Make]:
    sys.modules["kept_child"] = sys.modules[__name__]  # under a name that the child can import
    made: list[tuple[Keepalive, Child]] = []

    def begin(
        code: str, linger: float = 0.0, keep: Callable[[], None] | None = None,
        sleep: Callable[[], None] | None = None,
    ) -> tuple[Keepalive, Child]:  # fmt: skip
        child = Child(Spec("fake", "kept_child", (code,), beats=True, keep=keep), os.environ)
        kept = Kept(child, lambda chosen: chosen.dhcp == "on", linger)
        made.append((Keepalive(state, tmp_path, {}, [kept], sleep), child))
        return made[-1]

    yield begin
    for keepalive, child in made:
        child.send(signal.SIGKILL)
        keepalive.stop()
        if child.pulse is not None:
            child.pulse.close()


def turn_on(state: Path, value: str = "on") -> None:
    edit.put_settings(edit.engine(state), {"dhcp": value})


def test_while_it_is_not_wanted_nothing_runs_and_an_edit_alone_starts_and_ends_it(state: Path, make: Make) -> None:
    keepalive, child = make(SLEEP)
    keepalive.turn(0)
    assert not child.running
    turn_on(state)
    keepalive.turn(1)
    first = child.process
    assert first is not None
    keepalive.turn(2)
    assert child.process is first
    turn_on(state, "off")
    keepalive.turn(3)
    assert first.wait(HANG_SECONDS) == -signal.SIGTERM
    keepalive.turn(4)
    assert not child.running
    turn_on(state)
    keepalive.turn(4.5)
    assert child.running, "an end that was asked for is not held against it"


def test_so_does_a_line_in_the_file(state: Path, make: Make) -> None:
    keepalive, child = make(SLEEP)
    keepalive.turn(0)
    (state / "telltale.toml").write_text('dhcp = "on"\n')
    keepalive.turn(1)
    assert child.running
    (state / "telltale.toml").unlink()
    keepalive.turn(2)
    assert child.wanted_exit


def test_it_may_stay_a_little_longer(state: Path, make: Make) -> None:
    turn_on(state)
    keepalive, child = make(SLEEP, linger=10.0)
    keepalive.turn(0)
    turn_on(state, "off")
    keepalive.turn(9)
    assert not child.wanted_exit
    keepalive.turn(10)
    assert child.wanted_exit


def test_what_cannot_be_read_ends_nothing_and_is_read_once_it_can_be(
    state: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(state)
    keepalive, child = make(SLEEP)
    keepalive.turn(0)
    turn_on(state, "off")
    with monkeypatch.context() as patch:
        patch.setattr(usable_settings, "load_stored", lambda *_: None)
        keepalive.turn(1)
        assert child.running and not child.wanted_exit
    keepalive.turn(2)
    assert child.wanted_exit, "the edit is not forgotten"


def test_where_config_db_was_never_read_what_else_is_said_holds(state: Path, make: Make) -> None:
    (state / "config.db").write_bytes(b"no database")
    (state / "telltale.toml").write_text('dhcp = "on"\n')
    keepalive, child = make(SLEEP)
    keepalive.turn(0)
    assert child.running


def test_one_that_died_is_started_again_a_little_later_each_time(state: Path, make: Make) -> None:
    turn_on(state)
    keepalive, child = make("")
    keepalive.turn(190)
    waits = []
    for number in range(3):
        assert child.process is not None
        child.process.wait(HANG_SECONDS)
        keepalive.turn(now := 200.0 + 10 * number)
        waits.append(child.due - now)
        keepalive.turn(child.due)
    assert waits == sorted(waits) and waits[0] < waits[2]


def test_one_that_was_stopped_is_killed_and_started_anew(state: Path, make: Make) -> None:
    turn_on(state)
    keepalive, child = make(SLEEP)
    keepalive.turn(0)
    first = child.process
    assert first is not None
    os.kill(first.pid, signal.SIGSTOP)
    until(lambda: pulse.is_stopped(first.pid))
    for second in range(1, 5):
        keepalive.turn(second)
    assert first.wait(HANG_SECONDS) == -signal.SIGKILL
    keepalive.turn(5)
    keepalive.turn(6)
    assert child.running and child.process is not first


@pytest.mark.parametrize("ending", [True, False])
def test_one_that_does_not_end_is_killed(
    state: Path, make: Make, ending: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(state)
    keepalive, child = make(DEAF.format(str(tmp_path / "deaf")))
    keepalive.turn(0)
    process = child.process
    until((tmp_path / "deaf").exists)
    assert process is not None
    if ending:
        monkeypatch.setattr("appliance.powers.keepalive.STOP_SECONDS", 0.05)
        keepalive.stop()
    else:
        turn_on(state, "off")
        for now in (1.0, 2.0, 1.0 + STOP_SECONDS):
            keepalive.turn(now)
    assert process.wait(HANG_SECONDS) == -signal.SIGKILL


def test_one_that_cannot_be_started_is_tried_again(
    state: Path, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise PermissionError("no such power")

    turn_on(state)
    keepalive, child = make(SLEEP, keep=refuse)
    now = time.monotonic()
    keepalive.turn(now)
    assert not child.running and child.due > now
    assert "could not be started" in caplog.text


def test_with_nothing_wanted_and_nobody_there_it_sleeps_a_little_later(
    state: Path, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    turn_on(state)
    keepalive, child = make(SLEEP, sleep=lambda: slept.append(now))
    for now in (0.0, 20.0):
        keepalive.turn(now)
    assert child.process is not None and not slept
    turn_on(state, "off")
    keepalive.turn(now := 30.0)
    child.process.wait(HANG_SECONDS)
    now = 30.0 + AGAIN_SECONDS
    keepalive.turn(now)
    with monkeypatch.context() as patch:
        patch.setattr(usable_settings, "load_stored", lambda *_: None)
        (state / "telltale.toml").write_text("# nothing yet\n")
        keepalive.turn(now := 45.0)
        assert not slept, "it may be wanted by what it cannot read"
    keepalive.turn(now := 46.0)
    keepalive.turn(now := 45.0 + SLEEPY_SECONDS)
    assert slept == [45.0 + SLEEPY_SECONDS]


def test_one_that_cannot_sleep_goes_on_and_is_told_to_end_as_before(
    state: Path, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse() -> None:
        raise FileNotFoundError(2, "no shell")

    keepalive, child = make(SLEEP, sleep=refuse)
    before = signal.getsignal(signal.SIGTERM)
    for now in (0.0, SLEEPY_SECONDS, SLEEPY_SECONDS + 1, SLEEPY_SECONDS + 2):
        keepalive.turn(now)
    assert caplog.text.count("no shell") == 1 and signal.getsignal(signal.SIGTERM) is before
    turn_on(state)
    keepalive.turn(SLEEPY_SECONDS + 3)
    assert child.running


def test_one_that_is_told_to_end_just_then_does_not_sleep(state: Path, make: Make) -> None:
    slept: list[bool] = []
    keepalive, _ = make(SLEEP, sleep=lambda: slept.append(True))
    keepalive.turn(0)
    keepalive.stopping = True
    keepalive.turn(SLEEPY_SECONDS)
    assert not slept


def test_it_rests_until_something_is_to_be_looked_at(state: Path, make: Make) -> None:
    keepalive, child = make(SLEEP)
    keepalive.turn(time.monotonic())
    assert keepalive.rest() == REST_SECONDS
    turn_on(state)
    keepalive.turn(time.monotonic() + AGAIN_SECONDS)
    assert keepalive.rest() == WATCH_SECONDS
    assert child.process is not None
    child.send(signal.SIGSTOP)
    until(lambda: pulse.is_stopped(child.pid or 0))
    keepalive.turn(time.monotonic())
    assert keepalive.rest() < WATCH_SECONDS, "it is soon to be killed"
    child.send(signal.SIGKILL)
    assert child.process.wait(HANG_SECONDS) == -signal.SIGKILL
    now = time.monotonic()
    keepalive.turn(now)
    assert child.due > now and keepalive.rest() <= child.due - now, "it is started again when it is due"
