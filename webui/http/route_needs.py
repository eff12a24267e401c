# SPDX-License-Identifier: GPL-3.0-or-later
"""What each call of the web UI needs: for pages that switch off what is refused, and for docs.

Routes declare it, and the gate looks there. So that a page need not import every route to draw its links, the same
stands in `needs.tsv` beside this file, made by `python -m webui.http.access_doc`; a test compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request

from webui.http import lazy_routes, permissions
from webui.http.permissions import Need

MAX_APPS = 64  # one in production; tests make some
NEEDS = Path(__file__).with_name("needs.tsv")


@dataclass(frozen=True, slots=True)
class Call:
    """One method of one route, with its path as it is declared."""

    method: str
    path: str
    need: Need
    declared: bool


@lru_cache(maxsize=MAX_APPS)
def calls(app: FastAPI) -> tuple[Call, ...]:
    """Every call of the app, in the order in which routes are tried; imports all of them."""
    return tuple(
        Call(method, path, permissions.needed(route, method), permissions.declared(route) is not None)
        for path, methods, route in _routes(app)
        for method in sorted(methods - {"HEAD", "OPTIONS"})
    )


def written(every: Iterable[Call]) -> str:
    """`needs.tsv`: method, path and need, a line each."""
    return "".join(f"{call.method}\t{call.path}\t{call.need}\n" for call in every)


@lru_cache(maxsize=4096)  # of addresses with ids in them; the next pages have others
def find(method: str, path: str) -> Need | None:
    """The need of a method and a path as it stands in an address; None where there is no such call."""
    asked = path.split("/")
    return next((need for pattern, need in _needs().get((method, asked[1] if asked[1:] else ""), ())
                 if _fits(pattern, asked)), None)  # fmt: skip


@cache
def _needs() -> dict[tuple[str, str], list[tuple[list[str], Need]]]:
    """By method and first segment, which is never a parameter: patterns in the order in which routes are tried."""
    by_start = dict[tuple[str, str], list[tuple[list[str], Need]]]()
    for line in NEEDS.read_text().splitlines():
        method, path, need = line.split("\t")
        pattern = path.split("/")
        by_start.setdefault((method, pattern[1]), []).append((pattern, Need(need)))
    return by_start


def _fits(pattern: list[str], asked: list[str]) -> bool:
    """`{name}` is any segment, `{name:path}` at the end whatever comes."""
    if pattern[-1].endswith(":path}"):
        pattern, asked = pattern[:-1], asked[: len(pattern) - 1] if len(asked) >= len(pattern) else []
    return len(pattern) == len(asked) and all(
        segment if part.startswith("{") else part == segment for part, segment in zip(pattern, asked, strict=True)
    )


def opens(request: Request) -> Callable[[str], bool]:
    """What says of an address of this app whether who asks may open it."""
    caller = getattr(request.state, "caller", None)

    def may(address: str) -> bool:
        need = find("GET", address.partition("#")[0].partition("?")[0])
        return need is None or (caller.may(need) if caller is not None else need in permissions.OPEN)

    return may


def _routes(app: FastAPI) -> Iterator[tuple[str, set[str], Any]]:
    for route in lazy_routes.every(app):
        if hasattr(route, "effective_route_contexts"):
            for context in route.effective_route_contexts():
                yield context.path, set(context.methods), context.original_route
        elif methods := getattr(route, "methods", None):
            yield getattr(route, "path", ""), set(methods), route
