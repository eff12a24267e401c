# SPDX-License-Identifier: GPL-3.0-or-later
"""All groups, and a page for each: who is in it, its lists with their times, when it has no access, who answers it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from pydantic import Field

from blocklists.packs import search_engines, services
from store.base.sentences import say, say_count
from store.config import devices, edit, lists, scopes
from store.config.choices import PackLevel
from store.household import groups as household_groups
from store.household import safe_search_edit, schedules
from webui.http import form_changes, permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page
from webui.views import groups_view

router = APIRouter(prefix="/groups", dependencies=[permissions.sees])

Number = Annotated[int, Path(ge=1, le=2**31)]
Text = Annotated[str, Form(max_length=2000)]
Ticked = Annotated[int, Field(ge=1, le=2**31)]
Schedule = Annotated[str, Form(max_length=12, pattern=r"^\d*$")]
Shown = Annotated[str, Form(max_length=form_changes.MAX_SHOWN)]
MAX_DEVICES = 20_000  # ticks of one form; more than a home has devices


@router.get("")
def all_groups(request: Request, ui: WebUi, engine: Engine, config: Config) -> Response:
    views, names = household_groups.groups(engine), devices.names(config)
    titles = {view.id: view.title for view in [*lists.blocklists(engine), *lists.services(engine)]}
    grouped = {number for view in views for number in view.devices}
    return page(
        request, "groups_page.html", groups=groups_view.lines(views, names, schedules.schedules(engine)),
        templates=groups_view.TEMPLATES, clashes=groups_view.clashes(views, names, titles),
        landing=ui.settings().new_devices, alone=len(names.keys() - grouped), said=_said(views, len(names)),
    )  # fmt: skip


@router.post("/ready")
def add_ready(
    engine: Engine, template: Annotated[Literal["children", "guests", "things", "tvs"], Form()], name: Text
) -> Response:
    """A group from a template, with what that says of lists, services and safe search."""
    there = {view.id for view in lists.blocklists(engine)}
    levels = {pack: PackLevel.STRICT for pack in groups_view.STRICT_PACKS.get(template, ()) if pack in there}
    children = template == "children"
    blocked = [each.id for each in services.load() if each.category in groups_view.NOT_FOR_CHILDREN] if children else []
    number = household_groups.add_ready_group(engine, name, levels, blocked, safe_search=children)
    return back_to(f"/groups/{number}")


@router.post("/landing")
def land(engine: Engine, ui: WebUi, name: Annotated[str, Form(alias="new_devices", max_length=80)] = "") -> Response:
    """In which group new devices land; none: they have what the house has."""
    edit.check_new_devices(engine, name)
    edit.put_settings(engine, {"new_devices": name or None})
    ui.forget_settings()
    return back_to("/groups#landing")


@router.get("/{number}")
def one_group(request: Request, engine: Engine, config: Config, number: Number) -> Response:
    group = next((view for view in household_groups.groups(engine) if view.id == number), None)
    if group is None:
        raise Problem(404, say("There is no group {number}.", number=number))
    times, installed = schedules.schedules(engine), [*lists.blocklists(engine), *lists.services(engine)]
    lines, names = groups_view.lists(group, installed, times), devices.names(config)
    house = {view.id: view.on for view in installed}
    engines = [search_engines.load()[row.engine].title for row in safe_search_edit.safe_search(engine)
               if row.scope == str(scopes.group(number)) and row.on]  # fmt: skip
    every = household_groups.groups(engine)
    here = [other for other in every if other.id == number or set(other.devices) & set(group.devices)]
    clashes = groups_view.clashes(here, names, {view.id: view.title for view in installed})
    return page(
        request,
        "group_page.html",
        group=group,
        shown=form_changes.group_shown(group),
        scope=str(scopes.group(number)),
        devices=sorted(names.items(), key=lambda device: device[1].casefold()),
        members=[names.get(each, str(each)) for each in group.devices],
        lists=lines,
        sentences=groups_view.sentences(group, lines, times, engines, house),
        clashes=[clash for clash in clashes if clash.device in {names.get(each, str(each)) for each in group.devices}],
        installed=installed,
        schedules=times,
    )


def _said(views: list[household_groups.GroupView], devices_there: int) -> str:
    """The page's first sentence."""
    if not views:
        return say("No group yet: every device has what the house has.")
    inside = len({number for view in views for number in view.devices})
    groups = say_count(len(views), "{count:,} group", "{count:,} groups")
    return say_count(
        inside, "{groups}, with {count:,} of {all:,} devices in it.",
        "{groups}, with {count:,} of {all:,} devices in them.", groups=groups, all=devices_there,
    )  # fmt: skip


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
