# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of changes, with Undo beside each; and the toast that offers Undo right after a click."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from dhcp import switch
from dhcp.switch import Home
from store.base.sentences import sentence_of
from store.household import changes as history
from store.household.undo import InTheWay
from webui.http.auth import next_page
from webui.http.deps import Engine, WebUi
from webui.pages.templating import back_to, fragment, page
from webui.views import changes_view

router = APIRouter(prefix="/changes")

Id = Annotated[int, Form(alias="id", ge=1, le=2**53)]
Where = Annotated[str, Form(max_length=500)]


@router.get("")
def changes(request: Request, engine: Engine, before: Annotated[int | None, Query(ge=1, le=2**53)] = None) -> Response:
    return _page(request, engine, before)


@router.get("/{number}/toast")
def toast(
    request: Request, engine: Engine, number: int, back: Annotated[str, Query(max_length=500)] = "/changes"
) -> Response:
    """What was changed, and Undo: asked for by the pages' script once a click has changed something."""
    view = history.change(engine, number) if 0 < number < 2**53 else None
    if view is None:
        return fragment(request, "_nothing.html")
    return fragment(request, "_toast.html", change=changes_view.line(view), back=next_page(back))


@router.post("/undo")
def undo(
    request: Request, ui: WebUi, engine: Engine, id_: Id, later: Annotated[str, Form(max_length=5)] = "",
    back: Where = "/changes",
) -> Response:  # fmt: skip
    """Takes a change back. Where a later one stands in the way, the page says so and offers both together."""
    try:
        switch.undo(engine, Home(ui.state, ui.run, ui.environ), id_, later=later == "yes")
    except InTheWay as refused:
        return _page(request, engine, None, 409, refused=sentence_of(refused), wanted=id_, in_the_way=refused.change)
    ui.forget_settings()
    return back_to(next_page(back))


def _page(
    request: Request, engine: Engine, before: int | None, status: int = 200, refused: str = "", wanted: int = 0,
    in_the_way: int = 0,
) -> Response:  # fmt: skip
    views = history.changes(engine, before)
    return page(
        request,
        "changes_page.html",
        status,
        lines=[changes_view.line(view) for view in views],
        older=views[-1].id if len(views) == history.PAGE else None,
        days=history.KEPT_DAYS,
        refused=refused,
        wanted=wanted,
        in_the_way=in_the_way,
    )
