# SPDX-License-Identifier: GPL-3.0-or-later
"""One child: what it inherits, how its exits are counted, how long its restart is put off."""

import errno
import os
import signal
import socket
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiting import until

from appliance.process.children import FIRST_DELAY, LONGEST_DELAY, MINUTE, Backoff, Child, Spec, why
from store.base.pulse import ASLEEP


def main(words: tuple[str, ...]) -> None:
    """What the children of these tests are: a line of Python."""
    exec(words[0], {})


def spec(code: str, *fds: int, nice: int = 0) -> Spec:
    sys.modules["fake_child"] = sys.modules[__name__]  # under a name that the child can import
    return Spec("fake", "fake_child", (code,), fds, nice=nice)


def ended(child: Child) -> int:
    codes: list[int] = []
    until(lambda: (code := child.reap(time.monotonic())) is not None and not codes.append(code))
    return codes[0]


@pytest.mark.process
def test_it_inherits_the_sockets_it_was_given_and_no_other() -> None:
    mine, given_away = socket.socketpair()
    secret, _other = socket.socketpair()
    code = (
        f"import os\nos.write({given_away.fileno()}, b'hello')\n"
        f"try:\n os.fstat({secret.fileno()})\nexcept OSError:\n raise SystemExit(0)\nraise SystemExit(9)"
    )
    child = Child(spec(code, given_away.fileno()), os.environ)
    with mine, given_away, secret, _other:
        child.start(time.monotonic())
        assert ended(child) == 0
        assert mine.recv(10) == b"hello"


@pytest.mark.process
def test_it_gets_its_environment_and_its_niceness() -> None:
    code = "import os; raise SystemExit(int(os.environ['FAKE']) + os.nice(0))"
    child = Child(spec(code, nice=4), {**os.environ, "FAKE": "7"})
    child.start(time.monotonic())
    assert ended(child) == 7 + min(19, os.nice(0) + 4)


@pytest.mark.process
def test_an_exit_that_was_asked_for_is_not_held_against_it() -> None:
    child = Child(spec("import signal; signal.pause()"), os.environ)
    child.start(time.monotonic())
    child.ask_to_end()
    assert ended(child) == -signal.SIGTERM
    assert child.backoff.last_minute(time.monotonic()) == 0
    assert child.due <= time.monotonic()


@pytest.mark.process
def test_one_that_falls_asleep_has_not_failed_and_starts_once_it_is_woken() -> None:
    child = Child(replace(spec(f"raise SystemExit({ASLEEP})"), sleeps=True), os.environ)
    child.start(time.monotonic())
    assert ended(child) == ASLEEP
    now = time.monotonic()
    assert child.asleep and child.state(now) == "asleep" and child.backoff.last_minute(now) == 0
    child.wake()
    assert not child.asleep and child.due <= now
    child.start(now)
    child.ask_to_end()  # it ends by itself just then: it was wanted to, to be started anew
    ended(child)
    assert not child.asleep


@pytest.mark.process
def test_one_that_is_not_to_sleep_has_failed() -> None:
    child = Child(spec(f"raise SystemExit({ASLEEP})"), os.environ)
    child.start(time.monotonic())
    ended(child)
    assert not child.asleep and child.backoff.last_minute(time.monotonic()) == 1


def test_a_machine_full_of_processes_puts_the_start_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> int:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", full)
    child = Child(spec("pass"), os.environ)
    with pytest.raises(OSError, match="unavailable"):
        child.start(0.0)
    assert child.failed_to_start(10.0) == FIRST_DELAY
    assert child.due == 10.0 + FIRST_DELAY
    assert child.state(10.0) == "waiting"


def test_five_restarts_in_a_minute_are_called_failing() -> None:
    child = Child(spec("pass"), os.environ)
    for second in range(5):
        child.failed_to_start(float(second))
    assert child.state(5.0) == "failing"
    assert child.state(5.0 + MINUTE) == "waiting"


@given(st.lists(st.floats(0, MINUTE - 1), min_size=1, max_size=40))
def test_the_delay_doubles_up_to_its_bound(lives: list[float]) -> None:
    backoff = Backoff()
    delays = [backoff.ended(lived, 0.0) for lived in lives]
    assert delays == [min(FIRST_DELAY * 2**turn, LONGEST_DELAY) for turn in range(len(lives))]


@given(st.integers(0, 20), st.floats(MINUTE, 1e6))
def test_a_minute_of_life_begins_anew(failures: int, lived: float) -> None:
    backoff = Backoff()
    for _ in range(failures):
        backoff.ended(0.0, 0.0)
    assert backoff.ended(lived, 0.0) == FIRST_DELAY


def test_an_exit_code_is_told_in_words() -> None:
    assert why(1) == "ended with code 1"
    assert why(-signal.SIGKILL) == "was killed by SIGKILL"
    assert why(-99) == "was killed by signal 99"
