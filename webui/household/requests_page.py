# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody at a device asks to be let through: each with what it would open, decided with a word; and what was."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from blocklists.whose.facts import Facts
from resolver.explain.explanation import Explanation
from store.base.sentences import say, say_count
from store.config import devices, list_status
from store.household import requests
from store.household.requests import RequestView
from store.log.protocol import LogReader
from store.log.values import NameQueries
from webui.api import explain_api
from webui.evidence.whose_view import HomeKnown
from webui.household.pause_page import WHO, Id, Text, until_of
from webui.http import permissions
from webui.http.auth import next_page
from webui.http.deps import Config, CurrentSession, Engine, Reader, WebUi
from webui.pages.templating import back_to, page
from webui.views import explain_view, relief_view
from webui.views.relief_view import RequestLine
from wire.types import A

router = APIRouter(prefix="/requests", dependencies=[permissions.sees])

CONTEXT_DAYS = 7  # of what a device asked for lately
MOST = 20  # that wait, on one page: each is explained by itself
MAX_NEAR = 5_000  # pairs of client and name that one look finds for a page of requests
MAX_NAMES = 8  # that a request would open too, which are shown
GRANTS = (("15", say("15 minutes")), ("60", say("1 hour")), ("ever", say("for good")))


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of a name that is asked for: why it is blocked, whose it is, how often the device asked for it of
    late, and what else at and below it the home asked for, which would be open to the device, too."""

    why: str
    company: str
    asked: int
    others: tuple[str, ...]
    more: int


@router.get("")
def inbox(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, known: HomeKnown,
    start: Annotated[int, Query(alias="from", ge=0, le=requests.MAX_WAITING)] = 0,
) -> Response:  # fmt: skip
    """`from`: how many of those that wait stand on the pages before."""
    names, waiting = devices.names(config), requests.waiting(engine)
    shown = waiting[start : start + MOST]
    titles = list_status.titles(config)
    addresses = {row.id: row.addresses[0] for row in devices.devices(config) if row.addresses}
    asked = [(row.name, addresses.get(row.device_id)) for row in shown]
    explained = explain_api.explained_of(ui, titles, asked, A) if shown else []
    near = _near(reader, [row.name for row in shown])
    contexts = {row.id: _context(known, near, row, why) for row, why in zip(shown, explained, strict=True)}
    decided = relief_view.request_lines(requests.decided(engine), names)
    return page(
        request, "requests_page.html", said=_said(relief_view.request_lines(waiting, names)),
        lines=relief_view.request_lines(shown, names), contexts=contexts, decided=decided, grants=GRANTS,
        kept=requests.KEEP_SECONDS // 86_400, days=CONTEXT_DAYS, before=max(0, start - MOST) if start else None,
        after=start + MOST if len(waiting) > start + MOST else None,
    )  # fmt: skip


@router.post("/answer")
def answer(
    engine: Engine, caller: CurrentSession, id_: Id, grant: Text, word: Annotated[str, Form(max_length=300)] = "",
    back: Text = "/",
) -> Response:  # fmt: skip
    """`grant`: minutes, ever, or no; `word`: said to who asked."""
    if grant == "no":
        requests.refuse(engine, id_, word)
    else:
        end = None if grant == "ever" else until_of(grant)
        requests.grant(engine, id_, end, caller.name or WHO, word)
    return back_to(next_page(back))


def _near(reader: LogReader, names: list[str]) -> dict[str, list[NameQueries]]:
    """Name → what was asked of late at and below it, in one look at the log for all of them."""
    if not names:
        return {}
    now_us = time.time_ns() // 1000
    rows = reader.name_queries(names, names, now_us - CONTEXT_DAYS * 86_400_000_000, now_us, MAX_NEAR)
    return {name: [row for row in rows if row.name == name or row.name.endswith(f".{name}")] for name in names}


def _context(
    facts: Facts, near: Mapping[str, list[NameQueries]], row: RequestView, explained: Explanation
) -> Context:  # fmt: skip
    rows = near[row.name]
    others = sorted({each.name for each in rows if each.name != row.name})
    asked = sum(each.count for each in rows if each.device_id == row.device_id and each.name == row.name)
    return Context(explain_view.sentence(explained), facts.of(row.name).company or "", asked,
                   tuple(others[:MAX_NAMES]), max(0, len(others) - MAX_NAMES))  # fmt: skip


def _said(lines: list[RequestLine]) -> str:
    """The page's first sentence."""
    if not lines:
        return say("Nobody waits for an answer.")
    if len(lines) == 1:
        return say("{device} asks for {name}.", device=lines[0].device, name=lines[0].name)
    return say_count(len(lines), "{count:,} name is asked for.", "{count:,} names are asked for.")
