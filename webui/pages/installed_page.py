# SPDX-License-Identifier: GPL-3.0-or-later
"""What makes the pages an app of a phone: what it is called and drawn by, and a page for when the appliance is away.

Both hold nothing of the home, and are for everybody at home.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from store.base.languages import tell
from store.base.sentences import say
from webui.http import permissions
from webui.http.language import language
from webui.pages.templating import page, static

router = APIRouter(dependencies=[permissions.everybody])

MANIFEST = "/manifest.webmanifest"
GROUND, INK = "#f5f4f0", "#0a6b68"
_SHORTCUTS = (("/queries", say("Query log")), ("/pause", say("Pause")))


@router.get(MANIFEST)
def manifest(request: Request) -> Response:
    return JSONResponse(described(language(request)), media_type="application/manifest+json")


@router.get("/offline")
def offline(request: Request) -> Response:
    """As who is not logged in: it is kept in the browser."""
    request.state.caller = None
    return page(request, "offline_page.html")


def described(tag: str) -> dict[str, Any]:
    """The web app manifest (W3C) in a language."""
    return {
        "id": "/", "name": "Telltale", "short_name": "Telltale", "start_url": "/", "scope": "/", "lang": tag,
        "description": tell(say("What the home's devices ask for, and what is blocked."), tag),
        "display": "standalone", "background_color": GROUND, "theme_color": INK,
        "icons": [
            _icon("icon-192", 192, "any"), _icon("icon-512", 512, "any"), _icon("icon-maskable", 512, "maskable"),
        ],
        "shortcuts": [{"name": tell(words, tag), "url": where} for where, words in _SHORTCUTS],
    }  # fmt: skip


def _icon(name: str, pixels: int, purpose: str) -> dict[str, str]:
    return {"src": static(f"{name}.png"), "sizes": f"{pixels}x{pixels}", "type": "image/png", "purpose": purpose}
