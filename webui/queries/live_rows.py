# SPDX-License-Identifier: GPL-3.0-or-later
"""The live tail of the query log: new rows as ready-made HTML over server-sent events, oldest look first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from webui.http import tail
from webui.http.deps import WebUi
from webui.pages import templating
from webui.views.queries_view import Filters, titles, view

router = APIRouter()


async def place(ui: WebUi) -> AsyncIterator[None]:
    """One of the bounded places for live listeners, held until the stream ends."""
    with tail.listening(ui):
        yield


@router.get("/queries/tail", response_class=EventSourceResponse)
async def follow(
    request: Request,
    ui: WebUi,
    form: Filters,
    _place: Annotated[None, Depends(place)],
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events named `rows`: JSON {rows: HTML of table rows, newest first; after: where to go on from}."""
    after_us = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
    yield ServerSentEvent(comment="listening", retry=2000)
    async for rows in tail.follow(ui, form.filters(), after_us):
        if not rows:
            yield ServerSentEvent(comment="quiet")
            continue
        known = titles(ui)
        html = "".join(templating.text(request, "_query_row.html", row=view(row, known)) for row in reversed(rows))
        latest = max(row.time_us for row in rows)
        yield ServerSentEvent(data={"rows": html, "after": latest}, event="rows", id=str(latest))
