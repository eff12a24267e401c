# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests: what somebody at a device asks to be let through, and the answer to it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, field_validator

from store.config import devices
from store.household import requests as store_requests
from store.household.requests import FOR_EVER, RequestView
from webui.api import shapes
from webui.api.exceptions_api import Minutes
from webui.api.pauses_api import until, who
from webui.http import permissions
from webui.http.deps import Config, CurrentSession, Engine

router = APIRouter(prefix="/requests", tags=["requests"], dependencies=[permissions.sees])

RequestId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]


class Request(BaseModel):
    id: int
    device_id: int
    device: str | None = Field(description="what the device is called")
    name: str
    note: str
    created_at: str
    decided_at: str | None
    granted: bool | None = Field(description="null: it waits")
    word: str = Field(description="what was said with that")
    until: str | None = Field(description="until when it is let through; null where it is not, or for good")


class RequestList(BaseModel):
    items: list[Request]
    next: None = None


class Answer(shapes.Body):
    grant: Minutes | Literal[False, "ever"] = Field(description="minutes; ever: an allow rule; false: no")

    word: str = Field(default="", max_length=store_requests.MAX_NOTE, description="said to who asked")

    @field_validator("grant", mode="before")
    @classmethod
    def _no_number_for_a_word(cls, grant: object) -> object:
        """JSON's 0 and true are neither minutes nor no."""
        if grant is True or (not isinstance(grant, bool) and grant == 0):
            raise ValueError("minutes, ever or false")
        return grant


@router.get("", summary="What waits to be decided")
def requests(engine: Engine, config: Config) -> RequestList:
    names = devices.names(config)
    return RequestList(items=[shape(row, names.get(row.device_id)) for row in store_requests.waiting(engine)])


@router.post("/{request_id}", summary="Grant or refuse it")
def decide(request_id: RequestId, body: Answer, engine: Engine, config: Config, caller: CurrentSession) -> Request:
    if body.grant is False:
        row = store_requests.refuse(engine, request_id, body.word)
    else:
        end = None if body.grant == "ever" else until(body.grant)
        row = store_requests.grant(engine, request_id, end, who(caller), body.word)
    return shape(row, devices.names(config).get(row.device_id))


def shape(row: RequestView, device: str | None) -> Request:
    granted = None if row.granted is None else row.granted != 0
    end = row.granted if row.granted not in (None, 0, FOR_EVER) else None
    return Request(
        id=row.id, device_id=row.device_id, device=device, name=row.name, note=row.note, granted=granted,
        created_at=shapes.iso_of_seconds(row.created_at), decided_at=shapes.seconds_iso(row.decided_at), word=row.word,
        until=shapes.seconds_iso(end),
    )  # fmt: skip
