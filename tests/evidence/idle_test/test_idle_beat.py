# SPDX-License-Identifier: GPL-3.0-or-later
"""Beats of an idle test: few look-ups are enough where they are alike, and random ones are none."""

import random
from itertools import accumulate

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from evidence.idle_test.idle_beat import LEAST_INTERVALS, beat_of


@settings(max_examples=examples(200), deadline=None)
@given(
    st.floats(20, 3_600), st.floats(0, 0.3), st.integers(7, 120), st.integers(0, 2**32), st.floats(0, 2e9),
)  # fmt: skip
def test_a_beat_has_its_period(period: float, off: float, count: int, seed: int, at: float) -> None:
    """Each interval is off by up to three tenths, as those of the demo household are."""
    dice = random.Random(seed)
    times = list(accumulate((period * dice.uniform(1 - off, 1 + off) for _ in range(count)), initial=at))
    beat = beat_of(times)
    assert beat is not None and beat.intervals == count
    assert beat.period_s == pytest.approx((times[-1] - times[0]) / count, rel=0.001, abs=0.01)
    assert 0 <= beat.jitter <= 0.25 and 0 < beat.confidence <= 1


@pytest.mark.parametrize("count", [3, 4, 5, 6, 10, 30])
def test_times_at_random_are_none(count: int) -> None:
    dice = random.Random(count)
    series = [list(accumulate((dice.expovariate(1 / 600) for _ in range(count)), initial=0.0)) for _ in range(1_000)]
    assert sum(beat_of(times) is not None for times in series) <= 10


def test_the_hour_of_a_timer_shows_from_four_look_ups_on() -> None:
    assert beat_of([0, 900, 1800]) is None and LEAST_INTERVALS == 3
    beat = beat_of([0, 900, 1800, 2701])
    assert beat is not None and beat.period_s == pytest.approx(900.33) and beat.confidence > 0.7


def test_retries_are_one_and_what_a_cache_answered_is_counted_in_multiples() -> None:
    plain = beat_of([0, 300, 600, 900, 1200])
    assert beat_of([0, 1, 3, 300, 301, 600, 900, 905, 1200]) == plain
    cached = beat_of([0, 60, 180, 240, 300, 480, 540, 600, 660, 840, 900, 960, 1080, 1140])
    assert cached is not None and cached.period_s == pytest.approx(60, rel=0.05)


def test_nothing_and_all_at_once_are_none() -> None:
    assert beat_of([]) is None and beat_of([5.0]) is None and beat_of([5.0] * 100) is None
