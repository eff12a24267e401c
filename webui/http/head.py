# SPDX-License-Identifier: GPL-3.0-or-later
"""HEAD, as RFC 9110 has it (9.3.2): what GET would answer, without the body. No route has to think of it."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Head:
    """ASGI middleware by which routes, and the gate before them, see GET where HEAD was asked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return
        started, asked = asyncio.Event(), False

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                started.set()

        async def receive_none() -> Message:
            """Nothing; and once the headers are sent nobody listens, so that a live view ends with them."""
            nonlocal asked
            if not asked:
                asked = True
                return await receive()
            await started.wait()
            return {"type": "http.disconnect"}

        # In another dict, for the server looks into its own to see whether there is a body to send.
        inner = {**scope, "method": "GET", "asgi": {**scope.get("asgi", {}), "spec_version": _LISTENING}}
        await self.app(inner, receive_none, send_head)
        if started.is_set():
            await send({"type": "http.response.body", "body": b"", "more_body": False})


_LISTENING = "2.3"  # the version of ASGI in which a stream listens for the other's going; uvicorn says it, too
