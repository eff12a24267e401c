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
# The busiest devices, of which the headline may name one.
MAX_NAMED = 30


@router.get("/")
def home(request: Request, house: House, reader: Reader, range: str = ranges.DEFAULT) -> Response:  # noqa: A002
    span = ranges.find(range, time.time())
    summary = stats.summary(reader, span.from_us, span.to_us)
    devices = _top(reader, "devices", span, limit=MAX_NAMED)
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
    """The device and the company with the most queries between them; None when no company is known."""
    labels = {int(device.key): device.label for device in devices if device.key}
    known = stats.reporters(reader, span.from_us, span.to_us)
    best = max(labels.keys() & known.keys(), key=lambda device: (known[device].queries, -device), default=None)
    if best is None:
        return None
    return views.Reporter(labels[best], known[best].label, known[best].queries, known[best].blocked)


def _top(
    reader: sqlite3.Connection, of: str, span: Range, verdict: Verdict | None = None, limit: int = ROWS
) -> list[Top]:
    return stats.top(reader, of, span.from_us, span.to_us, verdict=verdict, limit=limit)
