# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a change is that a request makes, and which one it made: a header of the response, a cookie for the next page.

    Telltale-Change: 12     of every response whose request changed something; POST /api/v1/changes/12/undo undoes it
    telltale-change=12      with a redirect to a page, which then offers Undo, once
"""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.base.sentences import say
from store.history import acting, called
from store.history.acting import Acting, Origin

HEADER = "telltale-change"
COOKIE = "telltale-change"
OFFERED_SECONDS = 60  # a page that is opened later is another matter
MAX_DIGITS = 18  # of an id in a cookie


def begin(request: Request, token: str | None, logged_in: bool, name: str = "") -> None:
    """From now on, what this request changes is the token's, the browser's, or (without a log-in) the device's.

    `name`: of whoever is logged in, where several people may be.
    """
    address = request.client.host if request.client else ""
    if token is not None:
        by = Acting(Origin.TOKEN, say("the token {name}", name=token))
    elif logged_in and name:
        by = Acting(Origin.BROWSER, say("{user}, in a browser on {device}", user=name, device=called.client(address)))
    elif logged_in:
        by = Acting(Origin.BROWSER, say("a browser on {device}", device=called.client(address)))
    else:
        by = Acting(Origin.DEVICE, say("{device}", device=called.client(address)))
    request.state.acting = by
    acting.begin(by)


class MarkChanges:
    """ASGI middleware that says which change a request made."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_marked(message: Message) -> None:
            by = scope.get("state", {}).get("acting")
            if message["type"] == "http.response.start" and isinstance(by, Acting) and by.changes:
                headers = MutableHeaders(scope=message)
                headers[HEADER] = str(by.changes[-1])
                if message["status"] == 303:
                    headers.append("set-cookie", _cookie(by.changes[-1]))
            await send(message)

        await self.app(scope, receive, send_marked if scope["type"] == "http" else send)


def offered(request: Request) -> int | None:
    """The change that the page before made in this browser."""
    text = request.cookies.get(COOKIE, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None


def made(request: Request) -> int | None:
    """The change that this very request has made."""
    by = getattr(request.state, "acting", None)
    return by.changes[-1] if isinstance(by, Acting) and by.changes else None


def forget(request: Request, response: Response) -> None:
    """It is offered once."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")


def _cookie(number: int) -> str:
    return f"{COOKIE}={number}; HttpOnly; Max-Age={OFFERED_SECONDS}; Path=/; SameSite=lax"
