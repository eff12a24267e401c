# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals are events of the loop, and the handlers from before come back."""

import os
import signal

from waiting import HANG_SECONDS

from appliance.process.signals import Signals


def test_signals_are_handed_out_by_wait() -> None:
    heard: list[int] = []
    with Signals(heard.append) as signals:
        os.kill(os.getpid(), signal.SIGHUP)
        os.kill(os.getpid(), signal.SIGTERM)
        while len(heard) < 2:
            signals.wait(HANG_SECONDS)
    assert sorted(heard) == sorted([signal.SIGHUP, signal.SIGTERM])


def test_wait_ends_without_a_signal() -> None:
    heard: list[int] = []
    with Signals(heard.append) as signals:
        signals.wait(0.0)
        signals.wait(-1.0)
    assert heard == []


def test_the_handlers_from_before_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with Signals(lambda _: None):
        assert signal.getsignal(signal.SIGTERM) is not before
    assert signal.getsignal(signal.SIGTERM) is before


def test_what_is_watched_is_called_while_there_is_something_to_read_and_a_fault_ends_nothing() -> None:
    read_end, write_end = os.pipe()
    calls: list[bytes] = []
    with Signals(lambda _: None) as signals:
        signals.watch(read_end, lambda: calls.append(os.read(read_end, 1)))
        os.write(write_end, b"ab")
        for _ in range(3):
            signals.wait(0.0)
        assert calls == [b"a", b"b"]
        signals.unwatch(read_end)
        signals.watch(read_end, lambda: calls.extend([b"raised"] * (1 // 0)))
        os.write(write_end, b"c")
        signals.wait(HANG_SECONDS)
        signals.wait(0.0)
        signals.unwatch(read_end)  # it is watched no more by then
    os.close(read_end)
    os.close(write_end)
    assert calls == [b"a", b"b"]
