# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is and what for; and what people of this home say of names against the tables."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from blocklists.whose import correcting
from store.local import correction_edit, corrections
from store.local.corrections import MAX_NOTE, MAX_WORDS, CorrectionScope, NameCorrection
from store.names.purpose import Purpose
from webui.api import shapes
from webui.evidence.whose_view import HomeKnown, WhoseName, looked_up
from webui.http import permissions
from webui.http.deps import Engine

router = APIRouter(tags=["evidence"], dependencies=[permissions.sees])

MAX_NAMES = 200  # looked up by one call
MAX_NAME = 300

KindWord = Literal["tracking", "use", "unknown"]


class WhoseList(BaseModel):
    items: list[WhoseName]
    next: None = None


class CorrectionBody(shapes.Body):
    """What is left out, or null, is as the tables have it; at least one of company, product, purpose, kind is said."""

    scope: CorrectionScope = CorrectionScope.SUFFIX
    company: str | None = Field(default=None, max_length=MAX_WORDS)
    product: str | None = Field(default=None, max_length=MAX_WORDS)
    purpose: Purpose | None = None
    kind: KindWord | None = None
    note: str = Field(default="", max_length=MAX_NOTE)


class CorrectionItem(BaseModel):
    name: str
    scope: CorrectionScope
    company: str | None
    product: str | None
    purpose: Purpose | None
    kind: str | None
    note: str


class CorrectionList(BaseModel):
    items: list[CorrectionItem]
    next: None = None


CorrectedName = Annotated[str, Path(max_length=MAX_NAME)]


@router.get("/names", summary="Whose names are, and what for")
def names(known: HomeKnown, name: Annotated[list[str], Query(min_length=1, max_length=MAX_NAMES)]) -> WhoseList:
    return WhoseList(items=[looked_up(known, each[:MAX_NAME]) for each in name])


@router.get("/corrections", summary="What people of this home say of names")
def all_corrections(engine: Engine) -> CorrectionList:
    return CorrectionList(items=[_item(each) for each in correction_edit.all_corrections(engine)])


@router.get("/corrections/{name}", summary="What is said of one name")
def correction(name: CorrectedName, engine: Engine) -> CorrectionItem:
    return _item(correction_edit.find_correction(engine, name))


@router.put("/corrections/{name}", summary="Say whose a name is and what for")
def correct(name: CorrectedName, body: CorrectionBody, engine: Engine) -> CorrectionItem:
    made = correcting.correct(
        engine, name, body.scope, body.company, body.product, body.purpose, body.kind, body.note
    )  # fmt: skip
    return _item(made)


@router.delete("/corrections/{name}", status_code=204, summary="The name is again as the tables have it")
def remove(name: CorrectedName, engine: Engine) -> None:
    correction_edit.remove_correction(engine, name)


def _item(correction: NameCorrection) -> CorrectionItem:
    return CorrectionItem.model_validate(corrections.as_words(correction))
