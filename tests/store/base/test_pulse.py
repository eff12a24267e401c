# SPDX-License-Identifier: GPL-3.0-or-later
"""A process hangs when it beats no more or was stopped, and a watcher that was asleep accuses nobody."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress

import pytest
from waiting import until

from store.base import pulse
from store.base.pulse import GAP_SECONDS, STOPPED_SECONDS, Pulse, keep_going
from store.base.signal_wake import SignalWake


@pytest.fixture
def beating() -> Iterator[Pulse]:
    watched, end = Pulse.begin()
    pulse.take(end)
    yield watched
    pulse._own.clear()
    watched.close()
    with suppress(OSError):
        os.close(end)


def over(watched: Pulse, begin: float, seconds: float, pid: int | None = None) -> bool:
    """Whether it hangs at the end of so many seconds, looked at once a second."""
    hangs = False
    for second in range(int(seconds) + 1):
        hangs = watched.hangs(pid, begin + second, 15.0)
    return hangs


def test_silence_is_a_hang_and_each_beat_puts_it_off(beating: Pulse) -> None:
    assert not over(beating, 0.0, 15)
    pulse.beat()
    assert not over(beating, 16.0, 14)
    assert over(beating, 31.0, 2) and beating.heard


def test_a_watcher_that_was_asleep_begins_to_count_anew(beating: Pulse) -> None:
    pulse.beat()
    assert not over(beating, 0.0, 3)
    assert not beating.hangs(None, 1000.0 + GAP_SECONDS, 15.0)
    assert over(beating, 1001.0 + GAP_SECONDS, 15)


def test_who_asks_for_its_renewal_is_heard_once_and_lives(beating: Pulse) -> None:
    pulse.beat()
    assert not over(beating, 0.0, 0) and not beating.asks_renewal
    pulse.ask_renewal()
    pulse.beat()
    assert not over(beating, 1.0, 0) and beating.asks_renewal
    assert not over(beating, 2.0, 0) and not beating.asks_renewal
    pulse.ask_renewal()
    assert not over(beating, 15.9, 0), "it is a beat as well"


def test_who_rests_is_expected_to_beat_again_once_it_was_woken_or_beats(beating: Pulse) -> None:
    pulse.beat()
    assert pulse.rest() == pulse._own[0]
    assert not over(beating, 0.0, 300) and beating.rests
    pulse.beat()
    assert not over(beating, 301.0, 1) and not beating.rests
    assert over(beating, 303.0, 15)
    pulse.rest()
    assert not over(beating, 319.0, 100)
    beating.wake()
    assert not over(beating, 420.0, 15), "from then on"
    assert over(beating, 436.0, 1)


def test_nobody_waits_for_a_watcher_that_does_not_listen_or_is_gone(beating: Pulse) -> None:
    for _ in range(70_000):
        pulse.beat()
    assert not beating.hangs(None, 0.0, 15.0)
    beating.close()
    pulse.beat()


@pytest.mark.process
def test_one_that_was_stopped_is_known_in_seconds_and_one_that_sleeps_is_not(beating: Pulse) -> None:
    with subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"]) as process:
        try:
            assert not over(beating, 0.0, 5, process.pid)
            process.send_signal(signal.SIGSTOP)
            until(lambda: pulse.is_stopped(process.pid))
            assert not beating.hangs(process.pid, 6.0, 15.0)
            assert beating.hangs(process.pid, 6.0 + STOPPED_SECONDS, 15.0)
            process.send_signal(signal.SIGCONT)
            until(lambda: not pulse.is_stopped(process.pid))
            assert not beating.hangs(process.pid, 9.0, 15.0)
        finally:
            process.kill()


def test_turns_follow_until_it_is_to_stop_and_then_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    handlers: dict[int, Callable[..., None]] = {}

    class Counting:
        stopping = False

        def turn(self, now: float) -> None:
            done.append("turn")
            if len(done) == 3:
                handlers[signal.SIGTERM](signal.SIGTERM, None)

        def stop(self) -> None:
            done.append("stop")

    monkeypatch.setattr(signal, "signal", handlers.__setitem__)
    monkeypatch.setattr(pulse, "sleep", lambda *_: None)
    keep_going(Counting(), 0.5)
    assert done == ["turn"] * 3 + ["stop"] and signal.SIGINT in handlers


@pytest.mark.process
def test_the_end_of_a_child_is_seen_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    class Watching:
        stopping = False
        child: subprocess.Popen[bytes] | None = None

        def turn(self, now: float) -> None:
            if self.child is None:  # it lives until the first turn is over
                self.child = subprocess.Popen(["cat"], stdin=subprocess.PIPE)
                assert self.child.poll() is None and self.child.stdin is not None
                self.child.stdin.close()
                return
            self.stopping = self.child.poll() is not None

        def stop(self) -> None:
            pass

    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)}
    try:
        keep_going(Watching(), 1e6)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Told:
    """What a kernel tells: a pipe."""

    def __init__(self, wait: float) -> None:
        self.ours, self.theirs = os.pipe()
        self.seconds, self.taken = wait, 0

    def fileno(self) -> int:
        return self.ours

    def wait(self, slow: float) -> float:
        return min(slow, self.seconds)

    def heard(self) -> bool:
        self.taken += 1
        return True

    def close(self) -> None:
        os.close(self.ours)
        os.close(self.theirs)


@pytest.mark.process
@pytest.mark.parametrize("how", ["a signal", "the kernel", "a source", "its time"])
def test_a_sleep_ends_by_a_signal_by_what_the_kernel_tells_and_by_its_time(how: str) -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    with closing(SignalWake()) as signals, closing(Told(0.01 if how == "its time" else 1e6)) as told, \
            closing(Told(1e6)) as source:
        if how == "the kernel":
            os.write(told.theirs, b".")
        elif how == "a signal":
            os.kill(os.getpid(), signal.SIGUSR1)
        elif how == "a source":
            os.write(source.theirs, b".")
        pulse.sleep(signals, told, 1e6, [source])
        assert told.taken == 1
        pulse.sleep(signals, None, 0.0)
    signal.signal(signal.SIGUSR1, before)
