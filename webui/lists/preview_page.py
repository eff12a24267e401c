# SPDX-License-Identifier: GPL-3.0-or-later
"""A list looked at before it is in force: by address, as a file or pasted; then added on, added off, or let be."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from evidence.whatif.preview_values import ListPreview
from evidence.whatif.whatif_change import SourceChange
from evidence.whatif.whatif_jobs import Busy, WhatIfJob
from store.base import argv
from store.base.sentences import recall, say, sentence_of
from store.config import edit, lists
from store.config.list_input import check_format, check_remote, check_title
from store.config.scopes import HOUSE
from store.config.session import EditError
from store.names.list_anchor import page_of
from webui.evidence import whatif_asking, whatif_view
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.lists import waiting_lists
from webui.lists.add_list_page import add_form
from webui.lists.waiting_lists import SHAPE, WaitingList
from webui.pages.templating import back_to, fragment, page

router = APIRouter(prefix="/blocklists/preview", dependencies=[permissions.sees])

COMMAND = tuple(argv.fresh_interpreter("evidence.whatif.list_preview_process"))
COPY_BYTES = 1 << 20
MAX_NAME = 120
Token = Annotated[str, Path(pattern=SHAPE)]


@router.post("")
async def begin(request: Request, ui: WebUi, engine: Engine) -> Response:
    """Take what was given in, and begin to look at it; what is wrong with it stands beside its field."""
    form = await request.form()
    typed = {key: str(form.get(key) or "").strip() for key in ("source", "title", "format", "allow", "text")}
    file = form.get("file")
    upload = file if isinstance(file, UploadFile) and file.filename else None
    try:
        return await run_in_threadpool(_begin, ui, engine, typed, upload)
    finally:
        await request.close()


@router.get("/{token}")
def look(request: Request, ui: WebUi, engine: Engine, token: Token) -> Response:
    """How far it is, what it holds, or the form again with what was wrong."""
    waiting, job = _job(ui, token)
    values = _seen(waiting, job)
    if values["fault"]:
        typed = {"source": waiting.source, "title": waiting.title, "format": waiting.format,
                 "allow": "on" if waiting.allow else "", "text": ""}  # fmt: skip
        return add_form(request, engine, typed, values["fault"], 422)
    return page(request, "preview_page.html", **values)


@router.get("/{token}/part")
def part(request: Request, ui: WebUi, token: Token) -> Response:
    """The same for a script that asks again and again."""
    waiting, job = _job(ui, token)
    return fragment(request, "_list_preview.html", **_seen(waiting, job))


@router.post("/{token}/whatif")
def whatif(request: Request, ui: WebUi, token: Token) -> Response:
    """What it would have changed in the last week."""
    waiting, _ = _job(ui, token)
    path = str(waiting_lists.path_of(ui.state, token))
    change = SourceChange(path, allow=waiting.allow, format=waiting.format or None)
    job = whatif_asking.begin(ui, [change], *whatif_view.span(whatif_view.DEFAULT_RANGE, time.time()))
    return fragment(request, "_whatif.html", job=job, view=None, nothing="", range=whatif_view.DEFAULT_RANGE)


@router.post("/{token}/add")
def add(ui: WebUi, engine: Engine, token: Token, state: Annotated[Literal["on", "off"], Form()]) -> Response:
    """Install it, on for the house or off."""
    waiting, _ = _job(ui, token)
    source = waiting.source or str(waiting_lists.take(ui.state, waiting))
    title = waiting.title or waiting.name or (None if waiting.source else str(waiting.shown()))
    number = lists.add_blocklist(engine, source, title, waiting.format or None, waiting.allow)
    if state == "off":
        edit.set_toggle(engine, number, str(HOUSE), False)
    waiting_lists.drop(ui.state, token)
    return back_to(f"{page_of(number)}?notice={'added' if state == 'on' else 'added-off'}")


@router.post("/{token}/cancel")
def cancel(ui: WebUi, token: Token) -> Response:
    waiting = waiting_lists.find(ui.state, token)
    if waiting is not None:
        ui.questions.end(waiting.job)
        waiting_lists.drop(ui.state, token)
    return back_to("/blocklists/add?notice=let-be")


def _begin(ui: Any, engine: Any, typed: dict[str, str], upload: UploadFile | None) -> Response:
    given = sum((bool(typed["source"]), upload is not None, bool(typed["text"])))
    if given != 1:
        raise EditError(say("Give one of the three: an address, a file, or the text itself."), "source")
    installed = lists.blocklists(engine)
    source = check_remote(typed["source"]) if typed["source"] else ""
    for view in installed:
        if source and view.source == source:
            raise EditError(say("This list is here already, as {title}.", title=view.title), "source")
    title = check_title(typed["title"]) if typed["title"] else ""
    name = (upload.filename or "")[:MAX_NAME] if upload else ""
    waiting = WaitingList(waiting_lists.new_token(), source, "".join(filter(str.isprintable, name)), title,
                          str(check_format(typed["format"] or None) or ""), typed["allow"] == "on")  # fmt: skip
    path = waiting_lists.begin(ui.state, waiting, {view.source for view in installed})
    if upload is not None:
        with path.open("wb") as out:
            while chunk := upload.file.read(COPY_BYTES):
                out.write(chunk)
    elif typed["text"]:
        path.write_text(typed["text"] + "\n", encoding="utf-8")
    try:
        _start(ui, waiting)
    except Busy as error:
        waiting_lists.drop(ui.state, waiting.token)
        raise EditError(sentence_of(error)) from None
    return back_to(f"/blocklists/preview/{waiting.token}")


def _start(ui: Any, waiting: WaitingList) -> WhatIfJob[ListPreview]:
    asked = {"state": str(ui.state), "path": str(waiting_lists.path_of(ui.state, waiting.token)),
             "source": waiting.source, "format": waiting.format, "allow": waiting.allow}  # fmt: skip
    job: WhatIfJob[ListPreview] = ui.questions.start_other(COMMAND, ListPreview, ui.environ, asked)
    waiting_lists.keep(ui.state, replace(waiting, job=job.id))
    return job


def _job(ui: Any, token: str) -> tuple[WaitingList, WhatIfJob[ListPreview]]:
    waiting = waiting_lists.find(ui.state, token)
    if waiting is None:
        raise Problem(404, say("This list was looked at too long ago, or is added already: give it again."))
    try:
        return waiting, ui.questions.find(waiting.job) or _start(ui, waiting)
    except Busy as error:
        raise Problem(503, sentence_of(error), {"Retry-After": "5"}) from None


def _seen(waiting: WaitingList, job: WhatIfJob[ListPreview]) -> dict[str, Any]:
    fault, seen = "", None
    try:
        seen = whatif_asking.effect_of(job, 0.0)
    except Problem as problem:
        fault = problem.detail
    odd = [(each.number, each.text, recall(each.why)) for each in seen.odd] if seen else []
    skipped = [(count, recall(why)) for why, count in seen.skipped.items()] if seen else []
    kinds = [(count, recall(kind)) for kind, count in seen.kinds.items()] if seen else []
    return {"waiting": waiting, "job": job, "seen": seen, "fault": fault, "odd": odd, "skipped": skipped,
            "kinds": kinds, "page_of": page_of}  # fmt: skip
