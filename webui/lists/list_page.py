# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for each list and each pack: what it is, what it is set to for whom, its names, what it did, how it is."""

from __future__ import annotations

import time
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from blocklists.packs import vendor_packs
from store.base.sentences import recall
from store.config import lists, scopes
from store.config.choices import ListKind
from store.config.lists import BlocklistView
from store.config.scopes import HOUSE
from store.log.protocol import LogReader
from store.names.list_anchor import page_of
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.lists import let_through_names, list_history, names_of_list, pack_names_view, state_view
from webui.lists.index_now import index_now
from webui.lists.list_deps import ListId, Scope, Wanted, scope_names, whom
from webui.lists.list_notices import NOTICES
from webui.pages.hits_today import hits_today
from webui.pages.templating import back_to, fragment, page
from webui.views import blocklists_view

router = APIRouter(prefix="/blocklists", dependencies=[permissions.sees])

DAYS = 7  # in which the page tells how often names were asked for
HOUR_US = 3_600_000_000
MAX_ASKED = 20_000  # different names of a week that are looked through; a large home asks for some thousands
PageNumber = Annotated[int, Query(alias="page", ge=1, le=10_000)]
Level = Annotated[str, Query(max_length=20)]
Place = Annotated[int, Query(ge=0, le=2**40)]


@router.get("/{blocklist_id}")
def one_list(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, blocklist_id: ListId,
    scope: Scope = str(HOUSE), q: Wanted = "", level: Level = "", number: PageNumber = 1, at: Place = 0,
    lines: Place = 0, notice: str = "",
) -> Response:  # fmt: skip
    """`scope`: for whom it is set; `q`: words that a name holds; services stand on their common page."""
    view = lists.blocklist(engine, blocklist_id)
    if view.kind == ListKind.SERVICE:
        return back_to(page_of(view.id))
    names = scope_names(config, scope)
    hits = hits_today(reader)
    through = let_through_names.let_through(index_now(ui.state), let_through_names.allowed_names(engine), [view.id])
    common: dict[str, Any] = {
        "notice": NOTICES.get(notice, ""), "picker": state_view.picker(view, scope, whom(scope, names)), "scope": scope,
        "scopes": scopes.in_order(names.items()), "q": q, "hits": hits.get(view.id, 0), "days": DAYS, "set": False,
        "broke": through.get(view.id, []), "history": list_history.of_list(config, view.id),
        "overrides": blocklists_view.overrides(view, names),
    }  # fmt: skip
    if view.kind == ListKind.PACK:
        return page(request, "pack_page.html", **common, **_pack(view, hits, q, level, number))
    shown = blocklists_view.plain(view, hits, names)
    looked = names_of_list.look(ui.state, view, q, (at, lines))
    skipped = [(count, recall(reason)) for reason, count in view.status.skipped.items()] if view.status else []
    return page(
        request, "list_page.html", **common, list=shown, update=view.status, found=looked, skipped=skipped
    )


@router.get("/{blocklist_id}/names")
def names(
    request: Request, ui: WebUi, engine: Engine, reader: Reader, blocklist_id: ListId, q: Wanted = "",
    level: Level = "", number: PageNumber = 1, at: Place = 0, lines: Place = 0,
) -> Response:  # fmt: skip
    """The names alone, as a search or the next page changes them; of a pack with how often each was asked for."""
    view = lists.blocklist(engine, blocklist_id)
    if view.kind == ListKind.PACK:
        values = _pack(view, {}, q, level, number)
        counts = pack_names_view.asked(values["names"].rows, _asked(reader))
        return fragment(request, "_pack_names.html", q=q, days=DAYS, **values | {"asked": counts})
    looked = names_of_list.look(ui.state, view, q, (at, lines))
    return fragment(request, "_list_names.html", q=q, found=looked, id=view.id)


def _pack(view: BlocklistView, hits: dict[str, int], wanted: str, level: str, number: int) -> dict[str, Any]:
    pack = vendor_packs.of_list(view.id)
    if pack is None:
        raise vendor_packs.PackError(view.id)
    shown = blocklists_view.pack(view, hits, {})
    names_shown = pack_names_view.names_page(pack, shown.state, wanted, level, number)
    return {"pack": shown, "names": names_shown, "level": level, "asked": None, "company": pack.company}


def _asked(reader: LogReader) -> list[tuple[str, int, int]]:
    """(name, queries, blocked) of what the home asked for in the last days."""
    now_us = time.time_ns() // 1000
    from_us = (now_us - DAYS * 86_400_000_000) // HOUR_US * HOUR_US  # whole hours are added up
    with reader.counts(from_us, now_us + 1) as counts:
        return [(top.label, top.queries, top.blocked) for top in counts.top("names", limit=MAX_ASKED, last=False)]
