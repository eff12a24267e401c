# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a name is asked for at a beat, told from the times of its look-ups by one device. Pure.

    times ─► bursts are one ─► intervals ─► the period that most of them are, or are a multiple of
                                        ─► hours that it fills ─► runs of such hours ─► a beat, or none

What is asked for in between is answered by a cache of the device, so that a beat is seen as multiples of itself, and
the period that is told is an upper bound: "at least every …". People make regular times too, as long as they watch or
hold an app open: a beat goes on for longer than they do. Gaps (the device is off, or away) end a run, and are no
evidence against it. Where intervals are various multiples of one period, that is told (evidence.findings.period_comb).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress, repeat
from math import sqrt
from operator import lt, sub

from evidence.findings import period_comb

MAX_TIMES = 20_000  # the latest; a beat of a minute for two weeks
MAX_HOURS = 31 * 24  # before the last look-up; what is older is left out
BURST_S = 10.0  # look-ups that follow each other so closely are one: retries, and several names of one thing
SHORTEST_S, LONGEST_S = 20.0, 7_200.0  # periods that are looked for
STEP = 1.04  # from a period that is tried to the next
EARLY, LATE = 0.68, 1.36  # of the period: what one interval may be
OFF_BEAT = 0.22  # of the period: how far a multiple of it may be off
WEIGHTS = (1.0, 0.85, 0.75, 0.6, 0.5)  # of an interval that is 1, 2, … periods long, when periods are compared
FILLING = 3  # periods; what is longer between two look-ups fills no hour
FILLED = 0.6  # of an hour, by intervals on the beat
LEAST_RUN = 6  # hours in a row that are filled; few people watch or play for so long
RUN_SHARE, LEAST_SPAN = 0.25, 36  # of all hours from the first look-up to the last, that runs are; of so many at least
HEARD_SHARE = 0.6  # of the time that is no gap, that runs are: times at random have such runs, but few
LEAST_INTERVALS, LEAST_SHARE = 5, 0.72  # on the beat, of all in those hours
LEAST_SINGLE = 0.4  # of those on the beat, that are one period long: of what is seldom, much is a multiple of something
MOST_JITTER = 0.19  # of the period; times at random within what an interval may be have 0.2
BY_CHANCE = 0.45  # the share of intervals of no beat at all that fall on the best period
LEAST_SIGMAS = 4.5  # above that
NIGHT = range(1, 5)  # hours of the home's own time in which people sleep
HOUR_S = 3_600


@dataclass(frozen=True, slots=True)
class Beat:
    """`period_s` is an upper bound; `jitter`: the standard deviation, as a share of it; `confidence`: 0 to 1.

    `count`: intervals on the beat; `hours`: that it went on for; first_s ≤ time ≤ last_s. by_hour: look-ups in each of
    the 24 hours of the home's day.
    """

    period_s: float
    jitter: float
    confidence: float
    count: int
    hours: int
    first_s: float
    last_s: float
    by_hour: tuple[int, ...]

    @property
    def night(self) -> bool:
        """It goes on while people sleep."""
        return all(self.by_hour[hour] for hour in NIGHT)

    @property
    def day(self) -> bool:
        """It goes on while people are awake."""
        return any(count for hour, count in enumerate(self.by_hour) if hour not in NIGHT)


