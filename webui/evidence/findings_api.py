# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found, each with the filter of its rows in the query log, and what became of it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from evidence.findings import cure_acts, decide_finding, finding_rows
from evidence.findings.cures import cure
from evidence.findings.finding import FindingKind, FindingState
from evidence.findings.finding_lines import rows_filter
from evidence.findings.finding_rows import FindingFilter, FindingRow
from evidence.findings.finding_words import sentence
from store.base.sentences import say
from store.config import devices
from webui.api import shapes
from webui.evidence.evidence_deps import Evidence, EvidenceEdit
from webui.http import permissions
from webui.http.deps import Config, Engine
from webui.http.problems import Problem
from webui.views.timerange import iso, moment

router = APIRouter(prefix="/findings", tags=["evidence"], dependencies=[permissions.sees])

FindingId = Annotated[int, Path(ge=1, le=shapes.MAX_ID)]


class FindingItem(BaseModel):
    id: int
    kind: FindingKind
    state: FindingState
    device: str | None = Field(description="null: the home as a whole, or a device that is gone")
    device_id: int | None
    company: str | None
    names: list[str]
    first: str
    last: str
    count: int = Field(
        description="look-ups: A, AAAA and HTTPS of one name within a second are one; of news, names; of leak, bypass, "
        "silent and idle_talk, queries: exactly the rows that `queries` finds"
    )
    period_s: float | None
    jitter: float | None = Field(description="a share of the period")
    confidence: float
    cause: str
    blocklist: str = Field(description="of a leak, the blocklist that has the names or lets them through")
    level: str = Field(description="of a vendor pack: the level that has them")
    scope: str = Field(description="in which that is to be changed; empty where nothing is")
    rule: str = Field(description="of a leak, the rule that lets the names through")
    faded: bool = Field(description="done by itself: it no longer holds")
    sentence: str
    cure: str = Field(description="what to do about it, a sentence; empty where there is nothing")
    page: str = Field(description="the page where that is done")
    command: str = Field(description="what does the same on the command line")
    one_click: bool = Field(description="the cure is done by POST …/cure")
    queries: dict[str, str] = Field(
        description="the filter of its rows, as GET /queries takes it; empty: they are the wall's, see GET /bypass"
    )


class FindingList(BaseModel):
    items: list[FindingItem]
    next: str | None


class FindingChange(shapes.Body):
    state: FindingState


@router.get("", summary="What the record shows, the latest first")
def findings(
    con: Evidence,
    config: Config,
    kind: FindingKind | None = None,
    device: Annotated[int | None, Query(ge=0, le=shapes.MAX_ID, description="0: the home as a whole")] = None,
    company: Annotated[str | None, Query(max_length=200)] = None,
    state: Annotated[list[FindingState] | None, Query(description="all but muted, when left out")] = None,
    from_: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    to: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Annotated[int, Query(ge=0, le=shapes.MAX_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=finding_rows.MAX_PAGE)] = 100,
) -> FindingList:
    now_us = time.time_ns() // 1000
    shown = tuple(state) if state else tuple(each for each in FindingState if each is not FindingState.MUTED)
    from_us, to_us = (moment(text, name, now_us) if text else None for text, name in ((from_, "from"), (to, "to")))
    if from_us is not None and to_us is not None and from_us >= to_us:
        raise Problem(422, say("from must be earlier than to."))
    wanted = FindingFilter(kind, device, company, from_us, to_us, shown)
    rows = finding_rows.findings(con, wanted, limit, cursor)
    names = devices.names(config)
    return FindingList(
        items=[item(row, names) for row in rows], next=str(rows[-1].id) if len(rows) == limit else None
    )


@router.get("/{number}", summary="One finding")
def finding(number: FindingId, con: Evidence, config: Config) -> FindingItem:
    return item(finding_rows.finding(con, number), devices.names(config))


@router.patch("/{number}", summary="Seen, muted, done, or new again")
def change(
    number: FindingId, body: FindingChange, engine: Engine, con: EvidenceEdit, config: Config
) -> FindingItem:
    row = decide_finding.decide(engine, con, number, body.state, time.time_ns() // 1000)
    return item(row, devices.names(config))


@router.post("/{number}/cure", summary="Do what ends it, where that only blocks more, and have it be done")
def do_cure(number: FindingId, engine: Engine, con: EvidenceEdit, config: Config) -> FindingItem:
    """One change, which one undo takes back. 422 where there is no such act; `one_click` tells that before."""
    cure_acts.do(engine, con, [finding_rows.finding(con, number)], time.time_ns() // 1000)
    return item(finding_rows.finding(con, number), devices.names(config))


def item(row: FindingRow, names: Mapping[int, str]) -> FindingItem:
    """A finding as JSON; `names`: of devices."""
    value, act = row.finding, cure(row.finding)
    device = names.get(value.device_id)
    return FindingItem(
        id=row.id, kind=value.kind, state=row.state, device=device, device_id=value.device_id or None,
        company=value.company, names=list(value.names), first=iso(value.first_us), last=iso(value.last_us),
        count=value.count, period_s=value.period_s, jitter=value.jitter, confidence=value.confidence,
        cause=value.cause.value, blocklist=value.blocklist, level=value.level, scope=value.scope, rule=value.rule,
        faded=row.faded, sentence=sentence(value, device or str(value.device_id)), cure=act.words, page=act.address,
        command=act.command, one_click=cure_acts.act_of([value]) is not None, queries=rows_filter(value),
    )  # fmt: skip


