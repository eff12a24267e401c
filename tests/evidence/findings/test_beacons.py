# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked for at a beat is found with its period; what people do is not. The full grid is of 10,000 series."""

from random import Random

import pytest
from asked_series import BEGUN_S, HUMAN, TTLS, beacon, human, past_cache

from evidence.findings import beacons
from evidence.findings.beacons import HOUR_S, beat_of

PERIODS = (60, 180, 420, 900, 1800, 3600)


def every(period: float, hours: float, begun: float = BEGUN_S) -> list[float]:
    return [begun + place * period for place in range(int(hours * HOUR_S / period) + 1)]


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("share_of_ttl", [0, 0.5])
def test_a_beat_with_jitter_is_found_with_its_period(period: float, share_of_ttl: float) -> None:
    rng = Random(period)
    for fixed_schedule in (False, True):
        beat = beat_of(beacon(rng, period, 0.1, 4, share_of_ttl * period, fixed_schedule))
        assert beat and beat.period_s == pytest.approx(period, rel=0.05) and 0.01 < beat.jitter < 0.15
        assert beat.confidence > 0.5


@pytest.mark.parametrize(
    ("period", "ttl", "seen"), [(60, 300, 300), (60, 170, 180), (300, 900, 900), (1200, 3000, 3600)]
)
def test_behind_a_cache_a_beat_is_seen_as_a_multiple(period: float, ttl: float, seen: float) -> None:
    beat = beat_of(past_cache(Random(5), every(period, 72), ttl))  # of this seed, the whole TTL
    assert beat and beat.period_s == pytest.approx(seen, rel=0.01)


def test_a_cache_that_sometimes_holds_over_a_beat_leaves_the_period_what_it_is() -> None:
    rng, times, at = Random(2), list[float](), BEGUN_S
    while at < BEGUN_S + 3 * 24 * HOUR_S:
        times.append(at)
        at += 300 * rng.choice((1, 1, 2, 3)) * rng.uniform(0.95, 1.05)
    beat = beat_of(times)
    assert beat and beat.period_s == pytest.approx(300, rel=0.05)


def test_retries_are_no_beats_of_their_own() -> None:
    times = sorted(at + after for at in every(600, 48) for after in (0, 1, 3, 7))
    beat = beat_of(times)
    assert beat and beat.period_s == pytest.approx(600) and beat.count == 48 * 6


def test_gaps_in_which_the_device_is_off_are_no_evidence_against_it() -> None:
    days = [every(300, 14, BEGUN_S + day * 24 * HOUR_S + 7 * HOUR_S) for day in range(4)]
    beat = beat_of([at for day in days for at in day])
    assert beat and beat.period_s == pytest.approx(300) and beat.jitter == 0
    assert beat.day and not beat.night and beat.by_hour[12] == 4 * 12 and beat.by_hour[3] == 0


def test_night_is_of_the_homes_own_time() -> None:
    nights = [at for day in range(4) for at in every(300, 9, BEGUN_S + day * 24 * HOUR_S + 20 * HOUR_S)]
    here, there = beat_of(nights), beat_of(nights, utc_offset_s=-9 * HOUR_S)
    assert here and there and here.night and not there.night and sum(here.by_hour) == here.count


def test_a_beat_around_the_clock_is_one_by_day_and_night_with_its_times() -> None:
    times = every(900, 48)
    beat = beat_of(times)
    assert beat and beat.day and beat.night and (beat.first_s, beat.last_s) == (times[0], times[-1])
    assert beat.confidence == 1 and beat.hours == 48


def test_what_people_use_at_times_as_well_is_a_beat_still() -> None:
    rng = Random(3)
    used = [BEGUN_S + day * 24 * HOUR_S + rng.uniform(18, 22) * HOUR_S for day in range(4) for _ in range(20)]
    beat = beat_of(sorted([*every(600, 96), *used]))
    assert beat and beat.period_s == pytest.approx(600, rel=0.05)


def test_of_beats_behind_caches_as_they_come_19_of_20_are_found_and_none_is_told_too_short() -> None:
    """The full grid is of 1,500 series: 98 % found; all periods that no cache outlasts are right, and a quarter of the
    others, which are told as "at least every …"."""
    rng, beats = Random(7), []
    for _ in range(80):
        period, ttl = rng.uniform(60, 3600), rng.choice(TTLS)
        beat = beat_of(beacon(rng, period, 0.1, rng.choice((3, 5)), ttl, rng.random() < 0.5))
        beats.append((beat.period_s / period if beat else 0.0, ttl < 0.9 * period))
    assert sum(ratio > 0 for ratio, _ in beats) >= 76
    assert all(ratio > 0.95 for ratio, _ in beats if ratio)
    assert all(ratio < 1.05 for ratio, outlasts in beats if ratio and outlasts)


def test_behind_a_cache_that_is_filled_with_what_is_left_the_period_is_told() -> None:
    rng, times, at = Random(2), list[float](), BEGUN_S
    while at < BEGUN_S + 3 * 24 * HOUR_S:
        times.append(at)
        at += 60 * rng.randint(4, 5)
    beat = beat_of(times)
    assert beat and beat.period_s == pytest.approx(60, rel=0.01) and beat.jitter == 0


@pytest.mark.parametrize("kind", HUMAN)
def test_what_people_do_is_no_beat(kind: str) -> None:
    rng = Random(kind)
    assert [beat_of(human(rng, kind, rng.choice((3, 5, 7)))) for _ in range(24)] == [None] * 24


def test_an_evenings_film_is_no_beat_and_the_same_times_all_day_are() -> None:
    assert beat_of(every(300, 5)) is None
    assert beat_of(every(300, 36)) is not None


def test_a_device_that_nobody_uses_needs_an_hour_only() -> None:
    rng, times = Random(4), every(300, 1)
    jittered = [at + rng.uniform(-20, 20) for at in times]
    beat = beat_of(jittered, idle=True)
    assert beat and beat.period_s == pytest.approx(300, rel=0.05) and beat_of(jittered) is None
    assert beat_of(sorted(BEGUN_S + rng.uniform(0, HOUR_S) for _ in range(12)), idle=True) is None


@pytest.mark.parametrize("times", [[], [1.0], [1.0] * 500, [float(second) for second in range(20_000)]])
def test_little_or_all_at_once_or_without_a_pause_is_no_beat(times: list[float]) -> None:
    assert beat_of(times) is None and beat_of(times, idle=True) is None


def test_only_the_latest_times_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beacons, "MAX_TIMES", 500)
    beat = beat_of(every(300, 100))
    assert beat and 480 < beat.count < 500
    old = beat_of([*every(900, 48, BEGUN_S - 90 * 24 * HOUR_S), *every(300, 40)])
    assert old and old.period_s == pytest.approx(300) and old.first_s == BEGUN_S
