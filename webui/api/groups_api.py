# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups: devices that share lists, services, rules, switches of the wall, upstreams, times, and an answer."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config.custom_responses import HINT
from store.config.engine import Engine as SqlEngine
from store.household import groups as household_groups
from store.household.groups import GroupParts, GroupView
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem

router = APIRouter(prefix="/groups", tags=["groups"], dependencies=[permissions.sees])

GroupId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
Id = Annotated[int, Field(ge=1, le=shapes.MAX_ID)]
ListId = Annotated[str, Field(max_length=200)]
_ANSWER = f"{HINT}; empty: the house's answer"
_SCHEDULE = "the one inside which its devices have no access at all; null: they always have"
_LISTS = "ids of the blocklists that it turns on; those off or scheduled: see toggles, PUT /blocklists/{id}/toggle"
_SERVICES = "ids of the services that it turns on"
_UPSTREAMS = "which servers answer its devices; none: the house's"
MAX_OF_EACH = 20_000  # devices or lists in one body; more than a home has


class Toggle(BaseModel):
    id: str
    on: bool
    level: str | None
    schedule: int | None


class Group(BaseModel):
    id: int
    name: str
    answer: str = Field(description="what its devices get for a blocked name; empty: the house's answer")
    schedule: int | None = Field(description=_SCHEDULE)
    upstreams: list[str] = Field(description=_UPSTREAMS)
    devices: list[int] = Field(description="ids of the devices in it")
    lists: list[str] = Field(description=_LISTS)
    services: list[str] = Field(description=_SERVICES)
    toggles: list[Toggle] = Field(description="all that it says of lists and services, on or off, with its times")


class GroupList(BaseModel):
    items: list[Group]
    next: None = None


class GroupChange(shapes.Body):
    """What is left out stays as it is; what is given is all that there is then."""

    name: str = Field(default="", min_length=1, max_length=200)
    answer: str = Field(default="", max_length=2000, description=_ANSWER)
    schedule: Id | None = Field(default=None, description=_SCHEDULE)
    upstreams: list[ListId] = Field(default_factory=list, max_length=50, description=_UPSTREAMS)
    devices: list[Id] = Field(default_factory=list, max_length=MAX_OF_EACH)
    lists: list[ListId] = Field(default_factory=list, max_length=MAX_OF_EACH, description=_LISTS)
    services: list[ListId] = Field(default_factory=list, max_length=MAX_OF_EACH, description=_SERVICES)


class NewGroup(GroupChange):
    name: str = Field(min_length=1, max_length=200)


@router.get("", summary="All groups")
def groups(engine: Engine) -> GroupList:
    return GroupList(items=[_shape(view) for view in household_groups.groups(engine)])


@router.post("", status_code=201, summary="Make a group")
def add_group(body: NewGroup, engine: Engine, ui: WebUi) -> Group:
    ui.refuse_ours(body.upstreams)
    return _one(engine, household_groups.add_group(engine, body.name, _parts(body)))


@router.get("/{group_id}", summary="One group")
def group(group_id: GroupId, engine: Engine) -> Group:
    return _one(engine, group_id)


@router.patch("/{group_id}", summary="Change parts of a group")
def change_group(group_id: GroupId, body: GroupChange, engine: Engine, ui: WebUi) -> Group:
    ui.refuse_ours(body.upstreams)
    household_groups.change_group(engine, group_id, _parts(body))
    return _one(engine, group_id)


@router.delete("/{group_id}", status_code=204, summary="Dissolve a group; its devices stay")
def remove_group(group_id: GroupId, engine: Engine) -> None:
    household_groups.remove_group(engine, group_id)


def _parts(body: GroupChange) -> GroupParts:
    return cast("GroupParts", body.model_dump(exclude_unset=True))


def _shape(view: GroupView) -> Group:
    return Group(
        id=view.id, name=view.name, answer=view.answer, schedule=view.schedule, upstreams=list(view.upstreams),
        devices=list(view.devices), lists=list(view.lists), services=list(view.services),
        toggles=[Toggle(id=row.id, on=row.on, level=row.level, schedule=row.schedule) for row in view.toggles],
    )  # fmt: skip


def _one(engine: SqlEngine, number: int) -> Group:
    for view in household_groups.groups(engine):
        if view.id == number:
            return _shape(view)
    raise Problem(404, say("There is no group {number}.", number=number))
