# SPDX-License-Identifier: GPL-3.0-or-later
"""Blocklists at a glance: what is in force and what it did today, what is not well, who differs, and the doors."""

from __future__ import annotations

import time
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.config import edit, lists
from store.config.choices import ListKind, RuleKind
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.lists import let_through_names, overview_view, who_differs
from webui.lists.index_now import index_now
from webui.lists.list_notices import NOTICES
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, page
from webui.views import rules_view

router = APIRouter(prefix="/blocklists", dependencies=[permissions.sees])


@router.get("")
def blocklists(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, notice: str = "",
    block: Annotated[str, Query(max_length=253)] = "",
) -> Response:  # fmt: skip
    """`block`: a name that is about to be blocked, which the page of own rules takes."""
    if block:
        return back_to(f"/blocklists/rules?{urlencode({'name': block})}")
    views, hits = lists.blocklists(engine), hits_today(reader)
    on = [view.id for view in views if view.on]
    through = let_through_names.let_through(index_now(ui.state), let_through_names.allowed_names(engine), on)
    rows, ill = overview_view.in_force(views, hits, through), overview_view.troubles(views, time.time())
    rules = edit.rules(engine)
    return page(
        request,
        "blocklists_page.html",
        notice=NOTICES.get(notice, ""),
        said=overview_view.first_sentence(rows, ill),
        in_force=rows,
        most=max((row.hits for row in rows), default=0),
        troubles=ill,
        differ=who_differs.differences(views, rules_view.scope_names(config)),
        on={kind: sum(view.on for view in views if view.kind == kind) for kind in ListKind},
        there={kind: sum(view.kind == kind for view in views) for kind in ListKind},
        rules_block=sum(rule.kind == RuleKind.BLOCK for rule in rules),
        rules_allow=sum(rule.kind == RuleKind.ALLOW for rule in rules),
    )
