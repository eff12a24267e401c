# SPDX-License-Identifier: GPL-3.0-or-later
"""Multiples of one period tell it; one multiple alone, and what is no multiple, tell nothing."""

from collections import Counter
from random import Random

import pytest

from evidence.findings.period_comb import finer


def seen(period: float, multiples: tuple[int, ...], jitter: float = 0.0, count: int = 200) -> Counter[float]:
    rng = Random(period)
    return Counter(float(round(period * (rng.choice(multiples) + rng.uniform(-jitter, jitter)))) for _ in range(count))


@pytest.mark.parametrize("multiples", [(2, 3), (3, 4, 5), (4, 5), (6, 7, 8, 9, 10, 11, 12)])
@pytest.mark.parametrize("period", [60, 300, 900])
@pytest.mark.parametrize("jitter", [0, 0.1])
def test_various_multiples_tell_the_period(multiples: tuple[int, ...], period: float, jitter: float) -> None:
    counts = seen(period, multiples, jitter)
    told = finer(counts, sum(each * count for each, count in counts.items()) / counts.total())
    assert told == pytest.approx(period, rel=0.02)


@pytest.mark.parametrize("jitter", [0, 0.1, 0.2])
def test_one_multiple_tells_no_more_than_itself(jitter: float) -> None:
    assert finer(seen(300, (3,), jitter), 900) is None


def test_intervals_at_random_or_few_tell_nothing() -> None:
    rng = Random(4)
    assert [finer(Counter(rng.uniform(300, 900) for _ in range(150)), 600) for _ in range(30)] == [None] * 30
    assert finer(seen(60, (2, 3), count=12), 150) is None
    assert finer(Counter(), 60) is None
