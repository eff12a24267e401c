# SPDX-License-Identifier: GPL-3.0-or-later
"""The time ranges of the range picker: pure, given the time that it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from store.base.sentences import say

MINUTE_US = 60_000_000
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US


class Choice(NamedTuple):
    key: str
    title: str
    words: str
    sentence: str
    length_us: int
    step_us: int


# Steps give 60 to 120 bars: as many as a phone can show apart.
CHOICES = (
    Choice("1h", say("1 hour"), say("the last hour"), say("In the last hour"), HOUR_US, MINUTE_US),
    Choice("today", say("Today"), say("today"), say("Today"), DAY_US, 15 * MINUTE_US),
    Choice("24h", say("24 hours"), say("the last 24 hours"), say("In the last 24 hours"), DAY_US, 15 * MINUTE_US),
    Choice("7d", say("7 days"), say("the last 7 days"), say("In the last 7 days"), 7 * DAY_US, 2 * HOUR_US),
    Choice("30d", say("30 days"), say("the last 30 days"), say("In the last 30 days"), 30 * DAY_US, 6 * HOUR_US),
)
DEFAULT = "today"
# From midnight to some time tomorrow, whether the clocks change in between or not.
_INTO_TOMORROW = 30 * 3600


@dataclass(frozen=True, slots=True)
class Range:
    """From (included) to (excluded), in µs since 1970; whole steps, so that bars do not shift between two looks."""

    choice: Choice
    from_us: int
    to_us: int

    @property
    def step_us(self) -> int:
        return self.choice.step_us


def find(key: str, now: float) -> Range:
    """The range of this key at `now` (Unix seconds); an unknown key is "today", from local midnight to its end."""
    choice = next((choice for choice in CHOICES if choice.key == key), CHOICES[1])
    if choice.key == "today":
        from_us = midnight_us(now)
        return Range(choice, from_us, midnight_us(from_us / 1_000_000 + _INTO_TOMORROW))
    to_us = (int(now * 1_000_000) // choice.step_us + 1) * choice.step_us
    return Range(choice, to_us - choice.length_us, to_us)


def midnight_us(now: float) -> int:
    """Local midnight before `now`, in µs since 1970."""
    # Naive on purpose: as local time, so that it is right on the days when the clocks change too.
    start = datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(start.timestamp()) * 1_000_000
