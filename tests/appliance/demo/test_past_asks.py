# SPDX-License-Identifier: GPL-3.0-or-later
"""The household's past: the same from the same seed, in order, and with days and nights."""

from __future__ import annotations

import random
import time
from collections import Counter
from itertools import pairwise

import pytest

from appliance.demo.household_devices import DEVICES
from appliance.demo.household_habits import DAYS, EPISODES, HABITS
from appliance.demo.past_asks import HOUR, Asked, Past, PastDay

NOON = 1_796_036_400.0  # a moment of 2026


def asked(days: int, seed: int = 1, now: float = NOON) -> list[Asked]:
    day = PastDay.before(now)
    past = Past(DEVICES, int(day.at(days, 0)), day, random.Random(seed))
    return [each for hour in past.hours(now) for each in hour]


@pytest.fixture(scope="module")
def week() -> list[Asked]:
    return asked(7)


def test_the_same_seed_is_the_same_past() -> None:
    assert asked(1) == asked(1)
    assert asked(1) != asked(1, seed=2)


def test_no_two_queries_are_at_the_same_time_and_none_is_in_the_future(week: list[Asked]) -> None:
    assert all(earlier.time_us < later.time_us for earlier, later in pairwise(week))
    assert week[-1].time_us <= (NOON + 2) * 1e6


def test_people_sleep_at_night_while_a_phone_goes_on_reporting(week: list[Asked]) -> None:
    hours = Counter(time.localtime(each.time_us / 1e6).tm_hour for each in week)
    assert sum(hours[hour] for hour in range(1, 5)) < sum(hours[hour] for hour in range(17, 21)) / 2
    phone = Counter(
        time.localtime(each.time_us / 1e6).tm_hour for each in week
        if each.ask.device.name == "Redmi Note 13" and each.ask.name == "data.mistat.xiaomi.com"
    )
    assert all(phone[hour] for hour in range(24))


def test_a_television_reports_while_it_is_watched(week: list[Asked]) -> None:
    reports = Counter(
        time.localtime(each.time_us / 1e6).tm_hour for each in week if each.ask.name.endswith("samsungacr.com")
    )
    assert sum(reports[hour] for hour in range(19, 23)) > 5 * sum(reports[hour] for hour in range(3, 7))


def test_a_laptop_is_closed_at_night(week: list[Asked]) -> None:
    hours = {time.localtime(each.time_us / 1e6).tm_hour for each in week if each.ask.device.name == "Laptop"}
    assert hours
    assert not hours & set(range(9))


def test_a_device_asks_nothing_before_it_came(week: list[Asked]) -> None:
    day = PastDay.before(NOON)
    first = {}
    for each in week:
        first.setdefault(each.ask.device.name, each.time_us / 1e6)
    for name, habit in HABITS.items():
        if habit.new_on < DAYS:
            assert first[name] >= day.at(habit.new_on, 10)


def test_episodes_are_in_their_hours_alone(week: list[Asked]) -> None:
    day = PastDay.before(NOON)
    for episode in EPISODES:
        if episode.first_day > 7 or episode.names[0] in usual():
            continue
        times = [each.time_us / 1e6 for each in week if each.ask.name == episode.names[0]
                 and each.ask.device.name == episode.device]  # fmt: skip
        assert times
        assert all(episode.last_day <= day.of(at) <= episode.first_day for at in times)


def usual() -> set[str]:
    """What is asked for on any day, or in two episodes."""
    names = [name for episode in EPISODES for name in episode.names]
    return {name for device in DEVICES for site in device.sites for name in site} | {
        name for name in names if names.count(name) > 1
    }


def test_days_are_counted_back_over_a_change_of_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        day = PastDay.before(time.mktime((2026, 10, 26, 12, 0, 0, 0, 0, -1)))  # the night before had 25 hours
        assert time.localtime(day.at(1, 0))[:5] == (2026, 10, 25, 0, 0)
        assert day.of(day.at(1, 23.5)) == 1
        assert day.at(0, 0) - day.at(1, 0) == 25 * HOUR
    finally:
        monkeypatch.undo()
        time.tzset()


def test_every_device_has_a_habit() -> None:
    assert set(HABITS) == {device.name for device in DEVICES}
    assert all(len(hours) == 24 for habit in HABITS.values() for hours in (habit.weekday, habit.weekend))
    assert {episode.device for episode in EPISODES} <= set(HABITS)
