# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways around DNS: which device took which, to whom; and the switch of the wall that counts and refuses them."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store import bypass, devices, edit, settings, status
from store.bypass import BypassRow
from webui import bypassdns, bypassviews, ranges
from webui.bypassdns import AskedLine, SilentLine
from webui.deps import Config, Engine, House, Reader
from webui.house import House as HouseValue
from webui.ranges import Range
from webui.render import back_to, page

router = APIRouter(prefix="/bypass")

ROWS = 200


@router.get("")
def show(
    request: Request,
    house: House,
    config: Config,
    log: Reader,
    range: str = ranges.DEFAULT,  # noqa: A002
) -> Response:
    now = time.time()
    span, mode = ranges.find(range, now), house.settings().wall
    rows, totals = caught(house, span)
    asked, silent = from_dns(log, config, span, now)
    return page(
        request,
        "bypass.html",
        ranges=ranges.CHOICES,
        current_range=span.choice.key,
        range_words=span.choice.words,
        mode=mode,
        modes=bypassviews.MODES,
        locked=settings.locked(house.state, house.environ).get("wall", ""),
        stands=bypassviews.stands(mode, status.read(house.run).get("firewall"), now),
        totals=bypassviews.totals(totals),
        lines=bypassviews.lines(rows, devices.names(config)),
        asked=asked,
        silent=silent,
    )


@router.post("/mode")
def switch(engine: Engine, house: House, mode: Annotated[Literal["off", "watch", "enforce"], Form()]) -> Response:
    """Sets the wall; the firewall process sees it and acts."""
    edit.put_settings(engine, {"wall": mode})
    house.forget_settings()
    return back_to("/bypass")


def caught(house: HouseValue, span: Range) -> tuple[list[BypassRow], dict[str, tuple[int, int]]]:
    """(rows, totals by kind) of a range; empty while nothing was caught or the file cannot be read."""
    start, end = span.from_us // 1_000_000, span.to_us // 1_000_000
    try:
        con = bypass.open_reader(house.state)
        if con is None:
            return [], {}
        with closing(con):
            return bypass.rows(con, start, end, limit=ROWS), bypass.totals(con, start, end)
    except sqlite3.Error:
        return [], {}


def from_dns(
    log: sqlite3.Connection, config: sqlite3.Connection, span: Range, now: float
) -> tuple[list[AskedLine], list[SilentLine]]:
    """What the query log alone tells; empty while it cannot be read."""
    try:
        found = bypassdns.asked_for(log, devices.names(config), span.from_us, span.to_us)
        return found, bypassdns.silent(log, config, int(now * 1_000_000))
    except sqlite3.Error:
        return [], []
