# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of the home's own choice, added by its address."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from store.config import lists
from store.config.choices import ListFormat, ListKind
from store.config.list_input import check_remote
from webui.http.deps import Config, Engine, Reader
from webui.lists.list_deps import Text
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, page
from webui.views import blocklists_view, rules_view

router = APIRouter(prefix="/blocklists")


@router.get("/add")
def form(request: Request, engine: Engine, config: Config, reader: Reader) -> Response:
    hits, names = hits_today(reader), rules_view.scope_names(config)
    added = [view for view in lists.blocklists(engine) if view.kind == ListKind.ADDED]
    shown = [blocklists_view.plain(view, hits, names) for view in added]
    return page(request, "add_list_page.html", added=shown, formats=tuple(ListFormat))


@router.post("/add")
def add(engine: Engine, source: Text, title: Text = "", format: Text = "", allow: Text = "") -> Response:  # noqa: A002
    lists.add_blocklist(engine, check_remote(source), title or None, format or None, allow == "on")
    return back_to("/blocklists?notice=added")
