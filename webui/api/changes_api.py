# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of changes, and taking one back. The response of a call that changed something names it by a header."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query, Request
from pydantic import BaseModel, Field

from dhcp import switch
from dhcp.switch import Home
from store.base.languages import tell
from store.base.sentences import say, sentence_of
from store.config.session import EditError
from store.history.table_shapes import Value
from store.household import changes as history
from store.household.changes import ChangeView
from store.household.undo import MAX_TOGETHER, InTheWay, try_undo_several
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.language import language
from webui.http.problems import Problem

router = APIRouter(prefix="/changes", tags=["changes"], dependencies=[permissions.sees])

ChangeId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]


class ChangedRow(BaseModel):
    table: str
    before: dict[str, Value] | None = Field(description="null: there was none")
    after: dict[str, Value] | None = Field(description="null: there is none any more")


class Change(BaseModel):
    id: int
    time: str
    who: str
    origin: str = Field(description="browser, token, device, command, start or unknown")
    what: str
    undoable: bool = Field(description="it may be tried; a later change of the same may stand in the way")
    undone_by: int | None = Field(description="the change that took it back")
    undoes: int | None = Field(description="the change that it took back")
    final: str = Field(description="why it cannot be undone; empty: it can")
    altered: int = Field(description="how many rows it altered")
    rows: list[ChangedRow] = Field(description=f"of them {history.MAX_SHOWN_ROWS} at most")


class ChangeList(BaseModel):
    items: list[Change]
    next: str | None = Field(description="the cursor of the page after this one")


class Several(shapes.Body):
    changes: Annotated[
        list[Annotated[int, Field(ge=1, le=shapes.MAX_ID)]], Field(min_length=1, max_length=MAX_TOGETHER)
    ]


class UndoPreview(BaseModel):
    possible: bool
    why: str = Field(description="why it cannot be; empty: it can")
    change: int | None = Field(description="a later change that stands in the way")
    rows: int = Field(description="how many rows become as they were")
    changes: list[str] = Field(description="what is taken back, the newest first")


class Undo(shapes.Body):
    later: bool = Field(default=False, description="take back the later changes that stand in the way, too")


@router.get("", summary="Who changed what, the newest first")
def changes(
    engine: Engine,
    request: Request,
    cursor: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=history.MAX_PAGE)] = history.PAGE,
) -> ChangeList:
    views = history.changes(engine, cursor, limit)
    more = str(views[-1].id) if len(views) == limit else None
    return ChangeList(items=[_shape(view, language(request)) for view in views], next=more)


@router.get("/{change_id}", summary="One change")
def change(change_id: ChangeId, engine: Engine, request: Request) -> Change:
    view = history.change(engine, change_id)
    if view is None:
        raise Problem(404, say("There is no change {number}.", number=change_id))
    return _shape(view, language(request))


@router.post("/{change_id}/undo", status_code=201, summary="Take a change back; the answer is the change that does it")
def undo(
    change_id: ChangeId, engine: Engine, ui: WebUi, request: Request, body: Annotated[Undo | None, Body()] = None
) -> Change:
    """409 when a later change touched the same: `change` is its id; undo that first, or both with `later`."""
    try:
        switch.undo(engine, Home(ui.state, ui.run, ui.environ), change_id, later=bool(body and body.later))
    except InTheWay as refused:
        raise Problem(409, refused.args[0], change=refused.change) from None
    ui.forget_settings()
    return change(request.state.acting.changes[-1], engine, request)


@router.post("/undo", status_code=201, summary="Take several back as one; the answer is the change that does it")
def undo_several(body: Several, engine: Engine, ui: WebUi, request: Request) -> Change:
    """All or none of them. 409 when a later change that is not among them touched the same: `change` is its id."""
    try:
        switch.undo_several(engine, Home(ui.state, ui.run, ui.environ), body.changes)
    except InTheWay as refused:
        raise Problem(409, refused.args[0], change=refused.change) from None
    ui.forget_settings()
    return change(request.state.acting.changes[-1], engine, request)


@router.post("/undo/preview", summary="What taking these back as one would do; nothing is changed")
def preview(body: Several, engine: Engine, request: Request) -> UndoPreview:
    tag = language(request)
    try:
        try_undo_several(engine, body.changes)
    except EditError as refused:
        in_the_way = refused.change if isinstance(refused, InTheWay) else None
        why = tell(sentence_of(refused), tag)
        return UndoPreview(possible=False, why=why, change=in_the_way, rows=0, changes=[])
    views = [view for number in sorted(set(body.changes), reverse=True) if (view := history.change(engine, number))]
    return UndoPreview(possible=True, why="", change=None, rows=sum(view.altered for view in views),
                       changes=[tell(view.what, tag) for view in views])  # fmt: skip


def _shape(view: ChangeView, tag: str) -> Change:
    return Change(
        id=view.id, time=shapes.iso_of_seconds(view.at), who=tell(view.who, tag), origin=view.origin,
        what=tell(view.what, tag), undoable=view.undoable, undone_by=view.undone_by, undoes=view.undoes,
        final=tell(view.final, tag), altered=view.altered,
        rows=[ChangedRow.model_validate(row, from_attributes=True) for row in view.rows],
    )  # fmt: skip
