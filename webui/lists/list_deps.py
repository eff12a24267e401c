# SPDX-License-Identifier: GPL-3.0-or-later
"""What forms about lists send, and where a form leads back to."""

from __future__ import annotations

import sqlite3
from typing import Annotated

from fastapi import Form, Path, Query, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config.scopes import HOUSE
from store.names.list_anchor import anchor, page_of
from webui.frame.asked_again import page_before
from webui.http.problems import Problem
from webui.pages.templating import back_to
from webui.views import rules_view

Id = Annotated[str, Form(alias="id", max_length=300)]
ListId = Annotated[str, Path(max_length=300)]
Text = Annotated[str, Form(max_length=2000)]
Scope = Annotated[str, Query(max_length=40)]
FormScope = Annotated[str, Form(max_length=40)]
Wanted = Annotated[str, Query(alias="q", max_length=253)]
_OURS = "/blocklists"


def scope_names(config: sqlite3.Connection, scope: str) -> dict[str, str]:
    """Scopes with what people call them; a 404 problem where there is no such scope."""
    names = rules_view.scope_names(config)
    if scope not in names:
        raise Problem(404, say("There is no '{scope}' here any more; choose whom it is for.", scope=scope))
    return names


def back(request: Request, blocklist_id: str) -> Response:
    """To the page about lists that the form stood on, at the list; else to the list's own page."""
    before = page_before(request)
    here = before.partition("?")[0]
    if here != _OURS and not here.startswith(f"{_OURS}/"):
        return back_to(page_of(blocklist_id))
    return back_to(f"{before}#{anchor(blocklist_id)}")


def whom(scope: str, names: dict[str, str]) -> str:
    """A scope as sentences end with it."""
    return say("the whole house") if scope == str(HOUSE) else names.get(scope, scope)
