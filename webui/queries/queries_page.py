# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log: look-ups, newest first, with filters; what happens meanwhile comes in by `live_rows`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base.sentences import say, sentence_of
from store.config import devices
from store.log.protocol import LogReader
from store.log.values import AHEAD_US, Page, QueryFilter, cursor_at
from webui.http import permissions
from webui.http.deps import Config, Reader, WebUi
from webui.http.problems import Problem
from webui.pages.templating import fragment, page
from webui.queries import log_chips, log_rows, log_words, query_detail
from webui.queries.time_inputs import time_input
from webui.views import formatting, kind_words, labels, timerange
from webui.views.queries_view import FilterForm, Filters, filter_form, titles, view

router = APIRouter(dependencies=[permissions.sees])

# Queries of one page: some 100 look-ups.
ROWS = 200
# That hold the letters in the field for companies, or a word that is typed.
MAX_COMPANIES = 20
_LATEST = "2099-12-31T23:59"

Row = Annotated[int, Query(ge=0, le=2**53)]


@router.get("/queries")
def query_log(
    request: Request,
    ui: WebUi,
    config: Config,
    reader: Reader,
    form: Filters,
    q: Annotated[str, Query(max_length=400)] = "",
    at: Annotated[str, Query(max_length=40)] = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
    row: Row = 0,
) -> Response:
    """q: what was typed, see `log_words`; at: the page that begins at this time; row: the query whose details show."""
    called = devices.names(config)
    form, notes = _typed(reader, form, q, called)
    known = titles(ui)
    if at and not cursor:
        cursor = cursor_at(timerange.moment(at, "at", form.now_us))
    log_page = _page(reader, form, cursor)
    live = not cursor and form.span()[1] is None
    newest_us = log_page.items[0].time_us if log_page.items else 0
    return page(
        request,
        "queries_page.html",
        **_frame(form, called, known, log_page, cursor),
        notes=notes,
        typed=q,
        ahead_url=_ahead(reader, form),
        rows=log_rows.folded((view(each, known) for each in log_page.items), form.fold != "no"),
        row_base=form.row_base(cursor),
        tail_url=form.address("/queries/tail") if live else "",
        tail_after=newest_us or form.now_us,
        detail=query_detail.shown(reader, config, row, known) if row else None,
    )


@router.get("/queries/companies")
def companies(request: Request, reader: Reader, company: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Suggestions for the field: companies of the log whose name holds these letters."""
    names = reader.companies_like(company.strip(), MAX_COMPANIES)
    return fragment(request, "_company_options.html", names=names)


def _frame(
    form: FilterForm, called: Mapping[int, str], known: Mapping[str, str], log_page: Page, cursor: str
) -> dict[str, Any]:
    """All that stands around the rows."""
    whole = {} if any(form.span()) else {"from": "1970-01-01"}  # the API has a day where no time is asked for
    edges = zip(("from", "to"), form.span(), strict=True)
    times = {key: timerange.iso(edge) for key, edge in edges if edge is not None}
    files = {"range": "", "fold": "", **whole, **times}
    going_up = cursor.startswith("n")
    searched_us = log_page.searched_us
    return {
        "filters": form,
        "chips": log_chips.chips(form, called, known),
        "quick": log_chips.quick(form),
        "keys": log_chips.KEYS,
        "times": log_chips.times(form),
        "when": log_chips.when(form),
        "from_": time_input(form.from_text, form.now_us),
        "to": time_input(form.to_text, form.now_us),
        "jump": time_input("", form.now_us),
        "zone": formatting.zone(form.now_us / 1_000_000),
        "nothing": _nothing(form, searched_us is not None),
        "searched": searched_us / 1_000_000 if searched_us else None,
        "searched_up": going_up,
        "older": form.address("/queries", cursor=log_page.next) if log_page.next else "",
        "newer": form.address("/queries", cursor=log_page.newer) if log_page.newer and cursor else "",
        "newest": form.address("/queries") if cursor else "",
        "files": {ending: form.address(f"/api/v1/queries.{ending}", **files) for ending in ("csv", "jsonl")},
        "count_url": form.address("/queries/count"),
        "clear_url": form.address("/queries/clear"),
        "fold_url": form.address("/queries", fold="" if form.fold else "no"),
        "device_choices": sorted(called.items(), key=lambda pair: pair[1].casefold()),
        "list_choices": sorted(known.items(), key=lambda pair: pair[1].casefold()),
        "source_choices": log_chips.SOURCES,
        "origin_choices": labels.ORIGINS,
        "transport_choices": labels.TRANSPORTS,
        "dnssec_choices": labels.SIGNATURES,
        "purpose_choices": kind_words.PURPOSES,
    }


def _typed(
    reader: LogReader, form: FilterForm, q: str, called: Mapping[int, str]
) -> tuple[FilterForm, list[str]]:
    """The filters with what was typed on top."""
    if not q.strip():
        return form, []
    companies = [name for word in log_words.free_words(q) for name in reader.companies_like(word, MAX_COMPANIES)]
    words = log_words.understood(q, called, companies)
    pairs = form.pairs() | words.pairs
    if words.pairs.keys() & {"range", "from", "to"}:
        pairs = {key: value for key, value in pairs.items() if key not in ("range", "from", "to") or key in words.pairs}
    fields = {"list": "list_", "type": "type_", "from": "from_", "range": "range_"}
    typed = filter_form(**{fields.get(key, key): value for key, value in pairs.items()})
    return replace(typed, now_us=form.now_us), words.notes


def _page(reader: LogReader, form: FilterForm, cursor: str) -> Page:
    try:
        return reader.queries(form.filters(), cursor or None, ROWS)
    except ValueError as error:
        raise Problem(422, sentence_of(error)) from None


def _ahead(reader: LogReader, form: FilterForm) -> str:
    """Where the queries are whose time is yet to come; "" where there are none."""
    ahead = QueryFilter(from_us=form.now_us + AHEAD_US)
    return f"/queries?to={_LATEST}" if not form.to_text and reader.queries(ahead, None, 1).items else ""


def _nothing(form: FilterForm, gave_up: bool) -> str:
    if not form.any:
        return say("No queries yet. They appear here as they happen.")
    asked = form.filters()
    if asked.from_us is not None and asked.to_us is not None and asked.from_us >= asked.to_us:
        return say("No query matches: the time begins after its end.")
    return say("No query matches so far.") if gave_up else say("No query matches.")
