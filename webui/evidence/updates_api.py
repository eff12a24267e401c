# SPDX-License-Identifier: GPL-3.0-or-later
"""What the last new version of each list changed that this home uses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from evidence.whatif.update_values import UpdateEffect, UpdateEffects
from webui.api import shapes
from webui.evidence import whatif_asking
from webui.http import permissions
from webui.http.deps import WebUi
from webui.views.timerange import iso, span

router = APIRouter(prefix="/updates", tags=["evidence"], dependencies=[permissions.sees])


class NameOfUpdate(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str
    queries: int


class Update(BaseModel):
    id: str = Field(description="of the list")
    title: str
    changed_at: str
    blocked: list[NameOfUpdate] = Field(description="would pass but for rules that this version brought")
    freed: list[NameOfUpdate] = Field(description="the list blocked them before, and nothing does now")


class Updates(BaseModel):
    from_: str = Field(serialization_alias="from")
    to: str
    queries: int
    items: list[Update] = Field(description="lists that are on and had a new version in the range")
    next: None = None


@router.get("", summary="What updates of lists changed that this home uses")
def updates(
    ui: WebUi, from_: Annotated[str, Query(alias="from", max_length=40)] = "-7d",
    to: Annotated[str, Query(max_length=40)] = "now",
) -> Updates:  # fmt: skip
    period = span(from_, to)
    return shape(whatif_asking.waited(ui, whatif_asking.begin_updates(ui, period.from_us, period.to_us)))


def shape(answer: UpdateEffects) -> Updates:
    return Updates(
        from_=iso(answer.from_us), to=iso(answer.to_us), queries=answer.queries, items=list(map(_update, answer.lists))
    )


def _update(effect: UpdateEffect) -> Update:
    blocked, freed = (
        [NameOfUpdate.model_validate(name) for name in names] for names in (effect.blocked, effect.freed)
    )
    return Update(
        id=effect.id, title=effect.title, changed_at=shapes.iso_of_seconds(effect.changed_at), blocked=blocked,
        freed=freed,
    )  # fmt: skip
