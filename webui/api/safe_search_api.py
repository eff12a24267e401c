# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search: engines that hide what is not for children, for the house, a group or a device."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from blocklists.packs import search_engines
from store.config import edit, scopes
from store.config.choices import SearchEngine, YoutubeLevel
from store.household import safe_search_edit
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, WebUi

router = APIRouter(prefix="/safe-search", tags=["safe search"], dependencies=[permissions.sees])

ScheduleId = Annotated[int, Field(ge=1, le=shapes.MAX_ID)]


class SafeSearchChange(shapes.Body):
    scope: str = Field(default=str(scopes.HOUSE), max_length=40, description=scopes.HINT)
    engines: list[SearchEngine] | Literal["all"] = Field(default="all")
    youtube: YoutubeLevel | None = Field(default=None, description="how far it goes; left out: as it was, else strict")
    on: bool | None = Field(default=True, description="null: as the wider scope has it")
    schedule: ScheduleId | None = Field(
        default=None, description="the id of the schedule inside which alone this holds; left out: as it was"
    )


class SafeSearchWord(BaseModel):
    scope: str
    engine: SearchEngine
    on: bool
    level: str = Field(description="of YouTube; empty for the others")
    schedule: int | None


class EngineShape(BaseModel):
    engine: SearchEngine
    title: str
    about: str
    source: str = Field(description="where its maker documents it")
    answers: dict[str, str] = Field(description="what its names answer, by level where it has some")
    names: list[str]


class SafeSearch(BaseModel):
    setting: str = Field(description="what holds where no scope says anything: the setting safe_search")
    items: list[SafeSearchWord]
    engines: list[EngineShape]


@router.get("", summary="What is said of safe search, scope by scope, and the engines")
def safe_search(engine: Engine, ui: WebUi) -> SafeSearch:
    known = search_engines.load()
    return SafeSearch(
        setting=ui.settings().safe_search,
        items=[
            SafeSearchWord(
                scope=view.scope, engine=view.engine, on=view.on, level=view.level, schedule=view.schedule
            )
            for view in safe_search_edit.safe_search(engine)
        ],
        engines=[
            EngineShape(
                engine=word, title=known[word].title, about=known[word].about, source=known[word].source,
                answers=dict(known[word].answers), names=list(known[word].names),
            )
            for word in SearchEngine
        ],
    )  # fmt: skip


@router.put("", summary="Turn safe search on or off for a scope")
def put_safe_search(body: SafeSearchChange, engine: Engine, ui: WebUi) -> SafeSearch:
    engines = [safe_search_edit.ALL] if body.engines == "all" else body.engines
    schedule = body.schedule if "schedule" in body.model_fields_set else edit.KEEP
    safe_search_edit.set_safe_search(
        engine, engines, body.on, scope=body.scope, youtube=body.youtube or "", schedule=schedule
    )
    return safe_search(engine, ui)
