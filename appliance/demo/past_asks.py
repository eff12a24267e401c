# SPDX-License-Identifier: GPL-3.0-or-later
"""What the household asked for in the past, hour by hour: the beats and sites of its devices under their habits.

Pure but for the home's time zone; the same seed gives the same past.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.demo.household import Ask, visit
from appliance.demo.household_devices import Beat, DemoDevice
from appliance.demo.household_habits import ALWAYS, EPISODES, HABITS, Episode
from appliance.demo.turned_clock import US

HOUR = 3600
JITTER = 0.03  # of a beat's pace: a machine is punctual
# A person looks at so many fewer pages than while the demo runs, where all is to be seen within a minute.
SLOWER = 7.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its time in µs since 1970, with no other of this past at the same, and what was asked."""

    time_us: int
    ask: Ask


@dataclass(frozen=True, slots=True)
class PastDay:
    """Midnight of today in the home's own time, in Unix seconds, from which days are counted back."""

    today: int

    @classmethod
    def before(cls, now: float) -> PastDay:
        """Of the day of this moment."""
        parts = time.localtime(now)
        return cls(int(time.mktime((*parts[:3], 0, 0, 0, 0, 0, -1))))

    def of(self, moment: float) -> int:
        """The day of a moment."""
        parts = time.localtime(moment)
        midnight = time.mktime((*parts[:3], 0, 0, 0, 0, 0, -1))
        return round((self.today - midnight) / (24 * HOUR))

    def at(self, day: int, hour: float) -> float:
        """Unix seconds of an hour of a day so long ago."""
        parts = time.localtime(self.today)
        midnight = time.mktime((parts[0], parts[1], parts[2] - day, 0, 0, 0, 0, 0, -1))
        return midnight + hour * HOUR


class Past:
    """The household's queries from a moment on, to be taken hour by hour."""

    def __init__(self, devices: Sequence[DemoDevice], begin: int, day: PastDay, dice: random.Random) -> None:
        """`begin`: Unix seconds, a whole hour."""
        self._devices, self._begin, self._day, self._dice = devices, begin, day, dice
        self._next = {
            (device.name, beat.name): begin + dice.uniform(0, beat.seconds)
            for device in devices for beat in device.beats
        }

    def hours(self, end: float) -> Iterator[list[Asked]]:
        """The queries of each hour up to `end`, Unix seconds, in the order of time; no two at the same microsecond."""
        last = 0
        for begin in range(self._begin, int(end), HOUR):
            asks = sorted(self._hour(begin, min(begin + HOUR, end)), key=lambda pair: pair[0])
            hour = []
            for at, ask in asks:
                last = max(last + 1, int(at * US))
                hour.append(Asked(last, ask))
            yield hour

    def _hour(self, begin: int, end: float) -> Iterator[tuple[float, Ask]]:
        parts = time.localtime(begin)
        for device in self._devices:
            habit = HABITS.get(device.name, ALWAYS)
            if begin < self._day.at(habit.new_on, 10):
                continue
            likely = (habit.weekend if parts.tm_wday >= 5 else habit.weekday)[parts.tm_hour]
            used = self._dice.random() < likely
            for beat in device.beats:
                yield from self._beats(device, beat, begin, end, 1.0 if used else habit.rest)
            if used and device.browses:
                yield from self._visits(device, begin, end)
        for episode in EPISODES:
            yield from self._episode(episode, begin, end)

    def _beats(
        self, device: DemoDevice, beat: Beat, begin: int, end: float, share: float
    ) -> Iterator[tuple[float, Ask]]:
        """`share`: of its beats that the device has in this hour."""
        key, dice = (device.name, beat.name), self._dice
        if not share:
            self._next[key] = end + dice.uniform(0, 60)
            return
        seconds, at = beat.seconds / share, max(self._next[key], begin)
        while at < end:
            for place, qtype in enumerate(beat.types):
                yield at + place * 0.004, Ask(device, beat.name, qtype)
            at += seconds * dice.uniform(1 - JITTER, 1 + JITTER)
        self._next[key] = at

    def _visits(self, device: DemoDevice, begin: int, end: float) -> Iterator[tuple[float, Ask]]:
        at = begin + self._dice.expovariate(1 / (device.browses * SLOWER))
        while at < end - 2:
            for delay, ask in visit(device, self._dice):
                yield at + delay, ask
            at += self._dice.expovariate(1 / (device.browses * SLOWER))

    def _episode(self, episode: Episode, begin: int, end: float) -> Iterator[tuple[float, Ask]]:
        device = next((each for each in self._devices if each.name == episode.device), None)
        if device is None:
            return
        day = self._day.of(begin)
        if not episode.last_day <= day <= episode.first_day:
            return
        first, last = self._day.at(day, episode.from_hour), self._day.at(day, episode.to_hour)
        at = max(self._next.get((device.name, episode.names[0]), 0.0), first, begin)
        while at < min(last, end):
            for place, name in enumerate(episode.names):
                for number, qtype in enumerate(episode.types):
                    yield at + place * 0.2 + number * 0.004, Ask(device, name, qtype)
            at += episode.seconds * self._dice.uniform(1 - JITTER, 1 + JITTER)
        self._next[device.name, episode.names[0]] = at
