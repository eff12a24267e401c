# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log: newest first, with filters; what happens meanwhile comes in by the live tail (`live_rows`)."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.base.sentences import say, sentence_of
from store.config import devices
from store.imports import clear_request
from store.imports.clearing import Clear
from store.log.values import AHEAD_US, QueryFilter
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page
from webui.views import formatting, labels, timerange
from webui.views.queries_view import Filters, time_input, titles, view

router = APIRouter()

AGES = {"-1d": say("a day"), "-7d": say("a week"), "-30d": say("30 days"), "-90d": say("90 days")}

ROWS = 100
# Suggestions under the company field: the most asked of the last week.
MAX_COMPANIES = 50
_LATEST = "2099-12-31T23:59"
_WEEK_US = 7 * 86_400_000_000


@router.get("/queries")
def query_log(
    request: Request,
    ui: WebUi,
    config: Config,
    reader: Reader,
    form: Filters,
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    try:
        log_page = reader.queries(form.filters(), cursor or None, ROWS)
    except ValueError as error:
        raise Problem(422, sentence_of(error)) from None
    known = titles(ui)
    live = not cursor and not form.to_text
    now_us = time.time_ns() // 1000
    with reader.counts(now_us - _WEEK_US, now_us) as counts:
        companies = counts.top("companies", limit=MAX_COMPANIES, last=False)
    ahead = QueryFilter(from_us=now_us + AHEAD_US)
    return page(
        request,
        "queries_page.html",
        ahead_url=f"/queries?to={_LATEST}" if not form.to_text and reader.queries(ahead, None, 1).items else "",
        filters=form,
        from_=time_input(form.from_text, form.now_us),
        to=time_input(form.to_text, form.now_us),
        zone=formatting.zone(now_us / 1_000_000),
        rows=[view(row, known) for row in log_page.items],
        log_empty=_nothing(form.any, log_page.searched_us is not None),
        searched=log_page.searched_us / 1_000_000 if log_page.searched_us else None,
        older=form.address("/queries", cursor=log_page.next) if log_page.next else "",
        tail_url=form.address("/queries/tail") if live else "",
        tail_after=log_page.items[0].time_us if log_page.items else now_us,
        device_choices=sorted(devices.names(config).items(), key=lambda pair: pair[1].casefold()),
        list_choices=sorted(known.items(), key=lambda pair: pair[1].casefold()),
        csv_url=form.address("/api/v1/queries.csv", **_whole(form.from_text)),
        jsonl_url=form.address("/api/v1/queries.jsonl", **_whole(form.from_text)),
        ages=AGES,
        source_choices={"own": say("this appliance"), **labels.SOURCES},
        company_choices=list(dict.fromkeys(top.label for top in companies if top.key is not None)),
    )


@router.post("/queries/clear")
def clear(
    ui: WebUi,
    engine: Engine,
    device: Annotated[str, Form(max_length=12)] = "",
    before: Annotated[str, Form(max_length=40)] = "now",
    sure: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """Delete records for good; the recorder does it within seconds."""
    if sure != "yes":
        raise Problem(422, say("Say that you are sure: records that were deleted cannot be brought back."))
    if device and not device.isdecimal():
        raise Problem(422, say("device is the number of a device."))
    now_us = time.time_ns() // 1000
    before_us = now_us + AHEAD_US if before == "now" else timerange.moment(before, "before", now_us)
    clear_request.request(engine, ui.state, Clear(before_us, int(device) if device else None), now_us)
    return back_to("/queries")


def _nothing(filtered: bool, gave_up: bool) -> str:
    if not filtered:
        return say("No queries yet. They appear here as they happen.")
    return say("No query matches so far.") if gave_up else say("No query matches.")


def _whole(from_text: str) -> dict[str, str]:
    """The page shows all of the log where no time is asked for, the API a day."""
    return {} if from_text else {"from": "1970-01-01"}
