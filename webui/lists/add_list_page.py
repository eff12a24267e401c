# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of the home's own choice: the form that takes its address, its file or its text, and those that were added."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.base import db
from store.config import lists
from store.config.choices import ListFormat, ListKind
from store.config.engine import Engine as SqlEngine
from store.config.list_input import check_remote
from store.imports import pasted_lists
from webui.http import permissions
from webui.http.deps import Engine
from webui.http.large_bodies import MAX_LIST_BYTES
from webui.lists.list_deps import Text
from webui.lists.list_notices import NOTICES
from webui.pages.templating import back_to, page
from webui.views import blocklists_view, rules_view

router = APIRouter(prefix="/blocklists", dependencies=[permissions.sees])

MAX_ADDRESSES = 200_000  # characters: a hundred of the longest
NOTHING: Mapping[str, str] = dict.fromkeys(("source", "title", "format", "allow", "text"), "")


@router.get("/add")
def form(request: Request, engine: Engine, notice: str = "") -> Response:
    return add_form(request, engine, NOTHING, "", notice=NOTICES.get(notice, ""))


@router.post("/add")
def add(engine: Engine, source: Text, title: Text = "", format: Text = "", allow: Text = "") -> Response:  # noqa: A002
    """Without a look at it first, as programs of before do."""
    lists.add_blocklist(engine, check_remote(source), title or None, format or None, allow == "on")
    return back_to("/blocklists?notice=added")


@router.post("/add/many")
def add_many(engine: Engine, addresses: Annotated[str, Form(max_length=MAX_ADDRESSES)]) -> Response:
    """All of them, or none: then each line that is wrong is told of."""
    pasted_lists.add_all(engine, addresses)
    return back_to("/blocklists?notice=added-many")


def add_form(
    request: Request, engine: SqlEngine, typed: Mapping[str, str], trouble: str, status: int = 200, notice: str = ""
) -> Response:
    """The form with what was typed, and what is wrong with it beside the field."""
    added = [view for view in lists.blocklists(engine) if view.kind == ListKind.ADDED]
    with closing(db.connect(request.app.state.ui.state / "config.db", read_only=True)) as config:
        names = rules_view.scope_names(config)
    shown = [blocklists_view.plain(view, {}, names) for view in added]
    return page(
        request, "add_list_page.html", status, added=shown, formats=tuple(ListFormat), typed=typed, trouble=trouble,
        most=MAX_LIST_BYTES, most_addresses=MAX_ADDRESSES, notice=notice,
    )  # fmt: skip
