# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways around DNS: which device took which, to whom; and the switch of the wall that counts and refuses them."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from evidence.findings import dns_bypass
from evidence.findings.dns_bypass import AskedLine, SilentLine
from firewall import topology
from firewall.sight import sight
from store.config import devices, edit, settings
from store.config.choices import WallMode
from store.log.protocol import LogError, LogReader
from store.wall import bypass
from store.wall.bypass import BypassRow
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.state import WebUi as WebUiValue
from webui.pages import wall_parties
from webui.pages.templating import back_to, page
from webui.views import bypass_view, ranges
from webui.views.ranges import Range

router = APIRouter(prefix="/bypass", dependencies=[permissions.sees])

ROWS = 200


@router.get("")
def show(
    request: Request,
    ui: WebUi,
    config: Config,
    log: Reader,
    range: str = ranges.DEFAULT,  # noqa: A002
) -> Response:
    now = time.time()
    span, mode = ranges.find(range, now), ui.settings().wall
    statuses, wall = ui.statuses(), caught(ui, span)
    seen, dns = sight(mode, statuses, topology.look), from_dns(log, config, span, now)
    return page(
        request,
        "bypass_page.html",
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        range_words=span.choice.words,
        mode=mode,
        modes=bypass_view.MODES,
        locked=settings.locked(ui.state, ui.environ).get("wall", ""),
        around=wall_parties.caught(ui.state, span, devices.names(config), mode, seen),
        stands=bypass_view.stands(mode, statuses.firewall, seen),
        totals=bypass_view.totals(wall[1]) if wall else [],
        lines=bypass_view.lines(wall[0], devices.names(config)) if wall else [],
        sees=seen.sees,
        nothing=bypass_view.nothing(seen, span.from_us / 1_000_000, readable=wall is not None),
        dns_known=dns is not None,
        asked=dns[0] if dns else [],
        silent=dns[1] if dns else [],
    )


@router.post("/mode")
def switch(engine: Engine, ui: WebUi, mode: Annotated[WallMode, Form()]) -> Response:
    """Sets the wall; the firewall process sees it and acts."""
    edit.put_settings(engine, {"wall": mode})
    ui.forget_settings()
    return back_to("/bypass")


def caught(ui: WebUiValue, span: Range) -> tuple[list[BypassRow], dict[str, tuple[int, int]]] | None:
    """(rows, totals by kind) of a range; empty while nothing was caught, None while the file cannot be read."""
    start, end = span.from_us // 1_000_000, span.to_us // 1_000_000
    try:
        con = bypass.open_reader(ui.state)
        if con is None:
            return [], {}
        with closing(con):
            return bypass.rows(con, start, end, limit=ROWS), bypass.totals(con, start, end)
    except sqlite3.Error:
        return None


def from_dns(
    log: LogReader, config: sqlite3.Connection, span: Range, now: float
) -> tuple[list[AskedLine], list[SilentLine]] | None:
    """What the query log alone tells; None while it cannot be read."""
    try:
        asked = dns_bypass.asked_for(log, devices.names(config), span.from_us, span.to_us)
        return asked, dns_bypass.silent(log, config, int(now * 1_000_000))
    except (sqlite3.Error, LogError):
        return None
