# SPDX-License-Identifier: GPL-3.0-or-later
"""After a while without a request the memory that requests took goes back to the kernel.

Python and the C library keep what was freed, for the next request; on a small board others have more need of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from resolver.kept import freed_memory

QUIET_SECONDS = 5.0  # a person who reads on has more ahead of them; giving back takes some milliseconds


class GiveBack:
    """Middleware: the first quiet moment after a request, and none after that until the next request.

    A live view is a request that goes on, and gives nothing back while it does.
    """

    def __init__(self, app: ASGIApp, trim: Callable[[], None] = freed_memory.give_back) -> None:
        self._app, self._trim = app, trim
        self._running = 0
        self._timer: asyncio.TimerHandle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._running += 1
        self._cancel()
        try:
            await self._app(scope, receive, send)
        finally:
            self._running -= 1
            if not self._running:
                self._cancel()
                self._timer = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._quiet)

    def _quiet(self) -> None:
        self._timer = None
        self._trim()

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
