# SPDX-License-Identifier: GPL-3.0-or-later
"""All companies that the home talked to in a range: tracking first, then use; what is new."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import FindingKind
from evidence.findings.finding_rows import FindingFilter
from store.base.store_errors import StoreError
from webui.companies import company_lines
from webui.devices.device_evidence import WEEK_US
from webui.http import permissions
from webui.http.deps import Reader, WebUi
from webui.pages.templating import page
from webui.views import ranges
from webui.views.ranges import AskedOfWeek

router = APIRouter(prefix="/companies", dependencies=[permissions.sees])

MOST = 1_000  # companies, each of which has a row for each kind; a home meets some hundreds


@router.get("")
def companies(
    request: Request, ui: WebUi, reader: Reader, span: AskedOfWeek,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """`q`: only those whose names have every word of it."""
    with reader.counts(span.from_us, span.to_us) as counts:
        tops, pairs = counts.top("companies", limit=3 * MOST, last=False), counts.tracking_pairs()
    lines = company_lines.lines(tops, pairs, _new(ui.state))
    shown = company_lines.matching(lines, q)
    return page(
        request,
        "companies_page.html",
        sentence=company_lines.sentence(lines, span.choice.sentence),
        tracking=[line for line in shown if line.tracking],
        others=[line for line in shown if not line.tracking],
        nobody=company_lines.unknown(tops),
        q=q,
        any=bool(lines),
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        span=span.query(),
    )


def _new(state: Path) -> set[str]:
    """The companies that some device asked for the first time in the last week; none where evidence cannot be read."""
    since = time.time_ns() // 1000 - WEEK_US
    try:
        with closing(evidence_file.open_reader(state)) as con:
            wanted = FindingFilter(kind=FindingKind.NEW_COMPANY, from_us=since)
            rows = finding_rows.findings(con, wanted, finding_rows.MAX_PAGE)
    except (sqlite3.Error, StoreError):
        return set()
    return {row.finding.company for row in rows if row.finding.company and row.finding.first_us >= since}
