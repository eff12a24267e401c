# SPDX-License-Identifier: GPL-3.0-or-later
"""The period behind a cache that outlasts it, told from intervals that are various multiples of it. Pure.

Where a cache swallows all but each second to twelfth beat, no interval is one period long. But if they are now two and
now three periods, as of a cache that is filled with what is left of a TTL, or of one that ends just about at a beat,
then they are the teeth of a comb: cos(2π · interval / period) is near 1 for all of them. A cache that always lets the
same beat through gives one tooth, which tells no more than "at least every …".
"""

from __future__ import annotations

from collections.abc import Mapping
from math import cos, pi

DEEPEST = 12  # periods that an interval may be long
LEAST_DEEP = 1.33
STEP = 0.1  # of 1 / longest, from one frequency that is tried to the next: a tooth moves by a tenth of a period at most
SHORTEST_S = 20.0
MAX_SAMPLE = 80  # of the intervals, evenly by length: 2 ms
NEAREST, FARTHEST = 0.4, 2.5  # of the period as seen: other intervals are gaps or a person's
LEAST_FIT, BETTER = 0.6, 0.15  # the mean cosine, and by how much it must be above that of the period as seen
LEAST_EVIDENCE = 15.0  # intervals times fit squared: at random some 8 among all that are tried
AS_GOOD = 0.05  # halves and thirds of a period fit as well as it: the longest one that does is meant


def finer(counts: Mapping[float, int], period: float) -> float | None:
    """The period of which these intervals (and how many there are of each) are multiples, if it is well below `period`,
    which they seem to have; None where that cannot be told."""
    sample = _sample({each: count for each, count in counts.items() if NEAREST < each / period < FARTHEST})
    if len(sample) * LEAST_FIT**2 < LEAST_EVIDENCE:
        return None
    seen = max(_fit(sample, period * (1 + part / 100)) for part in range(-6, 7, 2))
    if seen + BETTER > 1:
        return None
    tries = range(round(LEAST_DEEP / STEP), round(min(DEEPEST, period / SHORTEST_S) / STEP) + 1)
    fits = [(_fit(sample, tried), tried) for tried in (period / (number * STEP) for number in tries)]
    best = max(fits, default=(0.0, period))[0]
    first = next((place for place, (fit, _) in enumerate(fits) if fit >= best - AS_GOOD), 0)
    fit, tooth = max(fits[first : first + 3], default=(0.0, period))
    if fit < max(LEAST_FIT, seen + BETTER) or len(sample) * fit**2 < LEAST_EVIDENCE:
        return None
    return sum(sample) / sum(max(1, round(interval / tooth)) for interval in sample)


def _sample(counts: Mapping[float, int]) -> list[float]:
    intervals = [interval for interval in sorted(counts) for _ in range(counts[interval])]
    if len(intervals) <= MAX_SAMPLE:
        return intervals
    return [intervals[(2 * place + 1) * len(intervals) // (2 * MAX_SAMPLE)] for place in range(MAX_SAMPLE)]


def _fit(sample: list[float], period: float) -> float:
    """The mean cosine of the intervals within the period: 1 where all are multiples, 0 where they are anything."""
    turn = 2 * pi / period
    return sum([cos(turn * interval) for interval in sample]) / len(sample)
