# SPDX-License-Identifier: GPL-3.0-or-later
"""Services: what may be turned off for the house, a group or a device, by category; and safe search."""

from __future__ import annotations

import sqlite3
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from blocklists.packs.services import CATEGORIES
from store.base.sentences import say
from store.config import devices, lists, scopes
from store.config.choices import ScopeKind, YoutubeLevel
from store.config.engine import Engine as SqlEngine
from store.config.scopes import HOUSE
from store.household import groups, safe_search_edit, schedules, service_edit
from store.names.list_anchor import anchor
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.services import service_uses
from webui.views import rules_view, services_view

router = APIRouter(prefix="/services", dependencies=[permissions.sees])

Scope = Annotated[str, Query(max_length=40)]
Text = Annotated[str, Form(max_length=200)]


@router.get("")
def services(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, scope: Scope = str(HOUSE),
    q: Annotated[str, Query(max_length=200)] = "", kind: Annotated[str, Query(max_length=20)] = "",
    show: Annotated[Literal["", "blocked", "used"], Query()] = "",
) -> Response:  # fmt: skip
    """`show`: only those that are blocked for whom is chosen, or that were used there of late."""
    names = scope_names(config, scope)
    hits = hits_today(reader)
    shown = [(view.purpose, services_view.service(view, scope, hits, names)) for view in lists.services(engine)]
    used = service_uses.of_all(ui.state, devices.names(config), _among(engine, scope))
    wanted = {view.id for view in services_view.matching([view for _, view in shown], q)
              if (show != "blocked" or view.blocked) and (show != "used" or view.id in (used or {}))}  # fmt: skip
    return page(
        request,
        "services_page.html",
        categories=services_view.by_category(
            (category, view) for category, view in shown if view.id in wanted and kind in ("", category)
        ),
        engines=services_view.engines(safe_search_edit.safe_search(engine), scope),
        scope=scope,
        whom=names[scope],
        scopes=scopes.in_order(names.items()),
        schedules=schedules.schedules(engine),
        gone=services_view.GONE,
        q=q,
        kind=kind,
        kinds=CATEGORIES,
        show=show,
        partly=bool(q or show),
        blocked=sum(view.state == services_view.ON for _, view in shown),
        uses=used,
        used_by=service_uses.whom,
    )


@router.post("/toggle")
def toggle(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader,
    id_: Annotated[str, Form(alias="id", max_length=100)], state: Text, scope: Text = str(HOUSE), schedule: Text = "",
    back: Annotated[Literal["", "page"], Form()] = "",
) -> Response:  # fmt: skip
    """A service blocked (`on`), let be (`off`) or as the wider scope has it (`inherit`); `back`: to its page."""
    view = service_edit.set_service(engine, id_, _on(state), scope, _schedule(schedule))
    if not wants_fragment(request) and not back:
        return back_to(f"/services?scope={scope}#{anchor(view.id)}")
    if back:
        return back_to(f"/services/{view.id.removeprefix(service_edit.PREFIX)}?scope={scope}")
    names, hits = rules_view.scope_names(config), hits_today(reader)
    uses = service_uses.of_all(ui.state, devices.names(config), _among(engine, scope))
    every = [(each.purpose, services_view.service(each, scope, hits, names)) for each in lists.services(engine)]
    shown = services_view.service(view, scope, hits, names)
    categories = services_view.by_category(every)
    return fragment(
        request, "_service_done.html", service=shown, scope=scope, whom=names.get(scope, scope), uses=uses,
        used_by=service_uses.whom, schedules=schedules.schedules(engine), gone=services_view.GONE, partly=False,
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


def scope_names(config: sqlite3.Connection, scope: str) -> dict[str, str]:
    """Scopes with what people call them; a 404 problem where there is no such scope."""
    names = rules_view.scope_names(config)
    if scope not in names:
        raise Problem(404, say("There is no '{scope}' here any more; choose whom it is for.", scope=scope))
    return names


def _among(engine: SqlEngine, scope: str) -> set[int] | None:
    """The devices of a scope; None: all of them."""
    wanted = scopes.Scope.parse(scope)
    if wanted.kind == ScopeKind.HOUSE:
        return None
    if wanted.kind == ScopeKind.DEVICE:
        return {wanted.number}
    return {number for group in groups.groups(engine) if group.id == wanted.number for number in group.devices}


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
