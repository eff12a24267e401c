# SPDX-License-Identifier: GPL-3.0-or-later
"""Home: what happened in a time, in one sentence and then in numbers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from store import stats
from store.records import Verdict
from store.stats import Top
from webui import ranges, views
from webui.addresses import own_addresses
from webui.deps import House, Reader
from webui.ranges import Range
from webui.render import page

router = APIRouter()

ROWS = 8
# The busiest devices that are looked at for the headline; a home with more talkative ones names the most talkative.
MAX_REPORTERS = 30


@router.get("/")
def home(request: Request, house: House, reader: Reader, range: str = ranges.DEFAULT) -> Response:  # noqa: A002
    span = ranges.find(range, time.time())
    summary = stats.summary(reader, span.from_us, span.to_us)
    devices = _top(reader, "devices", span, limit=MAX_REPORTERS)
    companies, unknown_company = views.company_rows(_top(reader, "companies", span, limit=ROWS + 1))
    return page(
        request,
        "home.html",
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        summary=summary,
        headline=views.headline(summary, span.choice.sentence, reporter(reader, devices, span)),
        ever_asked=bool(summary.queries or stats.device_seen(reader)),
        addresses=own_addresses(house.settings()),
        chart=views.chart(stats.timeline(reader, span.from_us, span.to_us, span.step_us), span.step_us),
        devices=views.device_rows(devices[:ROWS]),
        companies=companies[:ROWS],
        unknown_company=unknown_company,
        blocked_names=views.name_rows(_top(reader, "names", span, verdict=Verdict.BLOCK)),
        passed_names=views.name_rows(_top(reader, "names", span, verdict=Verdict.PASS)),
    )


def reporter(reader: sqlite3.Connection, devices: Sequence[Top], span: Range) -> views.Reporter | None:
    """The device and the company with the most queries between them; None when no company is known.

    Devices come busiest first, so the search ends at the first one with fewer queries in all than the best so far.
    """
    best: views.Reporter | None = None
    for device in devices:
        if best is not None and device.queries <= best.queries:
            break
        if not device.key:
            continue
        tops = stats.top(reader, "companies", span.from_us, span.to_us, device=int(device.key), limit=2)
        known = next((top for top in tops if top.key is not None), None)
        if known is not None and (best is None or known.queries > best.queries):
            best = views.Reporter(device.label, known.label, known.queries, known.blocked)
    return best


def _top(
    reader: sqlite3.Connection, of: str, span: Range, verdict: Verdict | None = None, limit: int = ROWS
) -> list[Top]:
    return stats.top(reader, of, span.from_us, span.to_us, verdict=verdict, limit=limit)
