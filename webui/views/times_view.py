# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules as their page shows them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from store.base.sentences import say
from store.household import week
from store.household.schedules import Schedule
from store.household.window_input import overlap, spoken
from webui.views import formatting


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


def lines(schedules: Iterable[Schedule], now: int) -> list[ScheduleLine]:
    """As they stand at `now`, Unix seconds."""
    return [_line(schedule, now) for schedule in schedules]


def _line(schedule: Schedule, now: int) -> ScheduleLine:
    in_force, edge = week.in_force(schedule.windows, now), week.next_edge(schedule.windows, now)
    return ScheduleLine(
        schedule.id, schedule.name, tuple(map(spoken, schedule.windows)), _state(in_force, edge), in_force,
        schedule.uses, say("Some of its windows overlap; they hold together.") if overlap(schedule.windows) else "",
    )  # fmt: skip


def _state(in_force: bool, edge: int | None) -> str:
    if edge is None:
        return say("in force at all times") if in_force else say("never in force")
    time = formatting.day_and_time(edge)
    return say("in force until {time}", time=time) if in_force else say("in force from {time}", time=time)
