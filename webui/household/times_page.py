# SPDX-License-Identifier: GPL-3.0-or-later
"""Times: named windows of the week, for lists, services, rules and the access of groups."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import Field

from store.base.sentences import say, say_count
from store.config.engine import Engine as SqlEngine
from store.config.session import EditError, NotFound
from store.household import schedules, week
from store.household.window_input import read_window, spoken, stored
from webui.http import permissions
from webui.http.deps import Engine
from webui.http.language import first_day
from webui.pages.templating import back_to, page
from webui.views import times_view
from webui.views.formatting import visible

router = APIRouter(prefix="/times", dependencies=[permissions.sees])

Id = Annotated[int, Form(alias="id", ge=1, le=2**31)]
Name = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=4000)]
Days = Annotated[str, Form(max_length=40)]
TickedDays = Annotated[list[Annotated[str, Field(max_length=3)]] | None, Form(max_length=7)]
Clock = Annotated[str, Form(max_length=5)]
From = Annotated[str, Form(alias="from", max_length=5)]
_EXAMPLE = "sun-thu 21:00-06:30"


@router.get("")
def times(request: Request, engine: Engine) -> Response:
    first = first_day(request)
    lines = times_view.lines(schedules.schedules(engine), int(time.time()), first)
    days = times_view.from_day(first, list(zip(week.DAYS, times_view.TITLES, strict=True)))
    return page(
        request, "times_page.html", schedules=lines, example=_EXAMPLE, said=_said(lines), choices=times_view.CHOICES,
        days=days, change=times_view.clock_change(int(time.time())), minute=_minute(),
        today=time.localtime().tm_wday, first=first,
    )  # fmt: skip


@router.post("/add")
def add(
    engine: Engine, name: Name, windows: Text = "", days: Days = "", day: TickedDays = None, from_: From = "",
    to: Clock = "",
) -> Response:  # fmt: skip
    """By plain choices: `days` in a word, or those ticked, from when to when; or `windows` as text, one a line."""
    given = _windows(windows) if windows.strip() else [_chosen(days, day, from_, to)]
    number = schedules.add_schedule(engine, name, given)
    return back_to(f"/times#schedule-{number}")


@router.post("/window")
def add_window(
    engine: Engine, id_: Id, days: Days = "", day: TickedDays = None, from_: From = "", to: Clock = ""
) -> Response:
    """One window more."""
    there = stored(_schedule(engine, id_).windows)
    schedules.change_schedule(engine, id_, None, [*there, _chosen(days, day, from_, to)])
    return back_to(f"/times#schedule-{id_}")


@router.post("/window/remove")
def remove_window(engine: Engine, id_: Id, window: Name) -> Response:
    """A window less, as the page shows it."""
    rest = [each for each in _schedule(engine, id_).windows if spoken(each) != window]
    schedules.change_schedule(engine, id_, None, stored(rest))
    return back_to(f"/times#schedule-{id_}")


@router.post("/change")
def change(
    engine: Engine, id_: Id, name: Name, windows: Text, shown_name: Name = "", shown_windows: Text = ""
) -> Response:
    """What is as the page showed it is not touched: somebody else may have changed it meanwhile."""
    other_name = None if name == shown_name else name
    other_windows = None if windows.split() == shown_windows.split() else _windows(windows)
    if other_name is not None or other_windows is not None:
        schedules.change_schedule(engine, id_, other_name, other_windows)
    return back_to(f"/times#schedule-{id_}")


@router.post("/remove")
def remove(engine: Engine, id_: Id) -> Response:
    schedules.remove_schedule(engine, id_)
    return back_to("/times")


def _chosen(days: str, ticked: Sequence[str] | None, from_: str, to: str) -> dict[str, Any]:
    """A window by the form's choices. Raises EditError."""
    words = days or ",".join(ticked or ())
    if not words:
        raise EditError(say("Tick at least one day."), "windows")
    return read_window(f"{words} {from_.strip()}-{to.strip()}")


def _schedule(engine: SqlEngine, number: int) -> schedules.Schedule:
    schedule = next((each for each in schedules.schedules(engine) if each.id == number), None)
    if schedule is None:
        raise NotFound(say("There is no schedule {number}; `telltale schedules` shows all.", number=number))
    return schedule


def _said(lines: Sequence[times_view.ScheduleLine]) -> str:
    """The page's first sentence."""
    if not lines:
        return say("No times yet: whatever is on or off is so at all times.")
    there = [line for line in lines if line.in_force]
    if not there:
        count = len(lines)
        return say_count(count, "Your times are not in force now.", "None of your {count:,} times is in force now.")
    if len(there) == 1:
        return say("{name} is {state}.", name=visible(there[0].name), state=there[0].state)
    return say("{names} are in force now.", names=", ".join(visible(line.name) for line in there))


def _minute() -> int:
    here = time.localtime()
    return here.tm_hour * 60 + here.tm_min


def _windows(text: str) -> list[dict[str, Any]]:
    """One a line; empty lines are passed over."""
    return [read_window(line) for line in text.splitlines() if line.strip()]
