# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that is turned shows what it is told, to the whole process, and is the machine's again afterwards."""

import time

import pytest

from appliance.demo.turned_clock import turned


def test_it_shows_what_it_was_turned_to() -> None:
    before = time.time()
    with turned(1_000_000_500) as clock:
        assert (time.time(), time.time_ns()) == (1000.0005, 1_000_000_500_000)
        clock.now_us = 2_000_000_000
        assert time.time() == 2000.0
    assert time.time() >= before
    assert time.time_ns() >= before * 1e9


def test_whatever_happens_it_is_turned_back() -> None:
    with pytest.raises(KeyError), turned(0):
        raise KeyError
    assert time.time() > 1e9
