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
