# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the home's devices ask, by company and by whether that is tracking or use: counts over records of a range."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from blocklists.whose.company_memo import CompanyKey
from evidence.base.group_sums import GroupSum
from evidence.base.reader import EvidenceReader
from store.base.store_errors import StoreError
from webui.api import shapes
from webui.evidence.evidence_deps import unreadable
from webui.evidence.whose_view import HomeCompanies
from webui.http import permissions
from webui.http.deps import WebUi
from webui.views.timerange import Period, iso

router = APIRouter(prefix="/companies", tags=["evidence"], dependencies=[permissions.sees])


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


@router.get("", summary="Whom devices ask, by company and kind, the most asked first")
def companies(
    ui: WebUi, known: HomeCompanies, period: Period, device: Annotated[int | None, Query(ge=0, le=shapes.MAX_ID)] = None
) -> CompanyList:
    try:
        with EvidenceReader(ui.state) as reader:
            sums = reader.companies(period.from_us, period.to_us, known, device)
    except (sqlite3.Error, StoreError):
        raise unreadable() from None
    return CompanyList(from_=iso(period.from_us), to=iso(period.to_us), items=shapes_of(sums))


def shapes_of(sums: Iterable[GroupSum[CompanyKey]]) -> list[CompanyCounts]:
    """By look-ups; equals by name."""
    items = [
        CompanyCounts(
            company=each.key[0], kind=each.key[1].word, names=each.names, devices=each.devices, lookups=each.lookups,
            queries=each.queries, blocked=each.blocked, answered=each.answered, failed=each.failed,
            first=iso(each.first_us), last=iso(each.last_us),
        )
        for each in sums
    ]  # fmt: skip
    return sorted(items, key=lambda item: (-item.lookups, item.company or "", item.kind))
