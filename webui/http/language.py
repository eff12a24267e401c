# SPDX-License-Identifier: GPL-3.0-or-later
"""In which language a request is answered.

    1. what was chosen in this browser (a cookie)
    2. what the browser asks for (Accept-Language), the best of the languages that there are
    3. the setting `language`, where it asks for none of them
    4. English
"""

from __future__ import annotations

from fastapi.responses import Response
from starlette.requests import HTTPConnection

from store.base import languages
from store.base.languages import MAX_WISHES
from store.locale import week_start
from webui.http.state import WebUi

COOKIE = "telltale-language"
KEPT_SECONDS = 365 * 86_400
_FOUND = "telltale.language"


def language(request: HTTPConnection) -> str:
    """Its tag; found once for a request."""
    tag: str = request.scope.get(_FOUND, "")
    if not tag:
        tag = request.scope[_FOUND] = chosen(request) or _asked_for(request)
    return tag


def first_day(request: HTTPConnection) -> int:
    """The day with which a week begins where this browser is, Monday is 0: by the first region that it names, else by
    the language that is shown."""
    wishes = request.headers.get("accept-language", "").split(",", MAX_WISHES)[:MAX_WISHES]
    tags = [wish.partition(";")[0].strip() for wish in wishes]
    return week_start.first_day(next((tag for tag in tags if week_start.region_of(tag)), language(request)))


def chosen(request: HTTPConnection) -> str:
    """What was chosen in this browser; "" where nothing was, or a language that is no longer there."""
    tag = request.cookies.get(COOKIE, "")
    return tag if tag in languages.available() else ""


def choose(request: HTTPConnection, response: Response, tag: str) -> None:
    """From now on this browser reads that language; "": what it asks for by itself."""
    secure = request.url.scheme == "https"
    if tag:
        response.set_cookie(COOKIE, tag, KEPT_SECONDS, path="/", secure=secure, httponly=True, samesite="lax")
    else:
        response.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="lax")


def _asked_for(request: HTTPConnection) -> str:
    ui: WebUi | None = getattr(getattr(request.scope.get("app"), "state", None), "ui", None)
    house = ui.settings().language if ui else ""
    return languages.of_browser(request.headers.get("accept-language", ""), house)
