# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log, newest first, and the same as it happens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from store.base.sentences import sentence_of
from store.log.values import MAX_NAMES_TEXT, QueryFilter, Source
from store.names.purpose import Purpose
from webui.api import shapes
from webui.http import auth, by_itself, permissions, tail
from webui.http.deps import Reader, WebUi
from webui.http.problems import Problem
from webui.views.timerange import Period, iso

router = APIRouter(prefix="/queries", tags=["queries"], dependencies=[permissions.sees])

MAX_LIMIT = 1000
# After a break a browser waits this long before it comes back.
RETRY_MS = 2000
Text = Annotated[str | None, Query(max_length=300)]


def chosen(
    device: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None,
    client: Annotated[str | None, Query(max_length=64, description="an address")] = None,
    name: Annotated[str | None, Query(max_length=300, description="a part of the name; * stands for anything")] = None,
    verdict: shapes.VerdictName | None = None,
    list_: Annotated[str | None, Query(alias="list", max_length=300, description="a blocklist's id")] = None,
    company: Text = None,
    kind: shapes.NameKind | None = None,
    type_: Annotated[str | None, Query(alias="type", max_length=20, description="A, HTTPS, … or a number")] = None,
    source: Annotated[Source | None, Query(description="recorded here, imported, or whose log it was")] = None,
    names: Annotated[
        str | None, Query(max_length=MAX_NAMES_TEXT, description="whole names, a comma between each two")
    ] = None,
    purpose: Annotated[Purpose | None, Query(description="what the name is for")] = None,
    origin: Annotated[Literal["MEMO", "CACHE", "STALE", "UPSTREAM", "SELF"] | None, Query(
        description="where the response came from")] = None,
    hide: Annotated[str | None, Query(max_length=300, description="parts of names to leave out")] = None,
    rcode: Annotated[str | None, Query(max_length=20, description="NXDOMAIN, SERVFAIL, … or a number")] = None,
    transport: Annotated[Literal["UDP", "TCP", "DOT", "DOH", "DOQ"] | None, Query(
        description="over what the query came")] = None,
    dnssec: Annotated[Literal["validated", "insecure", "bogus"] | None, Query(
        description="what is known of the answer's signatures")] = None,
) -> QueryFilter:
    """Dependency: the filters without a period."""
    return QueryFilter(
        device=device,
        client=client,
        name=name,
        verdict=shapes.verdict_number(verdict),
        list=list_,
        company=company,
        kind=kind,
        type=type_,
        source=source,
        names=names or None,
        purpose=purpose,
        origin=origin,
        rcode=rcode or None,
        hide=hide or None,
        transport=transport,
        dnssec=dnssec,
    )


Filters = Annotated[QueryFilter, Depends(chosen)]


@router.get("", summary="The query log, newest first")
def queries(
    reader: Reader,
    filters: Filters,
    period: Period,
    cursor: Annotated[str | None, Query(max_length=200, description="the `next` of the page before")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100,
) -> shapes.QueryPage:
    within = replace(filters, from_us=period.from_us, to_us=period.to_us)
    try:
        page = reader.queries(within, cursor, limit)
    except ValueError as error:  # a cursor that is none, a type that does not exist
        raise Problem(422, sentence_of(error)) from None
    searched_to = None if page.searched_us is None else iso(page.searched_us)
    return shapes.QueryPage(
        items=[shapes.query(row) for row in page.items], next=page.next, searched_to=searched_to
    )


async def place(ui: WebUi) -> AsyncIterator[None]:
    """Dependency: one of the bounded places for live listeners, held until the stream ends (async: no race for it)."""
    with tail.listening(ui):
        yield


@router.get(
    "/live", summary="New queries as server-sent events", response_class=EventSourceResponse,
    dependencies=[by_itself.asked],
)
async def live(
    request: Request,
    ui: WebUi,
    filters: Filters,
    _place: Annotated[None, Depends(place)],
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events named `query`, one a record, oldest first; an event's id is where to go on from after a break."""
    after_us = int(last_event_id) if last_event_id and last_event_id.isdecimal() else None
    async for rows in tail.follow(ui, filters, after_us, auth.still_known(request)):
        for row in rows:
            yield ServerSentEvent(raw_data=shapes.query_json(row), event="query", id=str(row.time_us))
        if not rows:
            yield ServerSentEvent(comment="listening", retry=RETRY_MS)
