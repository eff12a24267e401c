# SPDX-License-Identifier: GPL-3.0-or-later
"""The search of the top line: hits for its box as one types, and a page that needs no script."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base.languages import tell
from webui.frame import global_search
from webui.http import permissions, route_needs
from webui.http.deps import Config, QuickReader
from webui.http.language import language
from webui.pages.templating import fragment, page
from webui.views.settings_view import TITLES

router = APIRouter(prefix="/search", dependencies=[permissions.sees])

# What is longer is cut, not refused: somebody pasted something.
Text = Annotated[str, Query(max_length=10_000)]
OF_PAGE = 25


@router.get("")
def show(request: Request, config: Config, reader: QuickReader, q: Text = "") -> Response:
    return page(request, "search_page.html", found=global_search.find(q, _sources(request, config, reader), OF_PAGE))


@router.get("/hits")
def hits(request: Request, config: Config, reader: QuickReader, q: Text = "") -> Response:
    return fragment(request, "_search_hits.html", found=global_search.find(q, _sources(request, config, reader)))


def _sources(request: Request, config: Config, reader: QuickReader) -> global_search.Sources:
    tag = language(request)
    return global_search.Sources(config, reader, TITLES, lambda text: tell(text, tag), route_needs.opens(request))
