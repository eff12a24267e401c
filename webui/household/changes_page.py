# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of changes, with Undo beside each; and the toast that offers Undo right after a click."""

from __future__ import annotations

import contextlib
import csv
import io
import sqlite3
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response
from pydantic import Field

from dhcp import switch
from dhcp.switch import Home
from store.base.languages import tell
from store.base.sentences import say, sentence_of
from store.config import devices
from store.config.engine import Engine as SqlEngine
from store.config.session import EditError
from store.history import change_filter, notes
from store.history.change_filter import ALL, Wanted
from store.household import changes as history
from store.household.undo import MAX_TOGETHER, InTheWay, try_undo, try_undo_several
from store.names.visible_text import as_cell
from webui.http import permissions
from webui.http.auth import next_page
from webui.http.deps import Config, Engine, WebUi
from webui.http.language import language
from webui.pages.templating import back_to, fragment, page
from webui.views import changes_view
from webui.views.formatting import iso, visible

router = APIRouter(prefix="/changes", dependencies=[permissions.sees])

Id = Annotated[int, Form(alias="id", ge=1, le=2**53)]
Before = Annotated[int | None, Query(ge=1, le=2**53)]
Several = Annotated[Sequence[Annotated[int, Field(ge=1, le=2**53)]], Form(max_length=MAX_TOGETHER)]
Where = Annotated[str, Form(max_length=500)]


def _wanted(
    who: Annotated[str, Query(max_length=2000)] = "", kind: Annotated[str, Query(max_length=20)] = "",
    device: Annotated[str, Query(max_length=10, pattern=r"^\d*$")] = "",
    q: Annotated[str, Query(max_length=200)] = "", way: Annotated[str, Query(max_length=20)] = "",
    from_: Annotated[str, Query(alias="from", max_length=10)] = "", to: Annotated[str, Query(max_length=10)] = "",
) -> Wanted:  # fmt: skip
    """`from` and `to`: days of this machine's zone, as 2026-11-29, both within; what is none is no bound."""
    return Wanted(who, kind, int(device or 0), q, way, _midnight(from_), _midnight(to, 1))


def _midnight(day: str, later: int = 0) -> int:
    """Unix seconds at which a day begins, so many days later; 0 for what is no day."""
    with contextlib.suppress(ValueError, OverflowError, OSError):
        return int(datetime.combine(date.fromisoformat(day) + timedelta(days=later), datetime.min.time()).timestamp())
    return 0


WantedChanges = Annotated[Wanted, Depends(_wanted)]


@router.get("")
def changes(request: Request, engine: Engine, config: Config, wanted: WantedChanges, before: Before = None) -> Response:
    return _page(request, engine, config, before, wanted)


@router.get("/export.csv")
def export(engine: Engine, request: Request, wanted: WantedChanges) -> Response:
    """Those that are wanted, as a table for a spreadsheet."""
    out, tag = io.StringIO(), language(request)
    writer = csv.writer(out)
    writer.writerow(["change", "time", "who", "what", "origin", "undone by", "undoes"])
    for view in history.changes(engine, None, notes.MAX_CHANGES, wanted):
        cells = (tell(view.who, tag), tell(view.what, tag), view.origin)
        writer.writerow([view.id, iso(view.at), *map(as_cell, cells), view.undone_by or "", view.undoes or ""])
    named = {"content-disposition": 'attachment; filename="telltale-changes.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


@router.post("/several/preview")
def preview_several(request: Request, engine: Engine, change: Several = ()) -> Response:
    """What taking the ticked ones back as one would do, or why it cannot be; nothing is changed."""
    refused, views = "", list[history.ChangeView]()
    try:
        try_undo_several(engine, change)
        views = [view for number in sorted(set(change), reverse=True) if (view := history.change(engine, number))]
    except EditError as error:
        refused = sentence_of(error)
    return fragment(request, "_several_preview.html", refused=refused, taken=[view.what for view in views],
                    rows=sum(view.altered for view in views))  # fmt: skip


@router.post("/several")
def undo_several(ui: WebUi, engine: Engine, change: Several = (), back: Where = "/changes") -> Response:
    """Takes the ticked ones back as one change, which can be taken back as one itself."""
    switch.undo_several(engine, Home(ui.state, ui.run, ui.environ), change)
    ui.forget_settings()
    return back_to(next_page(back))


@router.get("/{number}/preview")
def preview(request: Request, engine: Engine, number: int) -> Response:
    """What taking it back would do, or why it cannot be; nothing is changed."""
    view = history.change(engine, number) if 0 < number < 2**53 else None
    if view is None:
        return fragment(request, "_nothing.html")
    refused, in_the_way = "", 0
    try:
        try_undo(engine, number)
    except InTheWay as error:
        refused, in_the_way = sentence_of(error), error.change
    except EditError as error:
        refused = sentence_of(error)
    return fragment(request, "_undo_preview.html", line=changes_view.line(view), refused=refused,
                    in_the_way=in_the_way)  # fmt: skip


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
    request: Request, ui: WebUi, engine: Engine, config: Config, id_: Id,
    later: Annotated[str, Form(max_length=5)] = "", back: Where = "/changes",
) -> Response:  # fmt: skip
    """Takes a change back. Where a later one stands in the way, the page says so and offers both together."""
    try:
        switch.undo(engine, Home(ui.state, ui.run, ui.environ), id_, later=later == "yes")
    except InTheWay as refused:
        why = sentence_of(refused)
        return _page(request, engine, config, None, ALL, 409, refused=why, undoing=id_, in_the_way=refused.change)
    ui.forget_settings()
    return back_to(next_page(back))


def _page(
    request: Request, engine: SqlEngine, config: sqlite3.Connection, before: int | None, wanted: Wanted,
    status: int = 200, refused: str = "", undoing: int = 0, in_the_way: int = 0,
) -> Response:  # fmt: skip
    views = history.changes(engine, before, history.PAGE, wanted)
    named = {"who": wanted.who, "kind": wanted.kind, "device": wanted.device or "", "q": wanted.q, "way": wanted.way,
             "from": _day(wanted.from_s), "to": _day(wanted.to_s - 1)}  # fmt: skip
    return page(
        request,
        "changes_page.html",
        status,
        days=changes_view.by_day([changes_view.line(view) for view in views], time.time()),
        said=_said(views, wanted),
        older=views[-1].id if len(views) == history.PAGE else None,
        kept=history.KEPT_DAYS,
        wanted=wanted,
        days_asked=(named["from"], named["to"]),
        ways=[(key, title) for key, (title, _) in change_filter.WAYS.items()],
        query=urlencode({key: value for key, value in named.items() if value}),
        people=change_filter.people(config),
        kinds=[(key, title) for key, (title, _) in change_filter.KINDS.items()],
        devices=sorted(devices.names(config).items(), key=lambda pair: pair[1].casefold()),
        refused=refused,
        undoing=undoing,
        in_the_way=in_the_way,
    )


def _day(seconds: int) -> str:
    return date.fromtimestamp(seconds).isoformat() if seconds > 0 else ""


def _said(views: list[history.ChangeView], wanted: Wanted) -> str:
    """The page's first sentence."""
    if not views:
        return say("Nothing was changed yet.") if wanted == ALL else say("No change fits what is asked for.")
    newest = views[0]
    if wanted != ALL:
        return say("The newest of them: {what}", what=visible(newest.what))
    return say("The last change: {what}", what=visible(newest.what))
