# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules as their page shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from store.base.sentences import say
from store.household import week
from store.household.schedules import Schedule
from store.household.week import DAY_MINUTES, Window, clock_text
from store.household.window_input import overlap, spoken
from webui.views import formatting

AnyDay = TypeVar("AnyDay")


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the picture, Monday is 0. `parts`: (from, to) in minutes of what is in force on it, those that began the
    day before among them; `text`: the same as people write it.
    """

    number: int
    title: str
    parts: tuple[tuple[int, int], ...]
    text: str


TITLES = (say("Monday"), say("Tuesday"), say("Wednesday"), say("Thursday"), say("Friday"), say("Saturday"),
          say("Sunday"))  # fmt: skip
# What people mean by days, as the form offers it: a word of `window_input`, and how it is said.
CHOICES: tuple[tuple[str, str], ...] = (
    ("sun-thu", say("school nights (Sunday to Thursday)")), ("weekdays", say("weekdays (Monday to Friday)")),
    ("weekends", say("weekends (Saturday and Sunday)")), ("daily", say("every day")), ("", say("the days ticked here")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScheduleLine:
    """`windows`: as people write them; `state`: whether it is in force, and until when; `odd`: what else to know."""

    id: int
    name: str
    windows: tuple[str, ...]
    state: str
    in_force: bool
    uses: tuple[str, ...]
    odd: str
    days: tuple[Day, ...] = ()
    crossing: bool = False


def lines(schedules: Iterable[Schedule], now: int, first: int = 0) -> list[ScheduleLine]:
    """As they stand at `now`, Unix seconds; their days in the order of a week that begins with the day `first`."""
    return [_line(schedule, now, first) for schedule in schedules]


def _line(schedule: Schedule, now: int, first: int) -> ScheduleLine:
    in_force, edge = week.in_force(schedule.windows, now), week.next_edge(schedule.windows, now)
    return ScheduleLine(
        schedule.id, schedule.name, tuple(map(spoken, schedule.windows)), _state(in_force, edge), in_force,
        schedule.uses, say("Some of its windows overlap; they hold together.") if overlap(schedule.windows) else "",
        tuple(from_day(first, days_of(schedule.windows))),
        any(window.to <= window.from_ for window in schedule.windows),
    )  # fmt: skip


def days_of(windows: Sequence[Window]) -> tuple[Day, ...]:
    """The week, day by day."""
    each = [_parts(windows, day) for day in range(len(TITLES))]
    return tuple(Day(day, TITLES[day], parts, _text(parts)) for day, parts in enumerate(each))


def from_day(first: int, week_days: Sequence[AnyDay]) -> list[AnyDay]:
    """Seven of Monday to Sunday, in the order of a week that begins with another day."""
    return [*week_days[first:], *week_days[:first]]


def clock_change(now: int) -> str:
    """When the clock is put forward or back next, and what that means here; "" where it never is."""
    change = week.next_clock_change(now)
    if change is None:
        return say("The clock of this machine’s zone is never put forward or back.")
    named = {"time": formatting.day_and_time(change[0])}
    if change[1] > 0:
        return say("The clock is put forward at {time}: what spans that hour is an hour shorter then.", **named)
    return say("The clock is put back at {time}: what spans that hour is an hour longer then.", **named)


def _parts(windows: Sequence[Window], day: int) -> tuple[tuple[int, int], ...]:
    """What is in force on a day, in order; what overlaps is one."""
    spans = [(window.from_, window.to) for window in windows if day in window.days and window.to > window.from_]
    spans += [(window.from_, DAY_MINUTES) for window in windows if day in window.days and window.to <= window.from_]
    spans += [(0, window.to) for window in windows if (day - 1) % 7 in window.days and 0 < window.to <= window.from_]
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return tuple(joined)


def _text(parts: Iterable[tuple[int, int]]) -> str:
    return ", ".join(f"{clock_text(begin)}–{clock_text(end)}" for begin, end in parts)


def _state(in_force: bool, edge: int | None) -> str:
    if edge is None:
        return say("in force at all times") if in_force else say("never in force")
    time = formatting.day_and_time(edge)
    return say("in force until {time}", time=time) if in_force else say("in force from {time}", time=time)
