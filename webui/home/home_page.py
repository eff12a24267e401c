# SPDX-License-Identifier: GPL-3.0-or-later
"""Home: who watches this home, in a sentence, a table and a chart; then what is new and what wants a look."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from network import own_addresses
from store.base.health import HOME_HIDDEN, Problem
from store.config import devices as store_devices
from store.household import requests
from store.log.protocol import LogReader, RangeCounts
from store.log.records import Verdict
from store.names.purpose import Kind
from webui.home import first_sentence, watch_matrix
from webui.home.told_words import Report, report_of
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.state import WebUi as UiState
from webui.numbers import headline, home_view, timeline_view
from webui.numbers.home_view import ROWS
from webui.pages import attention
from webui.pages.templating import back_to, page
from webui.views import ranges, relief_view
from webui.views.dns_addresses import dns_addresses
from webui.views.ranges import Asked, Range

router = APIRouter()

PUT_OFF, PUT_OFF_SECONDS = "hidden_home_later", 7 * 86_400


@router.get("/")
def home(request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, asked: Asked) -> Response:
    first, _ = reader.ends() or (None, 0)
    span = asked.begun(first)
    hidden = None if PUT_OFF in request.cookies else _hidden_home(ui)
    return page(
        request,
        "home_page.html",
        hidden_home=hidden,
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        span=span,
        ever_asked=bool(first is not None or reader.devices_seen()),
        addresses=dns_addresses(ui.settings(), own_addresses.way_out()),
        requests=relief_view.request_lines(requests.waiting(engine), store_devices.names(config)),
        lines=attention.of_home(ui.state, store_devices.names(config)),
        address="/",
        lengths=relief_view.LENGTHS,
        **_watched(ui, reader, span),
    )


@router.get("/matrix")
def whole_matrix(request: Request, reader: Reader, asked: Asked) -> Response:
    """All devices and companies, where Home shows those that matter most."""
    with reader.counts(asked.from_us, asked.to_us) as counts:
        pairs = counts.tracking_pairs()
    table = watch_matrix.matrix(pairs, asked, watch_matrix.MAX_ROWS, watch_matrix.MAX_COLUMNS)
    return page(request, "matrix_page.html", ranges=ranges.CHOICES, current_range=asked.choice.key, span=asked,
                table=table)  # fmt: skip


@router.post("/hidden-home/later")
def put_off() -> Response:
    """Say no more for a week, in this browser, that the home hides behind one address."""
    response = back_to("/")
    response.set_cookie(PUT_OFF, "1", max_age=PUT_OFF_SECONDS, httponly=True, samesite="strict")
    return response


def _hidden_home(ui: UiState) -> Problem | None:
    return next((problem for problem in ui.health().problems if problem.id == HOME_HIDDEN), None)


def _watched(ui: UiState, reader: LogReader, span: Range) -> dict[str, Any]:
    """What the log says of the range."""
    with reader.counts(span.from_us, span.to_us) as counts:
        summary, timeline, pairs = counts.summary(), counts.timeline(span.step_us), counts.tracking_pairs()
        numbers = _numbers(counts)
    about = first_sentence.mentioned(pairs)
    problems = [problem for problem in ui.health().problems if problem.id != HOME_HIDDEN]
    return {
        "sentences": first_sentence.sentences(
            span.choice.sentence, summary, about, _report(reader, span, about), problems
        ),
        "said": headline.headline(summary, span.choice.sentence, None) if summary.queries else "",
        "health_problems": problems[1:],
        "summary": summary,
        "table": watch_matrix.matrix(pairs, span),
        "chart": timeline_view.chart(timeline, span.step_us, "/"),
        **numbers,
    }


def _report(reader: LogReader, span: Range, about: first_sentence.Mentioned) -> Report:
    """What the device that the first sentence is about tells."""
    pair = about.tried
    if pair is None or pair.device is None or pair.company is None:
        return Report.UNKNOWN
    with reader.counts(span.from_us, span.to_us, pair.device) as counts:
        return report_of(counts.tracking_names(pair.company))


def _numbers(counts: RangeCounts) -> dict[str, Any]:
    """The lists below."""
    tracking, use = (
        home_view.company_rows(counts.top("companies", limit=ROWS + 1, kind=kind.word, last=False))
        for kind in (Kind.TRACKING, Kind.USE)
    )
    return {
        "devices": home_view.device_rows(counts.top("devices", limit=ROWS, last=False)),
        "reporting": home_view.reporting_rows(
            counts.top("devices", limit=ROWS, kind=Kind.TRACKING.word, last=False)
        ),
        "companies": tracking[0][:ROWS],
        "companies_unknown": tracking[1],
        "used": use[0][:ROWS],
        "used_unknown": use[1],
        "blocked_names": home_view.name_rows(counts.top("names", Verdict.BLOCK, ROWS, last=False)),
        "passed_names": home_view.name_rows(counts.top("names", Verdict.PASS, ROWS, last=False)),
    }
