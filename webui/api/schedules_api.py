# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules: named windows of the week, inside which toggles, rules and what else has one hold."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config.engine import Engine as SqlEngine
from store.household import schedules as household_schedules
from store.household import week
from store.household.schedules import Schedule
from store.household.window_input import MAX_WINDOWS, overlap, stored
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine
from webui.http.problems import Problem

router = APIRouter(prefix="/schedules", tags=["schedules"], dependencies=[permissions.sees])

ScheduleId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
_TIME = "in the zone of the home, 00:00 to 24:00"


class WindowShape(shapes.Body):
    """`to` before `from` crosses midnight, and belongs to the day on which it begins."""

    days: list[str] = Field(description="mon, tue, wed, thu, fri, sat, sun")
    from_: str = Field(alias="from", max_length=40, description=_TIME)
    to: str = Field(max_length=40, description=_TIME)


class ScheduleShape(BaseModel):
    id: int
    name: str
    windows: list[WindowShape]
    in_force: bool = Field(description="whether it is now")
    next_edge: str | None = Field(description="when that changes; null: never")
    uses: list[str] = Field(description="what goes by it, in words")
    note: str = Field(description="what is odd about it, such as windows that overlap; empty: nothing")


class ScheduleList(BaseModel):
    items: list[ScheduleShape]
    next: None = None


class NewSchedule(shapes.Body):
    name: str = Field(min_length=1, max_length=200)
    windows: list[WindowShape] = Field(max_length=10 * MAX_WINDOWS)


class ScheduleChange(shapes.Body):
    """What is left out stays as it is."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    windows: list[WindowShape] | None = Field(default=None, max_length=10 * MAX_WINDOWS)


@router.get("", summary="All schedules")
def schedules(engine: Engine) -> ScheduleList:
    return ScheduleList(items=[_shape(row) for row in household_schedules.schedules(engine)])


@router.post("", status_code=201, summary="Make a schedule")
def add_schedule(body: NewSchedule, engine: Engine) -> ScheduleShape:
    return _one(engine, household_schedules.add_schedule(engine, body.name, _windows(body.windows)))


@router.get("/{schedule_id}", summary="One schedule")
def schedule(schedule_id: ScheduleId, engine: Engine) -> ScheduleShape:
    return _one(engine, schedule_id)


@router.patch("/{schedule_id}", summary="Rename a schedule, or change its windows")
def change_schedule(schedule_id: ScheduleId, body: ScheduleChange, engine: Engine) -> ScheduleShape:
    windows = None if body.windows is None else _windows(body.windows)
    household_schedules.change_schedule(engine, schedule_id, body.name, windows)
    return _one(engine, schedule_id)


@router.delete("/{schedule_id}", status_code=204, summary="Forget a schedule that nothing goes by")
def remove_schedule(schedule_id: ScheduleId, engine: Engine) -> None:
    household_schedules.remove_schedule(engine, schedule_id)


def _windows(shapes_: list[WindowShape]) -> list[dict[str, Any]]:
    return [{"days": shape.days, "from": shape.from_, "to": shape.to} for shape in shapes_]


def _one(engine: SqlEngine, number: int) -> ScheduleShape:
    for row in household_schedules.schedules(engine):
        if row.id == number:
            return _shape(row)
    raise Problem(404, say("There is no schedule {number}.", number=number))


def _shape(row: Schedule) -> ScheduleShape:
    now = int(time.time())
    overlapping = say("Some of its windows overlap; they hold together.") if overlap(row.windows) else ""
    return ScheduleShape(
        id=row.id,
        name=row.name,
        windows=[WindowShape.model_validate(window) for window in stored(row.windows)],
        in_force=week.in_force(row.windows, now),
        next_edge=shapes.seconds_iso(week.next_edge(row.windows, now)),
        uses=list(row.uses),
        note=overlapping,
    )
