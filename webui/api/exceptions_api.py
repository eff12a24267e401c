# SPDX-License-Identifier: GPL-3.0-or-later
"""Exceptions: a name, and what it leads to, let through for a device, a group or the house, for a while."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from store.config import scopes
from store.household import exceptions as store_exceptions
from store.household.exceptions import USUAL_SECONDS, ExceptionView
from store.household.pauses import MAX_SECONDS
from webui.api import shapes
from webui.api.pauses_api import left, until, who
from webui.http import permissions
from webui.http.deps import CurrentSession, Engine

router = APIRouter(prefix="/exceptions", tags=["exceptions"], dependencies=[permissions.sees])

ExceptionId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
Minutes = Annotated[float, Field(gt=0, le=MAX_SECONDS / 60)]


class NameException(BaseModel):
    id: int | None = Field(description="null: it is a rule now")
    scope: str
    name: str
    until: str | None = Field(description="null: for good, by a rule")
    left_seconds: int | None
    created_at: str
    who: str
    rule: int | None = Field(default=None, description="the rule that it became")


class ExceptionList(BaseModel):
    items: list[NameException]
    next: None = None


class NewException(shapes.Body):
    scope: str = Field(max_length=40, description=scopes.HINT)
    name: str = Field(max_length=300, description="a name; all below it, and where its answers lead, too")
    minutes: Minutes | Literal["ever"] = Field(default=USUAL_SECONDS / 60, description="ever: an allow rule")


@router.get("", summary="What is let through now")
def exceptions(
    engine: Engine, scope: Annotated[str | None, Query(max_length=40, description=scopes.HINT)] = None
) -> ExceptionList:
    return ExceptionList(items=[shape(row) for row in store_exceptions.exceptions(engine, scope)])


@router.post("", status_code=201, summary="Let a name through for a while, or for good")
def let_through(body: NewException, engine: Engine, caller: CurrentSession) -> NameException:
    if body.minutes == "ever":
        rule = store_exceptions.let_through_for_good(engine, body.scope, body.name)
        return kept(rule, body.scope, store_exceptions.checked_name(body.name), who(caller))
    end = until(body.minutes)
    assert end is not None
    return shape(store_exceptions.let_through(engine, body.scope, body.name, end, who(caller)))


@router.post("/{exception_id}/keep", summary="Make it permanent: an allow rule of the home for the same scope")
def keep(exception_id: ExceptionId, engine: Engine, caller: CurrentSession) -> NameException:
    rows = [row for row in store_exceptions.exceptions(engine) if row.id == exception_id]
    rule = store_exceptions.keep(engine, exception_id)
    return kept(rule, rows[0].scope, rows[0].name, who(caller))


@router.delete("/{exception_id}", status_code=204, summary="Block the name again")
def end(exception_id: ExceptionId, engine: Engine) -> None:
    store_exceptions.end_exception(engine, exception_id)


def kept(rule: int, scope: str, name: str, by: str) -> NameException:
    """One that is a rule now."""
    return NameException(
        id=None, scope=scope, name=name, until=None, left_seconds=None, rule=rule, who=by,
        created_at=shapes.iso_of_seconds(int(time.time())),
    )  # fmt: skip


def shape(row: ExceptionView) -> NameException:
    return NameException(
        id=row.id, scope=row.scope, name=row.name, until=shapes.iso_of_seconds(row.until),
        left_seconds=left(row.until), created_at=shapes.iso_of_seconds(row.created_at), who=row.who,
    )  # fmt: skip
