# SPDX-License-Identifier: GPL-3.0-or-later
"""Which report is wanted: of which device or company, over what time, as what; and the file."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from store.base.sentences import say, say_count, together
from store.config import devices
from store.log.protocol import LogReader
from store.log.values import CompanyCounts, KindCounts, Summary
from webui.api import shapes
from webui.evidence import report_making
from webui.http import permissions
from webui.http.deps import Config, Reader, WebUi
from webui.numbers import headline
from webui.numbers.timeline_view import Chart, lookups_chart
from webui.pages.templating import page
from webui.views.ranges import CHOICES, Range, find

router = APIRouter(prefix="/evidence/reports", dependencies=[permissions.sees])

RANGES = tuple(choice for choice in CHOICES if choice.key in ("24h", "7d", "30d"))
DEFAULT_RANGE = "30d"
MAX_COMPANY = 200
MAX_COMPANIES = 500  # that a form offers

Text = Annotated[str, Query(max_length=MAX_COMPANY)]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a report would be about, in short; `html` and `json`: addresses of the file."""

    about: str
    words: str
    sentence: str
    lookups: int
    chart: Chart
    html: str
    json: str


@router.get("")
def reports(
    request: Request, config: Config, reader: Reader, device: Text = "", company: Text = "",
    range_: Annotated[str, Query(alias="range", max_length=20)] = DEFAULT_RANGE,
) -> Response:  # fmt: skip
    """The forms, and beneath them what the report that is chosen would be about."""
    names, number, key = devices.names(config), _number(device), _range(range_)
    return page(
        request,
        "reports_page.html",
        devices=sorted(names.items(), key=lambda item: item[1].casefold()),
        companies=_companies(reader),
        device=number,
        company=company,
        ranges=RANGES,
        range=key,
        preview=_preview(reader, find(key, time.time()), names, number, company),
    )


@router.get("/file", response_class=FileResponse)
def file(
    request: Request, ui: WebUi, device: Text = "", company: Text = "", test: Text = "",
    range_: Annotated[str, Query(alias="range", max_length=20)] = DEFAULT_RANGE,
    format_: Annotated[str, Query(alias="format", max_length=10)] = "html",
) -> FileResponse:  # fmt: skip
    """The report, shown, or as JSON to keep."""
    span = find(_range(range_), time.time())
    number = None if test else _number(device)
    return report_making.made(
        request, ui, number, company, span.from_us, span.to_us, format_ != "json", _number(test)
    )  # fmt: skip


def _preview(
    reader: LogReader, span: Range, names: Mapping[int, str], device: int | None, company: str
) -> Preview | None:
    """None where nothing is chosen, or nothing is known of it."""
    counted = None
    with reader.counts(span.from_us, span.to_us, device) as counts:
        if device is None:
            counted = counts.company(company, 0, since=False) if company else None
        if counted is None and device not in names:
            return None
        tracking, use, unknown = _kinds(counted or counts.summary())
        hours = counts.hours(counted.name if counted else None)
    about = {"company": counted.name} if counted else {"device": str(device)}
    query = urlencode({**about, "range": span.choice.key})
    name = counted.name if counted else names[device or 0]
    return Preview(
        name, span.choice.words, _sentence(span, tracking, use, unknown),
        tracking.lookups + use.lookups + unknown.lookups,
        lookups_chart(hours, span.from_us, span.to_us, span.step_us, "", urlencode(about)),
        f"/evidence/reports/file?{query}&format=html", f"/evidence/reports/file?{query}&format=json",
    )  # fmt: skip


def _companies(reader: LogReader) -> list[str]:
    """Those that were asked of late."""
    span = find(DEFAULT_RANGE, time.time())
    with reader.counts(span.from_us, span.to_us) as counts:
        tops = counts.top("companies", limit=MAX_COMPANIES, last=False)
    return sorted({top.label for top in tops if top.key is not None}, key=str.casefold)


def _kinds(counts: Summary | CompanyCounts) -> tuple[KindCounts, KindCounts, KindCounts]:
    return counts.tracking, counts.use, counts.unknown


def _sentence(span: Range, tracking: KindCounts, use: KindCounts, unknown: KindCounts) -> str:
    when = span.choice.sentence
    first = say("{when} no look-up for what is known as tracking.", when=when)
    if tracking.lookups:
        first = say_count(
            tracking.lookups, "{when} {count:,} look-up for tracking: {outcome}.",
            "{when} {count:,} look-ups for tracking: {outcome}.", when=when, outcome=headline.outcome_of(tracking),
        )  # fmt: skip
    return together(first, *headline.beside(use.lookups, unknown.lookups))


def _range(key: str) -> str:
    return key if any(choice.key == key for choice in RANGES) else DEFAULT_RANGE


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= shapes.MAX_ID else None
