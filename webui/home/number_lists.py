# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of who and what was asked most, as the page of numbers shows them."""

from __future__ import annotations

from typing import Any

from store.log.protocol import RangeCounts
from store.log.records import Verdict
from store.names.purpose import Kind
from webui.numbers import home_view
from webui.numbers.home_view import ROWS


def lists(counts: RangeCounts, span: str) -> dict[str, Any]:
    """What the template `numbers_page.html` takes; `span`: the range as a query."""
    summary = counts.summary()
    tracking, use = (
        home_view.company_rows(counts.top("companies", limit=ROWS + 1, kind=kind.word, last=False), None, span)
        for kind in (Kind.TRACKING, Kind.USE)
    )
    reporting = counts.top("devices", limit=ROWS, kind=Kind.TRACKING.word, last=False)
    return {
        "summary": summary,
        "devices": home_view.device_rows(counts.top("devices", limit=ROWS, last=False), span),
        "reporting": home_view.reporting_rows(reporting, span),
        "companies": tracking[0][:ROWS],
        "companies_unknown": tracking[1],
        "used": use[0][:ROWS],
        "used_unknown": use[1],
        "blocked_names": home_view.name_rows(counts.top("names", Verdict.BLOCK, ROWS, last=False), None, span, "BLOCK"),
        "passed_names": home_view.name_rows(counts.top("names", Verdict.PASS, ROWS, last=False), None, span, "PASS"),
    }
