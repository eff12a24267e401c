# SPDX-License-Identifier: GPL-3.0-or-later
"""Domains, and reverse zones, that other servers answer than the house's upstreams."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config.engine import Engine as SqlEngine
from store.local import forward_edit, forwards
from store.local.local_records import MAX_COMMENT
from store.rows import tables
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem

router = APIRouter(prefix="/forwards", tags=["local names"], dependencies=[permissions.sees])

ForwardId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]
Spec = Annotated[str, Field(max_length=200)]
_UPSTREAMS = f"servers in the order of choice; `{forwards.USUAL}` alone: those that everybody asks, as an exception"


class Forward(BaseModel):
    id: int
    domain: str
    upstreams: list[str] = Field(description="none: those that everybody asks")
    comment: str
    created_at: str


class ForwardList(BaseModel):
    items: list[Forward]
    next: None = None


class NewForward(shapes.Body):
    domain: str = Field(max_length=300, description="with all below it; a network stands for its reverse zone")
    upstreams: list[Spec] = Field(max_length=100, description=_UPSTREAMS)
    comment: str = Field(default="", max_length=MAX_COMMENT)


class ForwardChange(shapes.Body):
    upstreams: list[Spec] | None = Field(default=None, max_length=100, description=_UPSTREAMS)
    comment: str | None = Field(default=None, max_length=MAX_COMMENT)


@router.get("", summary="All domains that are forwarded")
def forward_list(engine: Engine) -> ForwardList:
    return ForwardList(items=[_shape(row) for row in forward_edit.forwarded(engine)])


@router.post("", status_code=201, summary="Forward a domain")
def add_forward(body: NewForward, engine: Engine, ui: WebUi) -> Forward:
    return _by_id(engine, forward_edit.add_forward(engine, body.domain, body.upstreams, body.comment, ui.leads_here()))


@router.patch("/{forward_id}", summary="Change whom a domain is forwarded to")
def change_forward(forward_id: ForwardId, body: ForwardChange, engine: Engine, ui: WebUi) -> Forward:
    forward_edit.change_forward(engine, forward_id, body.upstreams, body.comment, ui.leads_here())
    return _by_id(engine, forward_id)


@router.delete("/{forward_id}", status_code=204, summary="Forward a domain no more")
def remove_forward(forward_id: ForwardId, engine: Engine) -> None:
    forward_edit.remove_forward(engine, forward_id)


def _by_id(engine: SqlEngine, number: int) -> Forward:
    for row in forward_edit.forwarded(engine):
        if row.id == number:
            return _shape(row)
    raise Problem(404, say("There is no forward {number}.", number=number))


def _shape(row: tables.ForwardedDomain) -> Forward:
    return Forward(
        id=row.id or 0, domain=row.domain, upstreams=list(forwards.of_text(row.upstreams)), comment=row.comment,
        created_at=shapes.iso_of_seconds(row.created_at),
    )  # fmt: skip