def beat_of(times: Sequence[float], utc_offset_s: int = 0, idle: bool = False) -> Beat | None:
    """The beat of one name by one device, from the seconds of its look-ups, ascending; None where there is none.

    idle: nobody used the device then (an idle test), so a beat need not outlast people.
    """
    starts, intervals = _without_bursts(times[-MAX_TIMES:])
    counts = Counter(intervals)
    period = _period(counts) if len(intervals) >= LEAST_INTERVALS else None
    if period is None:
        return None
    multiple_of = {interval: _multiple(interval / period) for interval in counts}
    longest = period * (len(WEIGHTS) + 0.5)  # a longer one is a gap
    heard_s = sum(interval * count for interval, count in counts.items() if interval < longest)
    hours = _hours(starts[:-1])  # the last one begins no interval
    if not idle:
        hours = _hours_of_runs(starts, hours, intervals, multiple_of, heard_s)
    counted = Counter[float]()
    for places in hours.values():
        counted.update(intervals[places])
    heard = sum(count for interval, count in counted.items() if interval < longest)
    beats = Counter({interval: count for interval, count in counted.items() if multiple_of[interval]})
    on_beat = beats.total()
    sigmas = _sigmas(on_beat, heard, idle)
    if on_beat < max(LEAST_INTERVALS, LEAST_SHARE * heard) or sigmas < LEAST_SIGMAS:
        return None
    singles = sum(count for interval, count in beats.items() if multiple_of[interval] == 1)
    period, jitter = _measured(beats, multiple_of)
    if jitter > MOST_JITTER or singles < LEAST_SINGLE * on_beat:
        return None
    confidence = _confidence(on_beat / heard, sigmas, jitter)
    if tooth := period_comb.finer(beats, period):
        period, jitter = _measured(beats, {interval: max(1, round(interval / tooth)) for interval in beats})
    multiples = [0] * len(intervals)  # of those on the beat
    for places in hours.values():
        multiples[places] = map(multiple_of.__getitem__, intervals[places])
    first = next(place for place, many in enumerate(multiples) if many)
    end = len(multiples) - next(place for place, many in enumerate(reversed(multiples)) if many)
    return Beat(
        period, jitter, confidence, on_beat, sum(any(multiples[places]) for places in hours.values()),
        starts[first], starts[end], _by_hour(starts[:-1], multiples, utc_offset_s),
    )  # fmt: skip


def _without_bursts(times: Sequence[float]) -> tuple[list[float], list[float]]:
    """The first of each burst, of the hours that count, and the intervals between these."""
    if not times:
        return [], []
    starts = list(times[bisect_left(times, times[-1] - MAX_HOURS * HOUR_S) :])
    later = starts[1:]
    intervals = list(map(sub, later, starts))
    if min(intervals, default=LONGEST_S) <= BURST_S:
        starts = [starts[0], *compress(later, map(lt, repeat(BURST_S), intervals))]
        intervals = list(map(sub, starts[1:], starts))
    return starts, intervals


def _hours(times: Sequence[float], utc_offset_s: int = 0) -> dict[float, slice]:
    """Hour since 1970, ascending → the places of the times in it, which ascend; those that have any."""
    hours: dict[float, slice] = {}
    place = 0
    while place < len(times):
        hour = (times[place] + utc_offset_s) // HOUR_S
        begin, place = place, bisect_left(times, (hour + 1) * HOUR_S - utc_offset_s, place)
        hours[hour] = slice(begin, place)
    return hours


def _period(counts: Mapping[float, int]) -> float | None:
    """The one that explains most of the time, among those tried. `counts`: of each interval."""
    ordered = sorted(interval for interval in counts if interval <= LONGEST_S * LATE)
    sums = [0.0, *accumulate(interval * counts[interval] for interval in ordered)]
    best, period = 0.0, None
    for tried, bounds in _TRIED if ordered else ():
        score = 0.0
        for low, high, weight in bounds:
            start = bisect_left(ordered, low)
            if start == len(ordered):
                break
            score += weight * (sums[bisect_right(ordered, high, start)] - sums[start])
            if not score:
                break  # no interval is one period long
        if score > best:
            best, period = score, tried
    return _settled(counts, period) if period else None


def _bounds(period: float) -> list[tuple[float, float, float]]:
    """Of intervals that are 1, 2, … periods long: from, to, weight."""
    multiples = [(period * (more - OFF_BEAT), period * (more + OFF_BEAT)) for more in range(2, len(WEIGHTS) + 1)]
    bounds = [(period * EARLY, period * LATE), *multiples]
    return [(*low_high, weight) for low_high, weight in zip(bounds, WEIGHTS, strict=True)]


def _periods() -> Iterator[float]:
    tried = SHORTEST_S
    while tried <= LONGEST_S:
        yield tried
        tried *= STEP


_TRIED = [(period, _bounds(period)) for period in _periods()]


