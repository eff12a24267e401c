# SPDX-License-Identifier: GPL-3.0-or-later
"""What went around DNS, and how the wall stands. Its switches: `webui.api.wall_api`."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from evidence.findings import dns_bypass
from firewall import topology
from firewall.sight import Sight, sight
from store.base.process_status import FirewallStatus
from store.base.sentences import say
from store.config import devices
from store.config.choices import WallMode, either
from store.config.wall_switches import KINDS
from store.log.protocol import LogError
from store.wall import bypass
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Config, Reader, WebUi
from webui.http.problems import Problem
from webui.views import bypass_view, wall_view
from webui.views.timerange import SECOND_US, Period, iso

router = APIRouter(tags=["bypass"], dependencies=[permissions.sees])

MAX_ROWS = 1000


class Bypass(BaseModel):
    first: str
    last: str
    device: str
    device_id: int | None
    client: str
    kind: str = Field(description=either(KINDS))
    address: str
    port: int
    protocol: Literal["tcp", "udp"]
    company: str | None
    refused: bool = Field(description="redirected or refused; else only counted")
    count: int


class BypassList(shapes.Within):
    items: list[Bypass]
    sees: bool = Field(description="whether the wall looks at what passes now: else no item tells nothing")
    unseen: list[str] = Field(description="why it does not look, and what cures that; empty where it looks")
    since: str | None = Field(description="when the wall that looks now was put up, where that is known")
    next: None = None


class AskedByDns(BaseModel):
    first: str
    last: str
    device: str
    device_id: int | None
    client: str
    name: str
    kind: str = Field(description="doh (any encrypted DNS), httpdns or relay")
    company: str
    count: int
    blocked: int = Field(description="of the count")


class Silent(BaseModel):
    last: str = Field(description="its last query")
    device: str
    device_id: int
    hours: int = Field(description="hours of the day or two before in which it asked")


class FromDns(shapes.Within):
    asked: list[AskedByDns]
    silent: list[Silent] = Field(description="devices that are up now and have asked nothing for an hour or more")


class Wall(BaseModel):
    mode: WallMode
    standing: bool = Field(description="whether the firewall process says that the table is up")
    sees: bool = Field(description="whether it looks at what passes: else nothing caught tells nothing")
    unseen: list[str] = Field(description="why it does not look, and what cures that; empty where it looks")
    said: list[str] = Field(description="how it stands, in words")
    switches: dict[str, str] = Field(description="how far each goes for the house now")
    lowered: dict[str, str] = Field(description="switch: why it does less than it is set to")
    counters: dict[str, int] = Field(description="what was caught since the table was put up, by kind")
    place: topology.Role = Field(
        description="where Telltale stands: a plain DNS server, the gateway, or that of chosen devices"
    )
    container: bool
    where: list[str] = Field(description="where it stands, in words")


@router.get("/bypass", summary="Connections that went around DNS, newest first")
def rows(
    ui: WebUi,
    config: Config,
    period: Period,
    kind: Annotated[str | None, Query(max_length=20, description=either(KINDS))] = None,
    device: Annotated[int | None, Query(ge=1, le=shapes.MAX_ID)] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 100,
) -> BypassList:
    if kind is not None and kind not in KINDS:
        raise Problem(422, say("kind must be {choices}.", choices=either(KINDS)))
    span = (period.from_us // SECOND_US, -(-period.to_us // SECOND_US))
    try:
        con = bypass.open_reader(ui.state)
        hits = []
        if con is not None:
            with closing(con):
                hits = bypass.rows(con, *span, kind, device, limit)
    except sqlite3.Error:
        raise Problem(503, say("What the wall caught cannot be read now; try again in a moment.")) from None
    lines = bypass_view.lines(hits, devices.names(config))
    seen = sight(ui.settings().wall, ui.statuses(), topology.look)
    return BypassList(
        from_=iso(period.from_us),
        to=iso(period.to_us),
        items=[_shape(line) for line in lines],
        sees=seen.sees,
        unseen=_unseen(seen),
        since=shapes.seconds_iso(None if seen.since is None else int(seen.since)),
    )


@router.get("/bypass/dns", summary="Ways around DNS that the query log alone tells of")
def from_dns(
    log: Reader,
    config: Config,
    period: Period,
    limit: Annotated[int, Query(ge=1, le=MAX_ROWS)] = 100,
) -> FromDns:
    try:
        asked = dns_bypass.asked_for(log, devices.names(config), period.from_us, period.to_us, limit)
        silent = dns_bypass.silent(log, config, int(time.time() * SECOND_US))
    except (sqlite3.Error, LogError):
        raise Problem(503, say("The query log cannot be read now; try again in a moment.")) from None
    return FromDns(
        from_=iso(period.from_us),
        to=iso(period.to_us),
        asked=[_asked(line) for line in asked],
        silent=[
            Silent(last=iso(line.last_us), device=line.device, device_id=line.device_id, hours=line.hours)
            for line in silent
        ],
    )


@router.get("/wall", summary="How the wall stands")
def wall(ui: WebUi) -> Wall:
    mode, statuses, where = ui.settings().wall, ui.statuses(), topology.look()
    known, seen = statuses.firewall or FirewallStatus(), sight(mode, statuses, lambda: where)
    return Wall(
        mode=mode,
        standing=known.standing,
        sees=seen.sees,
        unseen=_unseen(seen),
        said=bypass_view.stands(mode, statuses.firewall, seen),
        switches=dict(known.switches),
        lowered=dict(known.lowered),
        counters=dict(known.counters),
        place=where.role,
        container=where.container,
        where=wall_view.where(where),
    )


def _unseen(seen: Sight) -> list[str]:
    return list(filter(None, (seen.why, seen.cure)))


def _shape(line: bypass_view.BypassLine) -> Bypass:
    return Bypass(
        first=shapes.seconds_iso(line.first) or "",
        last=shapes.seconds_iso(line.last) or "",
        device=line.device,
        device_id=line.device_id,
        client=line.client,
        kind=line.kind,
        address=line.address,
        port=line.port,
        protocol="udp" if line.protocol == "udp" else "tcp",
        company=line.company,
        refused=line.refused,
        count=line.count,
    )


def _asked(line: dns_bypass.AskedLine) -> AskedByDns:
    return AskedByDns(
        first=iso(line.first_us),
        last=iso(line.last_us),
        device=line.device,
        device_id=line.device_id,
        client=line.client,
        name=line.name,
        kind=line.kind,
        company=line.company,
        count=line.count,
        blocked=line.blocked,
    )
