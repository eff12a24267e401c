# SPDX-License-Identifier: GPL-3.0-or-later
"""Home: who watches this home, in a sentence, a table and a chart; then what is new and what wants a look.

    /            the page
    /home/live   the part of it that follows the log, to be put in place of itself; 204 while nothing was asked
    /matrix      all devices and companies
    /numbers     the lists of who and what was asked most
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from network import own_addresses
from store.config import devices as store_devices
from store.health.problem import HOME_HIDDEN, Problem
from store.household import requests
from store.log.protocol import LogReader
from webui.home import first_sentence, home_news, number_lists, watch_matrix
from webui.home.folded_findings import Fold, folded
from webui.home.told_words import Report, report_of
from webui.http import by_itself, permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.state import WebUi as UiState
from webui.numbers import headline, timeline_view
from webui.pages import attention
from webui.pages.templating import back_to, fragment, page
from webui.views import ranges, relief_view
from webui.views.dns_addresses import dns_addresses
from webui.views.ranges import Asked, Range

router = APIRouter(dependencies=[permissions.sees])

OF_HOME = 3  # findings: Home stays calm
PUT_OFF, PUT_OFF_SECONDS = "hidden_home_later", 7 * 86_400


@router.get("/")
def home(request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, asked: Asked) -> Response:
    first, _ = reader.ends() or (None, 0)
    values = _home(ui, engine, config, reader, asked)
    return page(
        request,
        "home_page.html",
        hidden_home=None if PUT_OFF in request.cookies else _hidden_home(ui),
        ever_asked=bool(first is not None or reader.devices_seen()),
        addresses=dns_addresses(ui.settings(), own_addresses.way_out()),
        # The others are what the page says first.
        health_problems=[problem for problem in ui.health().problems if problem.of_home],
        **values,
    )


@router.get("/home/live", dependencies=[by_itself.asked])
def live(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, asked: Asked,
    seen: Annotated[str, Query(max_length=20)] = "",
) -> Response:  # fmt: skip
    """seen: the last record that the page knows of."""
    if seen == _last(reader):
        return Response(status_code=204)
    return fragment(request, "_home_live.html", **_home(ui, engine, config, reader, asked))


@router.get("/matrix")
def whole_matrix(request: Request, reader: Reader, asked: Asked) -> Response:
    """All devices and companies, where Home shows those that matter most."""
    with reader.counts(asked.from_us, asked.to_us) as counts:
        pairs = counts.tracking_pairs()
    table = watch_matrix.matrix(pairs, asked, watch_matrix.MAX_ROWS, watch_matrix.MAX_COLUMNS)
    return page(request, "matrix_page.html", ranges=ranges.CHOICES, current_range=asked.choice.key, span=asked,
                table=table)  # fmt: skip


@router.get("/numbers")
def numbers(
    request: Request, reader: Reader, asked: Asked, only: Annotated[str, Query(max_length=20)] = ""
) -> Response:  # fmt: skip
    """Who and what was asked most; `only`: one of the lists, at length."""
    with reader.counts(asked.from_us, asked.to_us) as counts:
        lists = number_lists.lists(counts, asked.query(), only if only in number_lists.CARDS else "")
    return page(request, "numbers_page.html", ranges=ranges.CHOICES, current_range=asked.choice.key, span=asked,
                **lists)  # fmt: skip


@router.post("/hidden-home/later")
def put_off() -> Response:
    """Say no more for a week, in this browser, that the home hides behind one address."""
    response = back_to("/")
    response.set_cookie(PUT_OFF, "1", max_age=PUT_OFF_SECONDS, httponly=True, samesite="strict")
    return response


def _hidden_home(ui: UiState) -> Problem | None:
    return next((problem for problem in ui.health().problems if problem.id == HOME_HIDDEN), None)


def _home(ui: UiState, engine: Engine, config: Config, reader: LogReader, asked: Range) -> dict[str, Any]:
    """All that follows the log."""
    first, _ = reader.ends() or (None, 0)
    span, rows = asked.begun(first), store_devices.devices(config)
    names = {row.id: store_devices.display_name(row) for row in rows}
    problems = [problem for problem in ui.health().problems if problem.id != HOME_HIDDEN]
    begun = None if first is None else first / 1_000_000
    return {
        "ranges": ranges.CHOICES,
        "current_range": span.choice.key,
        "span": span,
        "last": _last(reader),
        "wants": home_news.wants(
            problems, relief_view.request_lines(requests.waiting(engine), names), _found(ui, names)
        ),
        "news": home_news.news(rows, attention.new_companies(ui.state, names), begun, time.time()),
        "shown": home_news.SHOWN,
        "address": "/",
        **_watched(reader, span, problems),
    }


def _found(ui: UiState, names: Mapping[int, str]) -> list[Fold]:
    """The weightiest that something can be done about; all of them are on the bell's page."""
    folds = folded(attention.new_ones(ui.state), names)
    return [fold for fold in folds if fold.cure.address][:OF_HOME]


def _last(reader: LogReader) -> str:
    ends = reader.ends()
    return str(ends[1]) if ends else ""


def _watched(reader: LogReader, span: Range, problems: list[Problem]) -> dict[str, Any]:
    """What the log says of the range."""
    with reader.counts(span.from_us, span.to_us) as counts:
        summary, timeline, pairs = counts.summary(), counts.timeline(span.step_us), counts.tracking_pairs()
    about, when = first_sentence.mentioned(pairs), span.choice.sentence
    return {
        "sentences": first_sentence.sentences(when, summary, about, _report(reader, span, about), problems),
        "said": headline.headline(summary, when, None) if summary.queries else "",
        "summary": summary,
        "table": watch_matrix.matrix(pairs, span),
        "chart": timeline_view.chart(timeline, span.step_us, "/"),
    }


def _report(reader: LogReader, span: Range, about: first_sentence.Mentioned) -> Report:
    """What the device that the first sentence is about tells."""
    pair = about.tried
    if pair is None or pair.device is None or pair.company is None:
        return Report.UNKNOWN
    with reader.counts(span.from_us, span.to_us, pair.device) as counts:
        return report_of(counts.tracking_names(pair.company))
