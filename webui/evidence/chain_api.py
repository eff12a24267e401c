# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of days: each closed day's digest and the head after it, to be kept elsewhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from evidence.chain import chain_file
from evidence.chain.links import Link, Reason
from store.base.file_faults import unusable
from store.base.store_errors import StoreError
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.views.timerange import iso

router = APIRouter(prefix="/chain", tags=["evidence"], dependencies=[permissions.sees])

MAX_PAGE = 1000
_EPOCH = date(1970, 1, 1)


class LinkItem(BaseModel):
    seq: int
    day: str = Field(description="UTC")
    reason: Reason = Field(description="closed: the day is over; late: rows came later; cleared: a person deleted some")
    rows: int
    first: str | None
    last: str | None
    closed: str
    sha256: str = Field(description="of the day's rows, see docs/chain.md")
    head: str = Field(description="SHA-256 over the head before it and this link: keep it elsewhere")


class LinkList(BaseModel):
    items: list[LinkItem]
    next: str | None


@router.get("", summary="The links of the chain, the latest first")
def chain(
    ui: WebUi,
    cursor: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 100,
) -> LinkList:
    try:
        with closing(chain_file.open_reader(ui.state)) as con:
            links = list(chain_file.latest(con, cursor, limit + 1))
    except (sqlite3.Error, StoreError) as error:
        raise Problem(503, unusable(chain_file.FILE_NAME, error)) from None
    shown = links[:limit]
    return LinkList(items=list(map(_item, shown)), next=str(shown[-1].seq) if len(links) > limit else None)


def _item(link: Link) -> LinkItem:
    first, last = (iso(at) if at else None for at in (link.first_us, link.last_us))
    day = (_EPOCH + timedelta(days=link.day)).isoformat()
    return LinkItem(
        seq=link.seq, day=day, reason=Reason(link.reason), rows=link.rows, first=first, last=last,
        closed=iso(link.closed_us), sha256=link.sha256, head=link.head,
    )  # fmt: skip
