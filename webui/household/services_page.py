# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: what may be turned off for the house, a group or a device, by category; and safe search."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import lists, scopes
from store.config.choices import YoutubeLevel
from store.config.scopes import HOUSE
from store.household import safe_search_edit, schedules, service_edit
from store.names.list_anchor import anchor
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader
from webui.http.problems import Problem
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import rules_view, services_view

router = APIRouter(prefix="/services", dependencies=[permissions.sees])

Scope = Annotated[str, Query(max_length=40)]
Text = Annotated[str, Form(max_length=200)]


@router.get("")
def services(
    request: Request, engine: Engine, config: Config, reader: Reader, scope: Scope = str(HOUSE),
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    names = _names(config, scope)
    views, hits = lists.services(engine), hits_today(reader)
    shown = [(view.purpose, services_view.service(view, scope, hits, names)) for view in views]
    wanted = services_view.matching([view for _, view in shown], q)
    return page(
        request,
        "services_page.html",
        categories=services_view.by_category((category, view) for category, view in shown if view in wanted),
        engines=services_view.engines(safe_search_edit.safe_search(engine), scope),
        scope=scope,
        whom=names[scope],
        scopes=scopes.in_order(names.items()),
        schedules=schedules.schedules(engine),
        gone=services_view.GONE,
        q=q,
        blocked=sum(view.state == services_view.ON for _, view in shown),
    )


@router.post("/toggle")
def toggle(
    request: Request, engine: Engine, config: Config, reader: Reader,
    id_: Annotated[str, Form(alias="id", max_length=100)], state: Text, scope: Text = str(HOUSE), schedule: Text = "",
) -> Response:  # fmt: skip
    """A service blocked (`on`), let be (`off`) or as the wider scope has it (`inherit`)."""
    view = service_edit.set_service(engine, id_, _on(state), scope, _schedule(schedule))
    if not wants_fragment(request):
        return back_to(f"/services?scope={scope}#{anchor(view.id)}")
    names, hits = rules_view.scope_names(config), hits_today(reader)
    every = [(each.purpose, services_view.service(each, scope, hits, names)) for each in lists.services(engine)]
    shown = services_view.service(view, scope, hits, names)
    categories = services_view.by_category(every)
    return fragment(
        request, "_service_done.html", service=shown, scope=scope, schedules=schedules.schedules(engine),
        gone=services_view.GONE, whom=names.get(scope, scope), q="",
        blocked=sum(each.state == services_view.ON for _, each in every),
        category=next(each for each in categories if any(service.id == shown.id for service in each.services)),
    )  # fmt: skip


@router.post("/safe-search")
def safe_search(
    request: Request, engine: Engine, engine_word: Annotated[str, Form(alias="engine", max_length=40)], state: Text,
    scope: Text = str(HOUSE), schedule: Text = "",
) -> Response:  # fmt: skip
    """Safe search of one engine, or of all; a state of YouTube's may be its level."""
    level = state if state in tuple(YoutubeLevel) else ""
    on = True if level else _on(state)
    safe_search_edit.set_safe_search(
        engine, [engine_word], on, scope=scope, youtube=level, schedule=_schedule(schedule)
    )
    if not wants_fragment(request) or engine_word == safe_search_edit.ALL:
        return back_to(f"/services?scope={scope}#safe-search")
    views = services_view.engines(safe_search_edit.safe_search(engine), scope)
    shown = next(view for view in views if view.engine == engine_word)
    return fragment(request, "_search_engine.html", each=shown, scope=scope, schedules=schedules.schedules(engine))


def _names(config: sqlite3.Connection, scope: str) -> dict[str, str]:
    """Scopes with what people call them; a 404 problem where there is no such scope."""
    names = rules_view.scope_names(config)
    if scope not in names:
        raise Problem(404, say("There is no '{scope}' here any more; choose whom it is for.", scope=scope))
    return names


def _on(state: str) -> bool | None:
    known = {services_view.ON: True, services_view.OFF: False, services_view.INHERIT: None}
    if state not in known:
        raise Problem(422, say("'{state}' is none of on, off and inherit.", state=state))
    return known[state]


def _schedule(text: str) -> int | None:
    """The id that a form names; nothing: at all times."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 11):
        raise Problem(422, say("That is no schedule; choose one of those in the list."))
    return int(text)
