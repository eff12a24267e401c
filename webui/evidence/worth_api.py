# SPDX-License-Identifier: GPL-3.0-or-later
"""What each list is worth to this home."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from evidence.whatif.worth_values import Worth
from webui.evidence import whatif_asking
from webui.http import permissions
from webui.http.deps import WebUi
from webui.views.timerange import iso, span

router = APIRouter(prefix="/worth", tags=["evidence"], dependencies=[permissions.sees])


class _Part(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class SharedWith(_Part):
    id: str
    queries: int


class WorthOfList(_Part):
    id: str
    title: str
    allow: bool
    hits: int = Field(description="queries of which the log says that it decided them")
    blocks: int = Field(description="queries that today's policy blocks, and that it would block")
    unique: int = Field(description="those among them that nothing else would block")
    overlap: list[SharedWith] = Field(description="the lists with which it shares most of the others")
    false_alarms: list[str] = Field(description="names that it would block and that people let through")
    names: int
    never_hit: int | None = Field(description="names of it that decided nothing")


class WorthOfLists(BaseModel):
    from_: str = Field(serialization_alias="from")
    to: str
    queries: int
    blocked: int = Field(description="by today's policy")
    lists: list[WorthOfList] = Field(description="those that are on for somebody, what blocks most alone first")
    lose_nothing: list[str] = Field(description="lists that may all be off together, and nothing more would pass")


@router.get("", summary="What each list is worth")
def worth(
    ui: WebUi, from_: Annotated[str, Query(alias="from", max_length=40)] = "-30d",
    to: Annotated[str, Query(max_length=40)] = "now",
) -> WorthOfLists:  # fmt: skip
    """Each query of the range is judged again, so a month takes a while."""
    period = span(from_, to)
    return shape(whatif_asking.waited(ui, whatif_asking.begin_worth(ui, period.from_us, period.to_us)))


def shape(answer: Worth) -> WorthOfLists:
    return WorthOfLists(
        from_=iso(answer.from_us), to=iso(answer.to_us), queries=answer.queries, blocked=answer.blocked,
        lists=[WorthOfList.model_validate(each) for each in answer.lists], lose_nothing=list(answer.lose_nothing),
    )  # fmt: skip
