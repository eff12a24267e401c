# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor packs: one click sets a level for the house; those whose makers this home asks come first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from blocklists.packs import vendor_packs
from store.base.sentences import say, say_count
from store.config import lists
from store.config.choices import ListKind
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader
from webui.lists.catalogue_page import companies_asked
from webui.pages.hits_today import hits_today
from webui.pages.templating import page
from webui.views import blocklists_view, rules_view
from webui.views.blocklists_view import OFF, PackView

router = APIRouter(prefix="/blocklists", dependencies=[permissions.sees])


@router.get("/packs")
def packs(request: Request, engine: Engine, config: Config, reader: Reader) -> Response:
    views = [view for view in lists.blocklists(engine) if view.kind == ListKind.PACK]
    hits, names = hits_today(reader), rules_view.scope_names(config)
    shown = blocklists_view.packs_first(blocklists_view.pack(view, hits, names) for view in views)
    asked = companies_asked(reader)
    here = {pack.blocklist_id for pack in vendor_packs.each() if pack.company in asked}
    groups = [[pack for pack in shown if (pack.id in here or pack.hits > 0) is wanted] for wanted in (True, False)]
    return page(request, "packs_page.html", here=groups[0], others=groups[1], said=_said(shown, groups[0]))


def _said(shown: list[PackView], here: list[PackView]) -> str:
    """The page's first sentence."""
    on = sum(pack.state != OFF for pack in shown)
    packs = say_count(len(shown), "{count:,} pack", "{count:,} packs")
    off = [pack.title for pack in here if pack.state == OFF]
    if off:
        return say_count(
            len(off), "{on} of {packs} are on; your devices ask the makers of {count:,} that is off: {first}.",
            "{on} of {packs} are on; your devices ask the makers of {count:,} that are off, such as {first}.",
            on=on, packs=packs, first=off[0],
        )  # fmt: skip
    return say("{on} of {packs} are on, with all whose makers your devices ask.", on=on, packs=packs)
