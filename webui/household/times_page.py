# SPDX-License-Identifier: GPL-3.0-or-later
"""Times: named windows of the week, for lists, services, rules and the access of groups."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.household import schedules
from store.household.window_input import read_window
from webui.http.deps import Engine
from webui.pages.templating import back_to, page
from webui.views import times_view

router = APIRouter(prefix="/times")

Id = Annotated[int, Form(alias="id", ge=1, le=2**31)]
Name = Annotated[str, Form(max_length=300)]
Text = Annotated[str, Form(max_length=4000)]
_EXAMPLE = "sun-thu 21:00-06:30"


@router.get("")
def times(request: Request, engine: Engine) -> Response:
    lines = times_view.lines(schedules.schedules(engine), int(time.time()))
    return page(request, "times_page.html", schedules=lines, example=_EXAMPLE)


@router.post("/add")
def add(engine: Engine, name: Name, windows: Text) -> Response:
    schedules.add_schedule(engine, name, _windows(windows))
    return back_to("/times")


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


def _windows(text: str) -> list[dict[str, Any]]:
    """One a line; empty lines are passed over."""
    return [read_window(line) for line in text.splitlines() if line.strip()]
