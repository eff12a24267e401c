# SPDX-License-Identifier: GPL-3.0-or-later
"""A process hangs when it beats no more or was stopped, and a watcher that was asleep accuses nobody."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from waiting import until

from store.base import pulse
from store.base.pulse import GAP_SECONDS, STOPPED_SECONDS, Pulse, keep_going


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
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    keep_going(Counting(), 0.5)
    assert done == ["turn"] * 3 + ["stop"] and signal.SIGINT in handlers
