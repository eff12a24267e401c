# SPDX-License-Identifier: GPL-3.0-or-later
"""Security headers on every response, and the last net: an exception becomes one log line and a plain 500."""

from __future__ import annotations

import logging

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from h11 import LocalProtocolError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from store.base.languages import tell
from store.base.sentences import say
from webui.http.form_calls import by_script
from webui.http.language import language
from webui.http.problems import ProblemPage, Shown, is_api, title_of

log = logging.getLogger("webui")

# No inline script or style anywhere: a hostile name that slipped into a page could still run nothing.
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: with it browsers send "Origin: null" with our own forms, which looks like another site.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STATIC = "/static/"
WORKER = "/static/worker.js"  # for all pages, though it lies in a folder
DETAIL = say("Something went wrong here; DNS goes on. The log of the appliance has the reason.")


class SecurityHeaders:
    """ASGI middleware, the outermost of ours, so that refusals and errors carry the headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _add(MutableHeaders(scope=message), scope)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except LocalProtocolError as error:
            # What came behind the request's head was no HTTP: the connection is to be closed, and nothing can be sent.
            # Whoever can reach the port can do that as often as it likes, so it is worth a line and no more.
            log.warning("%s %s was broken off by the client: %s", scope["method"], scope["path"][:200], error)
        except Exception:
            log.exception("%s %s failed", scope["method"], scope["path"][:200])
            if started:
                raise
            await (await _failure(scope))(scope, receive, send_with_headers)


def _add(headers: MutableHeaders, scope: Scope) -> None:
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if scope["path"] == WORKER:
        headers["Service-Worker-Allowed"] = "/"
    if not scope["path"].startswith(STATIC):
        headers["Cache-Control"] = "no-store"
        headers["Content-Language"] = language(HTTPConnection(scope))
        headers.add_vary_header("Accept-Language")
        headers.add_vary_header("Cookie")
    elif scope["query_string"].startswith(b"v="):
        # A versioned address never changes its content.
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        headers["Cache-Control"] = "no-cache"


async def _failure(scope: Scope) -> Response:
    tag = language(HTTPConnection(scope))
    detail = tell(DETAIL, tag)
    if is_api(scope["path"]):
        body = {"type": "about:blank", "title": tell(title_of(500), tag), "status": 500, "detail": detail}
        return JSONResponse(body, 500, media_type="application/problem+json")
    try:
        request = Request(scope)
        page: ProblemPage | None = request.app.state.problem_page
        if page is not None and not by_script(request):
            return await page(request, Shown(500, tell(title_of(500), tag), detail))
    except Exception:
        log.exception("no page could be made of that")
    return PlainTextResponse(f"{detail}\n", 500)
