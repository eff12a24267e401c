# SPDX-License-Identifier: GPL-3.0-or-later
"""What each call of an app needs, as its routes declare it: for pages that switch off what is refused, and for docs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import FastAPI, Request
from starlette.routing import compile_path

from webui.http import permissions
from webui.http.permissions import Need

MAX_APPS = 64  # one in production; tests make some


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one route, with its path as it is declared."""

    method: str
    path: str
    need: Need
    declared: bool


@lru_cache(maxsize=MAX_APPS)
def calls(app: FastAPI) -> tuple[Call, ...]:
    """Every call of the app, in the order in which routes are tried."""
    return tuple(
        Call(method, path, permissions.needed(route, method), permissions.declared(route) is not None)
        for path, methods, route in _routes(app)
        for method in sorted(methods - {"HEAD", "OPTIONS"})
    )


@lru_cache(maxsize=MAX_APPS)
def finder(app: FastAPI) -> Callable[[str, str], Need | None]:
    """What gives the need of a method and a path as it stands in an address; None where there is no such call."""
    compiled = [(call, compile_path(call.path)[0]) for call in calls(app)]

    @lru_cache(maxsize=4096)  # of addresses with ids in them; the next pages have others
    def find(method: str, path: str) -> Need | None:
        return next((call.need for call, regex in compiled if call.method == method and regex.match(path)), None)

    return find


def opens(request: Request) -> Callable[[str], bool]:
    """What says of an address of this app whether who asks may open it."""
    find, caller = finder(request.app), getattr(request.state, "caller", None)

    def may(address: str) -> bool:
        need = find("GET", address.partition("#")[0].partition("?")[0])
        return need is None or (caller.may(need) if caller is not None else need in permissions.OPEN)

    return may


def _routes(app: FastAPI) -> Iterator[tuple[str, set[str], Any]]:
    for route in app.routes:
        if hasattr(route, "effective_route_contexts"):
            for context in route.effective_route_contexts():
                yield context.path, set(context.methods), context.original_route
        elif methods := getattr(route, "methods", None):
            yield getattr(route, "path", ""), set(methods), route
