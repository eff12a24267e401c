# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses: blocking stopped for the house, a group, a device, or of one list there. A token of scope pause may do it."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config.scopes import HINT, HOUSE
from store.household import pauses as store_pauses
from store.household.pauses import MAX_SECONDS, PauseView
from webui.api import shapes
from webui.http import permissions
from webui.http.auth import Caller
from webui.http.deps import CurrentSession, Engine
from webui.http.problems import Problem
from webui.views import timerange

router = APIRouter(prefix="/pauses", tags=["pauses"], dependencies=[permissions.pauses])

PauseId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]


class Pause(BaseModel):
    id: int
    scope: str
    blocklist: str | None = Field(description="null: everything")
    until: str | None = Field(description="null: until it is resumed")
    left_seconds: int | None
    created_at: str
    who: str


class PauseList(BaseModel):
    items: list[Pause]
    next: None = None


class NewPause(shapes.Body):
    """Without `minutes` and `until`: until it is resumed."""

    scope: str = Field(default=str(HOUSE), max_length=40, description=HINT)
    minutes: float | None = Field(default=None, gt=0, le=MAX_SECONDS / 60)
    until: str | None = Field(default=None, max_length=40, description="ISO 8601, in place of minutes")
    blocklist: str | None = Field(default=None, max_length=300, description="one list alone; null: everything")


class PauseOf(shapes.Body):
    scope: str | None = Field(default=None, max_length=40, description=HINT)
    blocklist: str | None = Field(default=None, max_length=300)


class Resumed(BaseModel):
    ended: int


@router.get("", summary="What is paused now")
def pauses(engine: Engine) -> PauseList:
    return PauseList(items=[shape(row) for row in store_pauses.pauses(engine)])


@router.post("", status_code=201, summary="Stop blocking for a while")
def pause(body: NewPause, engine: Engine, caller: CurrentSession) -> Pause:
    """In place of a pause of the same scope and list, which ends then."""
    end = until(body.minutes, body.until)
    return shape(store_pauses.pause(engine, body.scope, body.blocklist, end, who(caller)))


@router.delete("", summary="Block again")
def resume(
    engine: Engine,
    scope: Annotated[str | None, Query(max_length=40, description=f"{HINT}; all, when left out")] = None,
    blocklist: Annotated[str | None, Query(max_length=300, description="the pause of one list")] = None,
    body: PauseOf | None = None,
) -> Resumed:
    """Ends the pauses of a scope and list, in the address or the body; every one without a scope. None is no error."""
    of = PauseOf(scope=scope, blocklist=blocklist) if body is None else body
    return Resumed(ended=store_pauses.resume(engine, of.scope, of.blocklist))


@router.delete("/{pause_id}", status_code=204, summary="End one pause")
def end(pause_id: PauseId, engine: Engine) -> None:
    store_pauses.end_pause(engine, pause_id)


def until(minutes: float | None, moment: str | None = None) -> int | None:
    """Unix seconds, rounded up; None where neither is given. A 422 problem for both, and for what is no time."""
    if minutes is not None and moment is not None:
        raise Problem(422, say("Give minutes or until, not both."))
    now = time.time()
    if minutes is not None:
        return -int(-(now + minutes * 60) // 1)
    if moment is None:
        return None
    return -(-timerange.moment(moment, "until", int(now * 1e6)) // timerange.SECOND_US)


def who(caller: Caller) -> str:
    """Who it was, for the row: a token by its name."""
    return caller.name or "admin"


def left(end: int | None) -> int | None:
    """Seconds that are left."""
    return None if end is None else max(0, int(end - time.time()))


def shape(row: PauseView) -> Pause:
    return Pause(
        id=row.id, scope=row.scope, blocklist=row.blocklist, until=shapes.seconds_iso(row.until),
        left_seconds=left(row.until), created_at=shapes.iso_of_seconds(row.created_at), who=row.who,
    )  # fmt: skip
