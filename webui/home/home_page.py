# SPDX-License-Identifier: GPL-3.0-or-later
"""Home: what happened in a time, in one sentence and then in numbers."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from network import own_addresses
from store.base.health import HOME_HIDDEN, Problem
from store.config import devices as store_devices
from store.household import requests
from store.log.protocol import RangeCounts
from store.log.records import Verdict
from store.names.purpose import Kind
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.state import WebUi as UiState
from webui.numbers import headline, home_view
from webui.numbers.home_view import ROWS
from webui.pages import attention
from webui.pages.templating import back_to, page
from webui.views import ranges, relief_view
from webui.views.dns_addresses import dns_addresses

router = APIRouter()

PUT_OFF, PUT_OFF_SECONDS = "hidden_home_later", 7 * 86_400


@router.get("/")
def home(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, asked: ranges.Asked
) -> Response:
    first, _ = reader.ends() or (None, 0)
    span = asked.begun(first)
    with reader.counts(span.from_us, span.to_us) as counts:
        summary, timeline = counts.summary(), counts.timeline(span.step_us)
        devices = counts.top("devices", limit=ROWS, last=False)
        reporting = counts.top("devices", limit=ROWS, kind=Kind.TRACKING.word, last=False)
        reporter = _reporter(counts, store_devices.names(config))
        tracking, use = (
            home_view.company_rows(counts.top("companies", limit=ROWS + 1, kind=kind.word, last=False))
            for kind in (Kind.TRACKING, Kind.USE)
        )
        blocked, passed = (counts.top("names", verdict, ROWS, last=False) for verdict in (Verdict.BLOCK, Verdict.PASS))
    hidden = None if PUT_OFF in request.cookies else _hidden_home(ui)
    return page(
        request,
        "home_page.html",
        hidden_home=hidden,
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        summary=summary,
        headline=headline.headline(summary, span.choice.sentence, reporter),
        ever_asked=bool(summary.queries or reader.devices_seen()),
        addresses=dns_addresses(ui.settings(), own_addresses.way_out()),
        chart=home_view.chart(timeline, span.step_us),
        devices=home_view.device_rows(devices),
        reporting=home_view.reporting_rows(reporting),
        companies=tracking[0][:ROWS],
        companies_unknown=tracking[1],
        used=use[0][:ROWS],
        used_unknown=use[1],
        blocked_names=home_view.name_rows(blocked),
        passed_names=home_view.name_rows(passed),
        requests=relief_view.request_lines(requests.waiting(engine), store_devices.names(config)),
        lines=attention.of_home(ui.state, store_devices.names(config)),
        address="/",
        lengths=relief_view.LENGTHS,
    )


@router.post("/hidden-home/later")
def put_off() -> Response:
    """Say no more for a week, in this browser, that the home hides behind one address."""
    response = back_to("/")
    response.set_cookie(PUT_OFF, "1", max_age=PUT_OFF_SECONDS, httponly=True, samesite="strict")
    return response


def _hidden_home(ui: UiState) -> Problem | None:
    return next((problem for problem in ui.health().problems if problem.id == HOME_HIDDEN), None)


def _reporter(counts: RangeCounts, names: Mapping[int, str]) -> headline.Reporter | None:
    """The device and the company with the most look-ups of tracking between them; None where there are none."""
    busiest = counts.busiest(names)
    return None if busiest is None else headline.Reporter(names[busiest[0]], busiest[1])
