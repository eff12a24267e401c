# SPDX-License-Identifier: GPL-3.0-or-later
"""Routes that are imported when somebody asks for an address of theirs: what nobody opens costs no time and no memory.

    RouteGroup("webui.devices.device_pages", below=("/devices",))      a module with a `router`, or PAGES that have one

A request for an address below `/devices` imports the module, and its routes are there from then on, in the order of the
table. Whoever needs all routes, as the description of the API does, asks for them by `every`. The gate stands before
every route, whenever it came.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

ANY = "*"  # in an address: one segment, whatever it is


@dataclass(frozen=True, slots=True)
class RouteGroup:
    """`below`: addresses with all that lies under them, "/" for itself alone; `prefix`: stands before its routes."""

    module: str
    below: tuple[str, ...]
    prefix: str = ""


class LazyRoutes:
    """The routes of one app, of which each group is imported once, by whoever needs it first."""

    def __init__(self, app: FastAPI, table: Sequence[RouteGroup]) -> None:
        self._app, self._table = app, table
        self._below = [[_segments(address) for address in group.below] for group in table]
        self._missing = frozenset(range(len(table)))  # another one each time, so that requests may look without a lock
        self._first, self._last = list(app.router.routes), list[BaseRoute]()
        self._of = dict[int, list[BaseRoute]]()  # by place in the table
        self._lock = threading.Lock()

    def missing(self, path: str) -> list[int]:
        """Places in the table of what may answer at this path and is not imported yet."""
        if not self._missing:
            return []
        asked = _segments(path)
        return [place for place in sorted(self._missing) if any(_lies(asked, below) for below in self._below[place])]

    def load(self, places: Sequence[int]) -> None:
        """Import these groups; from any thread. Raises what the import does, and tries again the next time."""
        with self._lock:
            for place in places:
                if place in self._missing:
                    self._of[place] = self._included(self._table[place])
                    self._order()
                    self._missing -= {place}  # last: from here on nobody waits for it
            self._order()

    def _order(self) -> None:
        """After each group: the import of the next one takes its time, and may raise."""
        ordered = (route for place in sorted(self._of) for route in self._of[place])
        self._app.router.routes[:] = [*self._first, *ordered, *self._last]

    def load_all(self) -> None:
        self.load(sorted(self._missing))

    def end_with(self, route: BaseRoute) -> None:
        """A route that stands behind all others."""
        self._last.append(route)
        self.load(())

    def _included(self, group: RouteGroup) -> list[BaseRoute]:
        """Each router is the app's own: every level between would cost each request its time."""
        before = len(self._app.router.routes)
        for router in routers(group.module):
            self._app.include_router(router, prefix=group.prefix, include_in_schema=bool(group.prefix))
        return self._app.router.routes[before:]


class LoadRoutes:
    """Middleware: before a request is routed, what may answer it is imported, in a thread beside the others."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            lazy: LazyRoutes = scope["app"].state.lazy_routes
            if places := lazy.missing(scope["path"]):
                await run_in_threadpool(lazy.load, places)
        await self._app(scope, receive, send)


def every(app: FastAPI) -> list[BaseRoute]:
    """All routes of the app, imported if they were not."""
    lazy: LazyRoutes | None = getattr(app.state, "lazy_routes", None)
    if lazy is not None:
        lazy.load_all()
    return app.router.routes


def routers(module: str) -> Iterator[APIRouter]:
    """What a module of the table has to offer."""
    loaded: Any = importlib.import_module(module)
    for page in getattr(loaded, "PAGES", (loaded,)):
        yield page.router


def _segments(path: str) -> tuple[str, ...]:
    return tuple(segment for segment in path.split("/") if segment)


def _lies(asked: tuple[str, ...], below: tuple[str, ...]) -> bool:
    if not below:
        return not asked
    return len(asked) >= len(below) and all(want in (ANY, is_) for want, is_ in zip(below, asked, strict=False))
