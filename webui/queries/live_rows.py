# SPDX-License-Identifier: GPL-3.0-or-later
"""The live tail of the query log: new rows as ready-made HTML over server-sent events, oldest look first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from webui.http import auth, by_itself, permissions, tail
from webui.http.deps import WebUi
from webui.pages import templating
from webui.queries import log_rows
from webui.views.queries_view import Filters, titles, view

router = APIRouter(dependencies=[permissions.sees])

MAX_ROWS = 40  # made into HTML of one look, a second: more nobody reads as they come


async def place(ui: WebUi) -> AsyncIterator[None]:
    """One of the bounded places for live listeners, held until the stream ends."""
    with tail.listening(ui):
        yield


@router.get("/queries/tail", dependencies=[by_itself.asked], response_class=EventSourceResponse)
async def follow(
    request: Request,
    ui: WebUi,
    form: Filters,
    _place: Annotated[None, Depends(place)],
    after: Annotated[int | None, Query(ge=0)] = None,
    last_event_id: Annotated[str | None, Header(max_length=40)] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Events named `rows`: JSON {rows: HTML of look-ups, newest first, MAX_ROWS at most; after: where to go on}.

    look_ups: how many there were; left_out: how many have no HTML; more: there may be others, older than `from`.
    """
    after_us = int(last_event_id) if last_event_id and last_event_id.isdecimal() else after
    yield ServerSentEvent(comment="listening", retry=2000)
    async for rows in tail.follow(ui, form.filters(), after_us, auth.still_known(request)):
        if not rows:
            yield ServerSentEvent(comment="quiet")
            continue
        known = titles(ui)
        latest = max(row.time_us for row in rows)
        look_ups = log_rows.folded((view(row, known) for row in rows), form.fold != "no")
        base = {"row_base": form.row_base(), "range_query": form.range_query()}
        html = "".join(
            templating.text(request, "_query_row.html", row=row, **base) for row in look_ups[:MAX_ROWS]
        )
        numbers = {
            "after": latest, "from": rows[0].time_us, "look_ups": len(look_ups),
            "left_out": len(look_ups[MAX_ROWS:]), "more": len(rows) >= tail.MAX_ROWS_A_LOOK,
        }  # fmt: skip
        yield ServerSentEvent(data={"rows": html, **numbers}, event="rows", id=str(latest))
