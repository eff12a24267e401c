# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of who and what was asked most, as the page of numbers shows them: all of them short, or one at length."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from store.log.protocol import RangeCounts
from store.log.records import Verdict
from store.log.values import Top
from store.names.purpose import Kind
from webui.numbers import home_view
from webui.numbers.home_view import ROWS, Row

LONG = 200  # rows of one list that is shown alone
# Each list by the anchor of its card.
CARDS = ("reports", "reporting", "used", "asking", "blocked", "passed")

Rows = Callable[[RangeCounts, str, int], tuple[list[Row], int]]


def lists(counts: RangeCounts, span: str, only: str = "") -> dict[str, Any]:
    """What the template `numbers_page.html` takes; `span`: the range as a query; `only`: the one that is shown.

    rows: by CARDS; more: those of which there is more than is shown; unnamed: look-ups of companies that are not known.
    """
    shown = LONG if only else ROWS
    rows, unnamed, more = dict[str, list[Row]](), dict[str, int](), set[str]()
    for card in CARDS:
        every, nobody = _OF[card](counts, span, shown + 1) if only in ("", card) else ([], 0)
        rows[card], unnamed[card] = every[:shown], nobody
        if len(every) > shown:
            more.add(card)
    return {"summary": counts.summary(), "rows": rows, "unnamed": unnamed, "more": more, "only": only, "long": LONG}


def _companies(kind: Kind) -> Rows:
    def rows(counts: RangeCounts, span: str, limit: int) -> tuple[list[Row], int]:
        # One more: what nobody knows whose it is may stand among them.
        return home_view.company_rows(counts.top("companies", limit=limit + 1, kind=kind.word, last=False), None, span)

    return rows


def _devices(kind: Kind | None) -> Rows:
    def rows(counts: RangeCounts, span: str, limit: int) -> tuple[list[Row], int]:
        if kind is None:
            return home_view.device_rows(counts.top("devices", limit=limit, last=False), span), 0
        return home_view.reporting_rows(counts.top("devices", limit=limit, kind=kind.word, last=False), span), 0

    return rows


def _names(verdict: Verdict) -> Rows:
    def rows(counts: RangeCounts, span: str, limit: int) -> tuple[list[Row], int]:
        tops: list[Top] = counts.top("names", verdict, limit, last=False)
        return home_view.name_rows(tops, None, span, verdict.name), 0

    return rows


_OF: Mapping[str, Rows] = {
    "reports": _companies(Kind.TRACKING), "reporting": _devices(Kind.TRACKING), "used": _companies(Kind.USE),
    "asking": _devices(None), "blocked": _names(Verdict.BLOCK), "passed": _names(Verdict.PASS),
}  # fmt: skip
