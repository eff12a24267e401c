# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a device, a company or an idle test: one file, HTML for people, JSON with its rows."""

from __future__ import annotations

import time
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse

from store.base.sentences import say
from webui.api import shapes
from webui.evidence import report_making
from webui.http import permissions
from webui.http.deps import WebUi
from webui.http.problems import Problem
from webui.views.timerange import moment

router = APIRouter(prefix="/report", tags=["evidence"], dependencies=[permissions.sees])

DEFAULT_FROM = "-30d"


@router.get("", summary="The report of a device, a company or an idle test, as one file", response_class=FileResponse)
def report(
    request: Request,
    ui: WebUi,
    device: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None,
    company: Annotated[str | None, Query(max_length=200)] = None,
    test: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID, description="an idle test, whose time it is of")] = None,
    from_: Annotated[str, Query(alias="from", max_length=40)] = DEFAULT_FROM,
    to: Annotated[str, Query(max_length=40)] = "now",
    format_: Annotated[Literal["html", "json"], Query(alias="format")] = "html",
) -> FileResponse:
    """`telltale evidence verify FILE` checks it: that nobody altered it, and that it fits the query log."""
    now_us = time.time_ns() // 1000
    from_us, to_us = moment(from_, "from", now_us), moment(to, "to", now_us)
    if from_us >= to_us:
        raise Problem(422, say("from must be earlier than to."))
    return report_making.made(request, ui, device, company, from_us, to_us, format_ == "html", test)
