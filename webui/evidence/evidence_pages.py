# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of what the record proves, put together; one file a page, each reached from the line above all of them.

findings_page     what was found, and what became of it
whatif_page       what a change would have done
"""

from __future__ import annotations

from fastapi import APIRouter

from webui.evidence import findings_page, whatif_page

router = APIRouter()
for _page in (findings_page, whatif_page):
    router.include_router(_page.router)
