# SPDX-License-Identifier: GPL-3.0-or-later
"""What the record shows: the findings, the latest first, and what became of each."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from evidence.findings import decide_finding, finding_lines, finding_rows
from evidence.findings.finding import FindingKind, FindingState
from evidence.findings.finding_rows import FindingFilter
from evidence.findings.finding_words import KINDS, STATES
from store.config import devices
from webui.api import shapes
from webui.evidence.evidence_deps import Evidence, EvidenceEdit
from webui.http import permissions
from webui.http.auth import next_page
from webui.http.deps import Config, Engine
from webui.pages.templating import back_to, page

router = APIRouter(prefix="/evidence", dependencies=[permissions.sees])

PAGE = 50
MAX_NUMBERS = 4_000  # characters: all that a page shows, by their numbers
OPEN = (FindingState.NEW, FindingState.SEEN)  # what is shown where nothing else is asked for

Chosen = Annotated[str, Query(max_length=200)]


@router.get("")
def findings(
    request: Request, con: Evidence, config: Config, kind: Chosen = "", device: Chosen = "", company: Chosen = "",
    state: Chosen = "", before: Chosen = "",
) -> Response:  # fmt: skip
    """A form's empty field, and what is no choice, means all."""
    states = (FindingState(state),) if state in set(FindingState) else OPEN
    wanted = FindingFilter(
        FindingKind(kind) if kind in set(FindingKind) else None, _number(device), company or None, states=states
    )
    rows = finding_rows.findings(con, wanted, PAGE, _number(before) or 0)
    names = devices.names(config)
    return page(
        request,
        "findings_page.html",
        lines=finding_lines.lines(rows, names),
        older=rows[-1].id if len(rows) == PAGE else None,
        kinds=KINDS,
        states=STATES,
        devices=sorted(names.items(), key=lambda item: item[1].casefold()),
        wanted=wanted,
        state=states[0] if len(states) == 1 else None,
        address=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    )


@router.post("/findings/state")
def change(
    engine: Engine,
    con: EvidenceEdit,
    id_: Annotated[str, Form(alias="id", max_length=MAX_NUMBERS, pattern=r"^[0-9]{1,18}(,[0-9]{1,18})*$")],
    state: Annotated[FindingState, Form()],
    back: Annotated[str, Form(max_length=500)] = "/evidence",
) -> Response:
    """`id`: of a finding, or of several by commas, which is one change."""
    numbers = [int(number) for number in id_.split(",")]
    decide_finding.decide_all(engine, con, numbers, state, time.time_ns() // 1000)
    return back_to(next_page(back))


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and int(text) <= shapes.MAX_ID else None
