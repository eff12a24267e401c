# SPDX-License-Identifier: GPL-3.0-or-later
"""A clock that cannot be right."""

import time

import pytest

from store.certificates import clock_sense


@pytest.mark.parametrize("now", [0.0, 1_000_000.0, 1_700_000_000.0, 1e12])
def test_a_time_before_this_program_or_far_beyond_it_cannot_be(now: float) -> None:
    assert not clock_sense.is_sane(now)


def test_now_can_be() -> None:
    assert clock_sense.is_sane(time.time())
