# SPDX-License-Identifier: GPL-3.0-or-later
import os
import select
import signal

import pytest

from store.base.signal_wake import SignalWake

pytestmark = pytest.mark.process


def test_a_signal_makes_it_readable_until_it_was_heard() -> None:
    heard = list[int]()
    before = signal.signal(signal.SIGUSR1, lambda number, _: heard.append(number))
    wake = SignalWake()
    try:
        assert not select.select([wake], [], [], 0)[0]
        os.kill(os.getpid(), signal.SIGUSR1)
        assert select.select([wake], [], [])[0] and heard
        wake.heard()
        wake.heard()
        assert not select.select([wake], [], [], 0)[0]
    finally:
        wake.close()
        signal.signal(signal.SIGUSR1, before)
