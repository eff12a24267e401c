# SPDX-License-Identifier: GPL-3.0-or-later
"""Security headers on every response, and the last net: an exception becomes one log line and a plain 500.

Where the machine allows no thread to do what was asked for, it is a plain 503 that says so: nothing here is at fault.
"""

from __future__ import annotations

import logging

from fastapi import Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from h11 import LocalProtocolError
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from network.helper_thread import is_refused
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
NO_THREAD = say(
    "This machine lets Telltale start no more threads, so this cannot be answered now; DNS goes on. Raise the limit: "
    "pids of the container, TasksMax of the service, or ulimit -u."
)
AGAIN_SECONDS = 5


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
        except Exception as error:
            is_full = is_refused(error)
            if is_full:
                log.warning("%s %s had no thread: this machine allows no more", scope["method"], scope["path"][:200])
            else:
                log.exception("%s %s failed", scope["method"], scope["path"][:200])
            if started:
                raise
            await (await _failure(scope, is_full))(scope, receive, send_with_headers)


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


async def _failure(scope: Scope, is_full: bool) -> Response:
    status, tag = 503 if is_full else 500, language(HTTPConnection(scope))
    title, detail = tell(title_of(status), tag), tell(NO_THREAD if is_full else DETAIL, tag)
    headers = {"Retry-After": str(AGAIN_SECONDS)} if is_full else {}
    if is_api(scope["path"]):
        body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        return JSONResponse(body, status, headers, media_type="application/problem+json")
    if not is_full:  # it takes a thread to draw a page
        try:
            request = Request(scope)
            page: ProblemPage | None = request.app.state.problem_page
            if page is not None and not by_script(request):
                return await page(request, Shown(status, title, detail))
        except Exception:
            log.exception("no page could be made of that")
    return PlainTextResponse(f"{detail}\n", status, headers)
