# SPDX-License-Identifier: GPL-3.0-or-later
"""Groups: devices that share a policy, and what they get for a blocked name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from sqlalchemy import Engine as SqlEngine

from store.base.sentences import say
from store.config import edit
from store.config.custom_responses import HINT
from store.household import groups as household_groups
from webui.api import shapes
from webui.http.deps import Engine
from webui.http.problems import Problem

router = APIRouter(prefix="/groups", tags=["groups"])

GroupId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
_ANSWER = f"{HINT}; empty: the house's answer"


class Group(BaseModel):
    id: int
    name: str
    answer: str = Field(description="what its devices get for a blocked name; empty: the house's answer")


class GroupList(BaseModel):
    items: list[Group]
    next: None = None


class NewGroup(BaseModel):
    name: str = Field(min_length=1, max_length=200)
    answer: str = Field(default="", max_length=2000, description=_ANSWER)


class GroupChange(BaseModel):
    answer: str = Field(max_length=2000, description=_ANSWER)


@router.get("", summary="All groups")
def groups(engine: Engine) -> GroupList:
    return GroupList(items=_shapes(engine))


@router.post("", status_code=201, summary="Make a group")
def add_group(body: NewGroup, engine: Engine) -> Group:
    edit.check_answer(body.answer)
    number = household_groups.add_group(engine, body.name)
    if body.answer:
        household_groups.set_group_answer(engine, number, body.answer)
    return _one(engine, number)


@router.patch("/{group_id}", summary="Choose what a group's devices get for a blocked name")
def change_group(group_id: GroupId, body: GroupChange, engine: Engine) -> Group:
    household_groups.set_group_answer(engine, group_id, body.answer)
    return _one(engine, group_id)


@router.delete("/{group_id}", status_code=204, summary="Dissolve a group; its devices stay")
def remove_group(group_id: GroupId, engine: Engine) -> None:
    household_groups.remove_group(engine, group_id)


def _shapes(engine: SqlEngine) -> list[Group]:
    return [Group(id=row.id or 0, name=row.name, answer=row.answer) for row in household_groups.groups(engine)]


def _one(engine: SqlEngine, number: int) -> Group:
    for row in _shapes(engine):
        if row.id == number:
            return row
    raise Problem(404, say("There is no group {number}.", number=number))
