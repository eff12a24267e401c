# SPDX-License-Identifier: GPL-3.0-or-later
"""The page whose form was sent, asked for once more on behalf of the same browser."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

import anyio
import anyio.lowlevel
from fastapi import Request
from starlette.types import Message, Scope

# No page is larger; what is (an export, a stream) is no page.
MAX_BYTES = 4_000_000
_OF_THE_FORM = (b"content-", b"transfer-encoding", b"accept-encoding", b"if-", b"range", b"origin")
_OF_THE_CALL = ("type", "asgi", "http_version", "server", "client", "scheme", "root_path")


def page_before(request: Request) -> str:
    """The path of our page whose form was sent, so that whoever mistyped something finds it again; "" where none is
    told. Whatever else a browser writes there, it leads nowhere but here."""
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    path = before.path if before.netloc == request.headers.get("host") else ""
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        return ""
    return f"{path}?{before.query}" if before.query else path


async def asked_again(request: Request, address: str) -> str | None:
    """The page at `address` as this browser would get it; None where that is none."""
    collected, is_page = bytearray(), False

    async def send(message: Message) -> None:
        nonlocal is_page
        if message["type"] == "http.response.start":
            kind = dict(message["headers"]).get(b"content-type", b"")
            is_page = message["status"] == 200 and kind.startswith(b"text/html")
        collected.extend(message.get("body", b""))
        is_page &= len(collected) <= MAX_BYTES
        if not is_page:
            enough.cancel()
            await anyio.lowlevel.checkpoint()

    with anyio.CancelScope() as enough:
        await request.app(_scope(request, address), _Nothing().receive, send)
    return collected.decode("utf-8", "replace") if is_page else None


def _scope(request: Request, address: str) -> Scope:
    path, _, query = address.partition("?")
    headers = [(name, value) for name, value in request.scope["headers"] if not name.startswith(_OF_THE_FORM)]
    kept = {key: request.scope[key] for key in _OF_THE_CALL if key in request.scope}
    return {**kept, "method": "GET", "path": unquote(path), "raw_path": path.encode(), "query_string": query.encode(),
            "headers": headers, "state": {}}  # fmt: skip


class _Nothing:
    """A request without a body, from somebody who stays."""

    def __init__(self) -> None:
        self.said = False

    async def receive(self) -> Message:
        if self.said:
            await anyio.sleep_forever()
        self.said = True
        return {"type": "http.request", "body": b"", "more_body": False}
