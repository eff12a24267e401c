# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the home's devices ask, by company and by whether that is tracking or use: counts over records of a range."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from blocklists.whose.facts import Facts
from evidence.base.log_hours import Pair
from evidence.base.reader import EvidenceReader
from store.base.store_errors import StoreError
from webui.api import shapes
from webui.evidence.evidence_deps import unreadable
from webui.evidence.whose_view import HomeKnown
from webui.http.deps import WebUi
from webui.views.timerange import Period, iso

router = APIRouter(prefix="/companies", tags=["evidence"])


class CompanyCounts(BaseModel):
    company: str | None = Field(description="null: nobody knows whose the names are")
    kind: str = Field(description="tracking, use or unknown")
    names: int
    devices: int
    lookups: int = Field(description="A, AAAA and HTTPS of one name within a second by one device are one")
    queries: int
    blocked: int
    answered: int = Field(description="let through, or the home's own, and answered")
    failed: int
    first: str
    last: str


class CompanyList(shapes.Within):
    items: list[CompanyCounts]
    next: None = None


@dataclass(slots=True)
class _Sum:
    names: set[str]
    devices: set[int]
    pair: Pair


@router.get("", summary="Whom devices ask, by company and kind, the most asked first")
def companies(
    ui: WebUi, known: HomeKnown, period: Period, device: Annotated[int | None, Query(ge=0, le=shapes.MAX_ID)] = None
) -> CompanyList:
    try:
        with EvidenceReader(ui.state) as reader:
            pairs = reader.pairs(period.from_us, period.to_us, device)
    except (sqlite3.Error, StoreError):
        raise unreadable() from None
    return CompanyList(from_=iso(period.from_us), to=iso(period.to_us), items=counted(pairs, known))


def counted(pairs: Iterable[Pair], known: Facts) -> list[CompanyCounts]:
    """The pairs added up by company and kind; equals by name."""
    sums: dict[tuple[str | None, str], _Sum] = {}
    for pair in pairs:
        whose = known.of(pair.name)
        key = (whose.company, whose.kind.name.lower())
        if (total := sums.get(key)) is None:
            sums[key] = _Sum({pair.name}, {pair.device_id}, pair)
        else:
            total.names.add(pair.name)
            total.devices.add(pair.device_id)
            total.pair = total.pair.added(pair)
    items = [_shape(company, kind, total) for (company, kind), total in sums.items()]
    return sorted(items, key=lambda item: (-item.lookups, item.company or "", item.kind))


def _shape(company: str | None, kind: str, total: _Sum) -> CompanyCounts:
    pair = total.pair
    return CompanyCounts(
        company=company, kind=kind, names=len(total.names), devices=len(total.devices), lookups=pair.lookups,
        queries=pair.queries, blocked=pair.blocked, answered=pair.answered, failed=pair.failed,
        first=iso(pair.first_us), last=iso(pair.last_us),
    )  # fmt: skip
