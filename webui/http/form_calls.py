# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms that a page's script sends (`Telltale-Form: 1`): where they lead is said, not followed, so that the script goes
there when it is done, and the notice of what was done is on the page that is then seen."""

from __future__ import annotations

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER = "telltale-form"
GOTO = "telltale-goto"
NO_CONTENT = 204


class FormCalls:
    """ASGI middleware: of such a call, a redirect becomes 204 with `Telltale-Goto: /where`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_here(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 303:
                headers = MutableHeaders(scope=message)
                headers[GOTO] = headers["location"]
                del headers["location"]
                message["status"] = NO_CONTENT
            await send(message)

        called = scope["type"] == "http" and HEADER in Headers(scope=scope)
        await self.app(scope, receive, send_here if called else send)


def by_script(request: Request) -> bool:
    """Whether a script of ours waits for the answer, and shows what is wrong itself."""
    return HEADER in request.headers or "hx-request" in request.headers
