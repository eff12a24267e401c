# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: social networks, games, shops …, each a switch for the house, a group or a device."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from blocklists.packs import services as shipped
from store.config import edit, lists, scopes
from store.config.lists import BlocklistView
from store.household import service_edit
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine

router = APIRouter(prefix="/services", tags=["services"], dependencies=[permissions.sees])

ServiceId = Annotated[str, Path(max_length=100, description="such as tiktok")]
ScheduleId = Annotated[int, Field(ge=1, le=shapes.MAX_ID)]


class ServiceToggle(shapes.Body):
    scope: str = Field(default=str(scopes.HOUSE), max_length=40, description=scopes.HINT)
    on: bool | None = Field(description="true: blocked; null: as the wider scope has it")
    schedule: ScheduleId | None = Field(
        default=None, description="the id of the schedule inside which alone this holds; left out: as it was"
    )


class Service(BaseModel):
    id: str
    title: str
    category: str
    about: str
    breaks: str = Field(description="what else no longer works while it is blocked")
    known: bool = Field(description="false: gone from this version of Telltale; it blocks nothing")
    names: int = Field(description="how many names it blocks")
    on: bool = Field(description="for the house")
    toggles: list[ServiceToggle]


class ServiceName(BaseModel):
    name: str
    alone: bool = Field(description="only this very name, not those below it")
    source: str = Field(description="who says that it is the service's: blocklists/services/SOURCES.md")


class WholeService(Service):
    blocks: list[ServiceName]


class ServiceList(BaseModel):
    items: list[Service]
    next: None = None


@router.get("", summary="All services")
def services(engine: Engine) -> ServiceList:
    return ServiceList(items=[Service(**_shape(view)) for view in lists.services(engine)])


@router.get("/{service_id}", summary="A service with its names")
def service(service_id: ServiceId, engine: Engine) -> WholeService:
    return _whole(service_edit.service(engine, service_id))


@router.put("/{service_id}/toggle", summary="Block a service for a scope, or not")
def toggle(service_id: ServiceId, body: ServiceToggle, engine: Engine) -> WholeService:
    schedule = body.schedule if "schedule" in body.model_fields_set else edit.KEEP
    return _whole(service_edit.set_service(engine, service_id, body.on, body.scope, schedule))


def _whole(view: BlocklistView) -> WholeService:
    known = shipped.of_list(view.id)
    pairs = zip(known.names, known.sources, strict=True) if known else ()
    blocks = [ServiceName(name=name, alone=alone, source=source) for (name, alone), source in pairs]
    return WholeService(**_shape(view), blocks=blocks)


def _shape(view: BlocklistView) -> dict[str, Any]:
    known = shipped.of_list(view.id)
    return {
        "id": view.id.removeprefix(shipped.PREFIX),
        "title": view.title,
        "category": view.purpose,
        "about": view.about,
        "breaks": known.breaks if known else "",
        "known": known is not None,
        "names": len(known.names) if known else 0,
        "on": view.on,
        "toggles": [ServiceToggle(scope=each.scope, on=each.on, schedule=each.schedule) for each in view.toggles],
    }
