# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages, put together; one file a page. `problem_page` is how an error looks to a person.

pages_door        first run, log in, log out
pages_home        what happened
pages_devices     the devices, and one of them
pages_groups      groups of devices
pages_blocklists  packs, catalogue, added lists; their toggles
pages_rules       the home's own rules
pages_bypass      ways around DNS, and the wall
pages_wall        the wall's switches, and where Telltale stands
pages_queries     the query log (its live tail: live)
pages_explain     why a name is blocked or not
pages_settings    settings, password, tokens, health
"""

from __future__ import annotations

from fastapi import APIRouter

from webui import (
    live,
    pages_blocklists,
    pages_bypass,
    pages_devices,
    pages_door,
    pages_explain,
    pages_groups,
    pages_home,
    pages_queries,
    pages_rules,
    pages_settings,
    pages_wall,
)
from webui.render import problem_page

__all__ = ["problem_page", "router"]

router = APIRouter()
for _page in (
    pages_door,
    pages_home,
    pages_devices,
    pages_groups,
    pages_blocklists,
    pages_rules,
    pages_queries,
    pages_bypass,
    pages_wall,
    live,
    pages_explain,
    pages_settings,
):
    router.include_router(_page.router)
