# SPDX-License-Identifier: GPL-3.0-or-later
"""All groups, and a page for each: who is in it, its lists with their times, when it has no access, who answers it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from pydantic import Field

from store.base.sentences import say
from store.config import devices, edit, lists, scopes
from store.household import groups as household_groups
from store.household import schedules
from webui.http import form_changes
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page
from webui.views import groups_view

router = APIRouter(prefix="/groups")

Number = Annotated[int, Path(ge=1, le=2**31)]
Text = Annotated[str, Form(max_length=2000)]
Ticked = Annotated[int, Field(ge=1, le=2**31)]
Schedule = Annotated[str, Form(max_length=12, pattern=r"^\d*$")]
Shown = Annotated[str, Form(max_length=form_changes.MAX_SHOWN)]
MAX_DEVICES = 20_000  # ticks of one form; more than a home has devices


@router.get("")
def all_groups(request: Request, engine: Engine, config: Config) -> Response:
    shown = groups_view.lines(household_groups.groups(engine), devices.names(config), schedules.schedules(engine))
    return page(request, "groups_page.html", groups=shown)


@router.get("/{number}")
def one_group(request: Request, engine: Engine, config: Config, number: Number) -> Response:
    group = next((view for view in household_groups.groups(engine) if view.id == number), None)
    if group is None:
        raise Problem(404, say("There is no group {number}.", number=number))
    times, installed = schedules.schedules(engine), [*lists.blocklists(engine), *lists.services(engine)]
    return page(
        request,
        "group_page.html",
        group=group,
        shown=form_changes.group_shown(group),
        scope=str(scopes.group(number)),
        devices=sorted(devices.names(config).items(), key=lambda device: device[1].casefold()),
        lists=groups_view.lists(group, installed, times),
        installed=installed,
        schedules=times,
    )


@router.post("/{number}/parts")
def change(
    engine: Engine,
    ui: WebUi,
    number: Number,
    name: Text,
    device: Annotated[list[Ticked] | None, Form(max_length=MAX_DEVICES)] = None,
    schedule: Schedule = "",
    upstreams: Text = "",
    answer: Text = "",
    shown: Shown = "",
) -> Response:
    """All of it at once; servers stand apart by commas or spaces. `shown`: the group as the page showed it; what is
    still so is not touched, since somebody else may have changed it meanwhile."""
    parts: household_groups.GroupParts = {
        "name": name, "devices": device or [], "schedule": int(schedule) if schedule else None,
        "upstreams": upstreams.replace(",", " ").split(), "answer": answer,
    }  # fmt: skip
    if shown:
        parts = form_changes.of_group(shown, parts)
    ui.refuse_ours(parts.get("upstreams", ()))
    if parts:
        household_groups.change_group(engine, number, parts)
    return back_to(f"/groups/{number}")


@router.post("/{number}/list")
def change_list(
    engine: Engine,
    number: Number,
    list_: Annotated[str, Form(alias="list", max_length=300)],
    on: Annotated[Literal["on", "off", "follow"], Form()],
    schedule: Schedule = "",
) -> Response:
    """A list on or off for this group, always or inside a schedule; or as the house has it."""
    scope = str(scopes.group(number))
    if on == "follow":
        edit.clear_toggle(engine, list_, scope)
    else:
        edit.set_toggle(engine, list_, scope, on == "on", schedule=int(schedule) if schedule else None)
    return back_to(f"/groups/{number}#lists")
