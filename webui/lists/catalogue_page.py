# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue: public lists by what they are against, searched and filtered; a toggle acts where it stands."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.config import lists
from store.config.choices import ListKind, ListPurpose, ListSize
from store.log.protocol import LogReader
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader
from webui.lists import catalogue_view
from webui.lists.catalogue_view import Filters
from webui.lists.list_deps import Wanted
from webui.pages.hits_today import hits_today
from webui.pages.templating import page
from webui.views import blocklists_view, rules_view

router = APIRouter(prefix="/blocklists", dependencies=[permissions.sees])

HOUR_US = 3_600_000_000
WEEK_US = 7 * 24 * HOUR_US
MAX_COMPANIES = 200  # that a home asks in a week and that a list may be about
Word = Annotated[str, Query(max_length=20)]


@router.get("/catalogue")
def catalogue(
    request: Request, engine: Engine, config: Config, reader: Reader, q: Wanted = "", purpose: Word = "",
    size: Word = "", breaks: Word = "", state: Word = "", seen: Word = "",
) -> Response:  # fmt: skip
    """Each filter that is given must fit."""
    filters = Filters(q, purpose, size, breaks, state, seen == "on")
    hits, names = hits_today(reader), rules_view.scope_names(config)
    views = [view for view in lists.blocklists(engine) if view.kind == ListKind.CATALOGUE]
    companies = companies_asked(reader)
    groups = catalogue_view.fitting(
        [(view, blocklists_view.plain(view, hits, names)) for view in views], filters, companies
    )
    return page(
        request,
        "catalogue_page.html",
        catalogue=groups,
        found=sum(len(group.lists) for group in groups),
        there=len(views),
        on=sum(view.on for view in views),
        filters=filters,
        purposes=[(purpose, blocklists_view.PURPOSES[purpose]) for purpose in ListPurpose],
        sizes=tuple(ListSize),
        breaks=catalogue_view.BREAKS,
        breaks_of=catalogue_view.breaks,
        suggestions=catalogue_view.suggestions(views, companies),
    )


def companies_asked(reader: LogReader) -> dict[str, int]:
    """Company → how often this home asked it in the last week."""
    now_us = time.time_ns() // 1000
    from_us = (now_us - WEEK_US) // HOUR_US * HOUR_US  # whole hours are added up
    with reader.counts(from_us, now_us + 1) as counts:
        tops = counts.top("companies", limit=MAX_COMPANIES, last=False)
    asked: dict[str, int] = {}
    for top in tops:
        if top.key is not None:
            asked[str(top.key)] = asked.get(str(top.key), 0) + top.queries
    return asked
