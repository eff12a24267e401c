# SPDX-License-Identifier: GPL-3.0-or-later
"""A beat as a picture: when its name was asked for, hour by day, and each look-up of the last week as a tick."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from contextlib import closing
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from markupsafe import Markup

from evidence.base.reader import EvidenceReader
from evidence.findings import finding_lines, finding_rows
from evidence.findings.finding import FindingKind
from evidence.findings.finding_words import period
from evidence.report import pictures
from evidence.report.pictures import Cell
from evidence.report_counts import beat_rows
from store.base.languages import tell
from store.base.sentences import say
from store.config import devices
from webui.api import shapes
from webui.evidence.evidence_deps import Evidence, unreadable
from webui.http import permissions
from webui.http.deps import Config, WebUi
from webui.http.language import language
from webui.http.problems import Problem
from webui.pages.templating import page
from webui.views.formatting import share

router = APIRouter(prefix="/evidence/beat", dependencies=[permissions.sees])

SECOND_US = 1_000_000
SHOWN_S = 28 * 86_400


@router.get("")
def beat(
    request: Request, ui: WebUi, con: Evidence, config: Config,
    number: Annotated[int, Query(alias="finding", ge=1, le=shapes.MAX_ID)],
) -> Response:  # fmt: skip
    row = finding_rows.finding(con, number)
    finding = row.finding
    if finding.kind is not FindingKind.BEACON:
        raise Problem(404, say("This finding is no beat; it has no picture."))
    name, end_s = finding.names[0] if finding.names else finding.key, finding.last_us // SECOND_US + 1
    try:
        with closing(EvidenceReader(ui.state)) as reader:
            seconds = reader.beats(finding.device_id, name, (end_s - SHOWN_S) * SECOND_US, end_s * SECOND_US)
    except sqlite3.Error:
        raise unreadable() from None
    (line,) = finding_lines.lines([row], devices.names(config))
    label, cells = tell(line.sentence, language(request)), _cells(seconds)
    days = sorted({cell.day for cell in cells}) or [_day(end_s)]
    return page(
        request,
        "beat_page.html",
        line=line,
        name=name,
        period=period(finding.period_s or 0.0),
        jitter=share(round(finding.jitter * 1000), 1000) if finding.jitter else "",
        days=Counter(cell.day for cell in cells.elements()),
        heat=Markup(pictures.hours_by_day(cells, days[0], days[-1], label)),  # noqa: S704 - escaped there
        ticks=Markup(pictures.beat_ticks(beat_rows.ticks(seconds, end_s), label)),  # noqa: S704
    )


def _cells(seconds: list[int]) -> Counter[Cell]:
    return Counter(Cell(_day(at), time.localtime(at).tm_hour) for at in seconds)


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))
