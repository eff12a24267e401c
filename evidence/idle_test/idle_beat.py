# SPDX-License-Identifier: GPL-3.0-or-later
"""The beat of a name in an idle test, from the times of its look-ups. Pure.

Nobody uses the device then, so few look-ups say much: intervals that are more alike than those of 199 in 200 series at
random are a beat. Where they are not, since a cache answered in between or the device slept, the rule for whole weeks
is asked (`evidence.findings.beacons`), which looks for multiples of a period.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt

from evidence.findings import beacons
from evidence.idle_test.result import NameBeat

# By how many intervals there are: the jitter that one in 200 series of times at random stays below.
MOST_JITTER = {3: 0.065, 4: 0.145, 5: 0.215}
MOST_JITTER_OF_MORE = 0.25  # of the period; times at random within half a period before and after it have 0.29
LEAST_INTERVALS = min(MOST_JITTER)
LEAST_WITH_GAPS = 12  # intervals; of fewer at random, one series in thirty looks like multiples of something


def beat_of(times: Sequence[float], utc_offset_s: int = 0) -> NameBeat | None:
    """From seconds, ascending; None where there is none. Look-ups within beacons.BURST_S of each other are one."""
    starts = [at for place, at in enumerate(times) if not place or at - times[place - 1] > beacons.BURST_S]
    steady = _steady([later - earlier for earlier, later in pairwise(starts)])
    if steady or len(starts) <= LEAST_WITH_GAPS:
        return steady
    beat = beacons.beat_of(times, utc_offset_s, idle=True)
    return _rounded(beat.period_s, beat.jitter, beat.confidence, beat.count) if beat else None


def _steady(intervals: Sequence[float]) -> NameBeat | None:
    count = len(intervals)
    if count < LEAST_INTERVALS:
        return None
    period = sum(intervals) / count
    jitter = sqrt(sum((interval - period) ** 2 for interval in intervals) / count) / period
    if jitter > MOST_JITTER.get(count, MOST_JITTER_OF_MORE):
        return None
    return _rounded(period, jitter, (1 - jitter) * count / (count + 1), count)


def _rounded(period_s: float, jitter: float, confidence: float, count: int) -> NameBeat:
    return NameBeat(round(period_s, 2), round(jitter, 3), round(confidence, 2), count)
