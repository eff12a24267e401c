# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses, what is let through for a while, and what devices ask for: everything that a person taps for it."""

from __future__ import annotations

import contextlib
import time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import lists
from store.config.scopes import HOUSE, in_order
from store.config.session import NotFound
from store.household import exceptions, pauses
from store.household.exceptions import USUAL_SECONDS
from webui.http import permissions
from webui.http.auth import next_page
from webui.http.deps import Config, CurrentSession, Engine
from webui.http.problems import Problem
from webui.pages.templating import back_to, page
from webui.views import relief_view, rules_view

router = APIRouter(dependencies=[permissions.sees])

Id = Annotated[int, Form(alias="id", ge=1, le=2**31)]
Text = Annotated[str, Form(max_length=300)]
WHO = "admin"
MORE_SECONDS = 600


@router.get("/pause")
def show(request: Request, engine: Engine, config: Config) -> Response:
    names, now = rules_view.scope_names(config), time.time()
    scopes = in_order((names | {str(HOUSE): say("The whole house")}).items())
    return page(
        request,
        "pause_page.html",
        scopes=scopes,
        lists=[row for row in lists.blocklists(engine) if not row.allow and any(each.on for each in row.toggles)],
        lengths=relief_view.LENGTHS,
        exceptions=relief_view.exception_lines(exceptions.exceptions(engine), names, now),
        back="/pause#exceptions",
    )


@router.post("/pause")
def pause(
    engine: Engine,
    caller: CurrentSession,
    scope: Text = str(HOUSE),
    list_: Annotated[str, Form(alias="list", max_length=300)] = "",
    minutes: Text = "",
    other: Text = "",
    back: Text = "/",
) -> Response:
    """`other`: minutes of one's own choice, which go before `minutes`; none of them: until it is resumed."""
    end = until_of(other or minutes)
    pauses.pause(engine, scope, list_ or None, end, caller.name or WHO)
    return back_to(next_page(back))


@router.post("/pause/end")
def end_pause(engine: Engine, id_: Id, back: Text = "/") -> Response:
    """One that is over already is ended too, so this is no error for whoever taps late."""
    with contextlib.suppress(NotFound):
        pauses.end_pause(engine, id_)
    return back_to(next_page(back))


@router.post("/pause/more")
def prolong_pause(engine: Engine, caller: CurrentSession, id_: Id, back: Text = "/") -> Response:
    """Ten minutes more; for one that is over, or has no end, nothing."""
    row = next((row for row in pauses.pauses(engine) if row.id == id_), None)
    if row is not None and row.until is not None:
        pauses.pause(engine, row.scope, row.blocklist, row.until + MORE_SECONDS, caller.name or WHO)
    return back_to(next_page(back))


@router.post("/exceptions/add")
def add(
    engine: Engine, caller: CurrentSession, name: Text, scope: Text, minutes: Text = "", back: Text = "/pause"
) -> Response:  # fmt: skip
    end = until_of(minutes) or int(time.time()) + USUAL_SECONDS
    exceptions.let_through(engine, scope, name, end, caller.name or WHO)
    return back_to(next_page(back))


@router.post("/exceptions/end")
def end_exception(engine: Engine, id_: Id, back: Text = "/pause") -> Response:
    exceptions.end_exception(engine, id_)
    return back_to(next_page(back))


@router.post("/exceptions/keep")
def keep(engine: Engine, id_: Id, back: Text = "/pause") -> Response:
    """An allow rule of the home from now on."""
    exceptions.keep(engine, id_)
    return back_to(next_page(back))


def until_of(minutes: str) -> int | None:
    """Unix seconds; None for nothing. A 422 problem for what is no number of minutes."""
    if not minutes.strip():
        return None
    if not (minutes.strip().isascii() and minutes.strip().isdigit() and len(minutes) < 8 and int(minutes)):
        raise Problem(422, say("Minutes are a whole number, 1 or more."))
    return int(time.time()) + 60 * int(minutes)