def _settled(counts: Mapping[float, int], period: float) -> float:
    """The mean of what one interval may be, twice: from the period tried to the one that is."""
    for _ in range(2):
        low, high = period * EARLY, period * (len(WEIGHTS) + OFF_BEAT)
        pairs = [
            (interval * count, many * count)
            for interval, count in counts.items()
            if low <= interval <= high and (many := _multiple(interval / period))
        ]
        if pairs:
            period = sum(seconds for seconds, _ in pairs) / sum(beats for _, beats in pairs)
    return period


def _multiple(ratio: float) -> int:
    """How many periods an interval is long; 0: it is off the beat."""
    if EARLY <= ratio <= LATE:
        return 1
    many = round(ratio)
    return many if 2 <= many <= len(WEIGHTS) and abs(ratio - many) <= OFF_BEAT else 0


def _hours_of_runs(
    starts: Sequence[float], hours: Mapping[float, slice], intervals: Sequence[float],
    multiple_of: Mapping[float, int], heard_s: float,
) -> dict[float, slice]:  # fmt: skip
    """Those of the hours that are of runs that outlast people; none where they are a small part of all the time."""
    filled: defaultdict[float, float] = defaultdict(float)
    filling = {interval: interval * (1 <= many <= FILLING) for interval, many in multiple_of.items()}
    for hour, places in hours.items():
        last = places.stop - 1  # which alone may go on in the next hour
        filled[hour] += sum(map(filling.__getitem__, intervals[places.start : last]))
        at, end = starts[last], starts[last] + filling[intervals[last]]
        while end > (next_hour := (hour + 1) * HOUR_S):
            filled[hour] += next_hour - at
            at, hour = next_hour, hour + 1
        filled[hour] += end - at
    runs = _runs(sorted(hour for hour, seconds in filled.items() if seconds >= FILLED * HOUR_S))
    span = max((starts[-1] - starts[0]) / HOUR_S, LEAST_SPAN)
    if len(runs) < max(RUN_SHARE * span, HEARD_SHARE * heard_s / HOUR_S):
        return {}
    return {hour: places for hour, places in hours.items() if hour in runs}


def _runs(hours: Sequence[float]) -> set[float]:
    """Those of these hours, which ascend, that follow each other for long enough."""
    runs: set[float] = set()
    run: list[float] = []
    for hour in hours:
        run = [*run, hour] if run and hour == run[-1] + 1 else [hour]
        if len(run) >= LEAST_RUN:
            runs.update(run)
    return runs


def _sigmas(on_beat: int, of: int, idle: bool) -> float:
    """How far the share on the beat is above chance, in standard deviations; a short idle test is given more."""
    sigmas = (on_beat / of - BY_CHANCE) * sqrt(of) / 0.5 if of else 0.0
    return sigmas * 2 if idle else sigmas


def _measured(counts: Mapping[float, int], multiple_of: Mapping[float, int]) -> tuple[float, float]:
    """The period and the jitter of intervals on the beat. All the time by all the beats: a cache that holds until just
    about the next beat lets early ones fall out, and leaves late ones and long multiples."""
    beats = sum(multiple_of[interval] * count for interval, count in counts.items())
    period = sum(interval * count for interval, count in counts.items()) / beats
    squares = sum(
        (interval / period - multiple_of[interval]) ** 2 / multiple_of[interval] * count
        for interval, count in counts.items()
    )
    return period, sqrt(squares / sum(counts.values()))


def _confidence(share: float, sigmas: float, jitter: float) -> float:
    """Higher for more of the intervals, for more evidence, and for a steadier beat."""
    return round(share * min(1.0, 0.5 + sigmas / 20) * (1 - jitter), 2)


def _by_hour(starts: Sequence[float], multiples: Sequence[int], utc_offset_s: int) -> tuple[int, ...]:
    """How many of the starts are on the beat, by the hour of the home's day."""
    counts = [0] * 24
    for hour, places in _hours(starts, utc_offset_s).items():
        counts[int(hour) % 24] += places.stop - places.start - multiples[places].count(0)
    return tuple(counts)
