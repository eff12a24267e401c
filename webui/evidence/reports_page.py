# SPDX-License-Identifier: GPL-3.0-or-later
"""Which report is wanted: of which device or company, over what time, as what; and the file."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from store.config import devices
from webui.api import shapes
from webui.evidence import report_making
from webui.http import permissions
from webui.http.deps import Config, WebUi
from webui.pages.templating import page
from webui.views.ranges import CHOICES, find

router = APIRouter(prefix="/evidence/reports", dependencies=[permissions.sees])

RANGES = tuple(choice for choice in CHOICES if choice.key in ("24h", "7d", "30d"))
DEFAULT_RANGE = "30d"
MAX_COMPANY = 200

Text = Annotated[str, Query(max_length=MAX_COMPANY)]


@router.get("")
def reports(request: Request, config: Config, device: Text = "", company: Text = "") -> Response:
    """The forms; a page that leads here has said what about."""
    names = sorted(devices.names(config).items(), key=lambda item: item[1].casefold())
    return page(request, "reports_page.html", devices=names, device=_number(device), company=company, ranges=RANGES,
                range=DEFAULT_RANGE)  # fmt: skip


@router.get("/file", response_class=FileResponse)
def file(
    request: Request, ui: WebUi, device: Text = "", company: Text = "", test: Text = "",
    range_: Annotated[str, Query(alias="range", max_length=20)] = DEFAULT_RANGE,
    format_: Annotated[str, Query(alias="format", max_length=10)] = "html",
) -> FileResponse:  # fmt: skip
    """The report, shown, or as JSON to keep."""
    key = range_ if any(choice.key == range_ for choice in RANGES) else DEFAULT_RANGE
    span = find(key, time.time())
    number = None if test else _number(device)
    return report_making.made(
        request, ui, number, company, span.from_us, span.to_us, format_ != "json", _number(test)
    )  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= shapes.MAX_ID else None
