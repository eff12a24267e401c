# SPDX-License-Identifier: GPL-3.0-or-later
"""The chain of days as a page: its head, to be kept elsewhere, and a line for each link."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from evidence.chain import chain_file
from evidence.chain.links import Link, Reason
from store.base.file_faults import unusable
from store.base.sentences import say, say_count
from store.base.store_errors import StoreError
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.pages.templating import page
from webui.views.timerange import SECOND_US

router = APIRouter(prefix="/evidence/chain", dependencies=[permissions.sees])

PAGE = 60  # days
REASONS: Mapping[Reason, str] = {
    Reason.CLOSED: "", Reason.LATE: say("anew, since rows came later"),
    Reason.CLEARED: say("anew, since a person deleted some"),
}  # fmt: skip
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class LinkLine:
    """`day` as 2026-11-29, in UTC; `closed`: Unix seconds; `reason` in words, "" that the day was over."""

    day: str
    rows: int
    reason: str
    closed: float
    head: str


@router.get("")
def chain(
    request: Request, ui: WebUi, before: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None
) -> Response:  # fmt: skip
    try:
        with closing(chain_file.open_reader(ui.state)) as con:
            links, newest = list(chain_file.latest(con, before, PAGE + 1)), chain_file.newest(con)
    except (sqlite3.Error, StoreError) as error:
        raise Problem(503, unusable(chain_file.FILE_NAME, error)) from None
    older = links[PAGE - 1].seq if len(links) > PAGE else None
    lines = [_line(link) for link in links[:PAGE]]
    head = _line(newest) if newest else None
    return page(request, "chain_page.html", links=lines, older=older, head=head, sentence=_sentence(newest))


def _line(link: Link) -> LinkLine:
    return LinkLine(_day(link), link.rows, REASONS[Reason(link.reason)], link.closed_us / SECOND_US, link.head)


def _day(link: Link) -> str:
    return (_EPOCH + timedelta(days=link.day)).isoformat()


def _sentence(newest: Link | None) -> str:
    if newest is None:
        return say("No day is closed yet.")
    return say_count(newest.seq, "{count:,} link, the last one of {day}.", "{count:,} links, the last one of {day}.",
                     day=_day(newest))  # fmt: skip
