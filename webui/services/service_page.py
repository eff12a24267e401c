# SPDX-License-Identifier: GPL-3.0-or-later
"""One service: who uses it and when, for whom it is blocked and at what times, its names."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from blocklists.packs import services as shipped
from store.base.sentences import say, say_count
from store.config import devices, scopes
from store.config.scopes import HOUSE
from store.household import schedules, service_edit
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.pages.templating import fragment, page
from webui.services import service_uses, week_use
from webui.services.service_uses import ServiceUse
from webui.services.services_page import scope_names
from webui.views import services_view

router = APIRouter(prefix="/services", dependencies=[permissions.sees])


@router.get("/{service_id}")
def service(
    request: Request, ui: WebUi, engine: Engine, config: Config, service_id: Annotated[str, Path(max_length=100)],
    scope: Annotated[str, Query(max_length=40)] = str(HOUSE), part: Annotated[Literal["", "use"], Query()] = "",
) -> Response:  # fmt: skip
    """`scope`: whom the form offers first; `part=use`: who uses it, loaded after the page."""
    view = service_edit.service(engine, service_id)
    if part == "use":
        now, bare = time.time(), view.id.removeprefix(service_edit.PREFIX)
        read = service_uses.of_one(ui.state, bare, devices.names(config), None, now)
        use, hours = read or (None, {})
        return fragment(
            request, "_service_use.html", use=use, said="" if use is None else _said(use),
            week=week_use.week_use(hours, now),
        )  # fmt: skip
    names, times = scope_names(config, scope), schedules.schedules(engine)
    lines = services_view.said_for(view, names, {each.id: each.name for each in times})
    known = shipped.of_list(view.id)
    return page(
        request,
        "service_page.html",
        service=services_view.service(view, scope, {}, names),
        category=shipped.CATEGORIES.get(known.category, "") if known else "",
        sentence=services_view.sentence(lines),
        lines=lines,
        scope=scope,
        whom=names[scope],
        scopes=scopes.in_order(names.items()),
        schedules=times,
        gone=services_view.GONE,
    )


def _said(use: ServiceUse) -> str:
    """Who used it, in a sentence."""
    if not use.by:
        return say("Nobody asked for a name of it in the last seven days.")
    asked = {"lookups": say_count(use.lookups, "{count:,} look-up", "{count:,} look-ups"),
             "devices": service_uses.whom(use.by)}  # fmt: skip
    if use.blocked and not use.answered:
        return say("{lookups} in the last seven days by {devices}; all of it was stopped.", **asked)
    if use.blocked:
        return say_count(
            use.blocked, "{lookups} in the last seven days by {devices}; {count:,} query was stopped.",
            "{lookups} in the last seven days by {devices}; {count:,} queries were stopped.", **asked,
        )  # fmt: skip
    return say("{lookups} in the last seven days by {devices}; nothing of it was stopped.", **asked)
