# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure shaping of statistics into what the templates show. True numbers only; what is not known stays "unknown"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from store.log.values import Top
from webui.numbers.timeline_view import chart as chart  # as the other shapes of a page's numbers

ROWS = 8  # of a "top" list on a page


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a "top" list: `through` is all that was neither blocked nor failed; kind: of a name, "" elsewhere."""

    label: str
    count: int
    blocked: int
    through: int
    failed: int = 0
    href: str = ""
    kind: str = ""


def name_rows(tops: Iterable[Top], device: int | None = None, span: str = "", verdict: str = "") -> list[Row]:
    """Names by queries, each leading to just the rows that were counted: `span` is the range as a query, `verdict` what
    became of them. One that is not kept leads nowhere.
    """
    wanted = {**({"device": str(device)} if device else {}), **({"verdict": verdict} if verdict else {})}
    more = "&".join(filter(None, (urlencode(wanted), span)))
    return [_by_queries(top, _rows_of(top.label, more), top.kind or "") for top in tops]


def device_rows(tops: Iterable[Top], span: str = "") -> list[Row]:
    """Devices by queries. A query whose device is unknown has the key None (or 0): it is shown, without a link."""
    return [_by_queries(top, _device_page(top, span)) for top in tops]


def reporting_rows(tops: Iterable[Top], span: str = "") -> list[Row]:
    """Devices by look-ups."""
    return [_by_lookups(top, _device_page(top, span)) for top in tops]


def company_rows(tops: Iterable[Top], device: int | None = None, span: str = "") -> tuple[list[Row], int]:
    """Known companies by look-ups, each leading to its page, or to the rows of a device; and how many look-ups had no
    known company among `tops`.
    """
    rows = [_by_lookups(top, _of_company(top, device, span)) for top in tops if top.key is not None]
    return rows, sum(top.lookups for top in tops if top.key is None)


def company_page(company: str) -> str:
    """Its address."""
    return f"/companies/{quote(company, safe='')}"


def _rows_of(name: str, more: str) -> str:
    """The rows of this name alone; as a part of names where it holds what parts several."""
    if not name:
        return ""
    href = f"/queries?{'name' if ',' in name else 'names'}={quote(name)}"
    return f"{href}&{more}" if more else href


def _of_company(top: Top, device: int | None, span: str) -> str:
    if device is None:
        return company_page(top.label) + (f"?{span}" if span else "")
    return f"/queries?company={quote(top.label)}&kind={top.kind}&device={device}" + (f"&{span}" if span else "")


def _device_page(top: Top, span: str) -> str:
    return f"/devices/{top.key}" + (f"?{span}" if span else "") if top.key else ""


def _by_queries(top: Top, href: str, kind: str = "") -> Row:
    return Row(top.label, top.queries, top.blocked, top.queries - top.blocked - top.failed, top.failed, href, kind)


def _by_lookups(top: Top, href: str) -> Row:
    through = top.lookups - top.lookups_blocked - top.lookups_failed
    return Row(top.label, top.lookups, top.lookups_blocked, through, top.lookups_failed, href)
