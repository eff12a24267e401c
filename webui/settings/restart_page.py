# SPDX-License-Identifier: GPL-3.0-or-later
"""The button that starts the resolver, or everything, anew, and the line that says when it is done."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from store.base.sentences import say
from webui.http import by_itself, permissions
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.settings import restarting

router = APIRouter(prefix="/settings/restart", dependencies=[permissions.sees])


@router.get("", dependencies=[by_itself.asked])
def state(request: Request, ui: WebUi, before: str = "") -> Response:
    """How far it is: a part for the page that waits, else the page of health."""
    if not wants_fragment(request):
        return back_to("/settings/health")
    return fragment(request, "_restart.html", restart=restarting.of(request, ui))


@router.post("/{what}")
def ask(ui: WebUi, what: Literal["workers", "all"]) -> Response:
    if what == "all" and not restarting.can_restart(ui):
        raise Problem(409, say("Nothing here would start it again: please end and start it where you started it."))
    try:
        stamp = restarting.ask(ui, what == "all")
    except OSError:
        raise Problem(503, restarting.told()) from None
    return back_to(f"/settings/health?restarted={stamp}#restart")
