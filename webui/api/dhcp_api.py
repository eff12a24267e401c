# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP: how it stands, who has which address, and what is handed out."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from dhcp import standing, switch
from dhcp.switch import Home
from store.base import status
from store.base.process_status import DhcpState
from store.base.sentences import say
from store.config import settings as store_settings
from store.config.engine import Engine as SqlEngine
from store.local import lease_edit, static_leases
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as Ui
from webui.views.labels import label

router = APIRouter(prefix="/dhcp", tags=["DHCP"], dependencies=[permissions.sees])


class StaticLease(shapes.Body):
    mac: str = Field(max_length=60, description="aa:bb:cc:00:11:22")
    address: str = Field(max_length=60, description="an IPv4 address of the network")
    name: str = Field(default="", max_length=80, description="a label; empty: what the device calls itself")


class Lease(BaseModel):
    address: str
    mac: str | None
    name: str | None
    ends: str | None = Field(description="null: never")
    static: bool


class Dhcp(BaseModel):
    on: bool
    state: DhcpState = Field(description="`unserved`: it is on, and nobody can serve it here; `error` says why")
    error: str
    notes: list[str]
    interface: str = Field(description="where it serves; before it does, what the setting says")
    others: list[str] = Field(description="other DHCP servers that answered at the last look")
    first: str = Field(serialization_alias="from")
    last: str = Field(serialization_alias="to")
    router: str
    lease_minutes: int
    ipv6: bool
    beside_others: bool
    leases: list[Lease]
    static: list[StaticLease]


class DhcpChange(shapes.Body):
    """What is left out stays. Turning it on is refused (409) while another server answers, unless `force`."""

    on: bool | None = None
    interface: str | None = Field(default=None, max_length=60)
    first: str | None = Field(default=None, alias="from", max_length=60)
    last: str | None = Field(default=None, alias="to", max_length=60)
    router: str | None = Field(default=None, max_length=60)
    lease_minutes: int | None = None
    ipv6: bool | None = None
    force: bool = False


class Check(BaseModel):
    interface: str
    others: list[str]


@router.get("", summary="How DHCP stands, with its leases")
def dhcp(ui: WebUi, engine: Engine) -> Dhcp:
    return shape(ui, engine)


@router.put("", summary="Turn DHCP on or off, and change what it hands out")
def put_dhcp(body: DhcpChange, ui: WebUi, engine: Engine) -> Dhcp:
    change(ui, engine, body)
    return shape(ui, engine)


@router.post("/check", summary="Look whether another DHCP server answers; takes some seconds")
def check(ui: WebUi) -> Check:
    interface, others = switch.look(home(ui))
    return Check(interface=interface, others=list(others))


@router.post("/static", status_code=201, summary="Keep an address for a device")
def add_static(body: StaticLease, ui: WebUi, engine: Engine) -> StaticLease:
    return _static(switch.add_static(engine, home(ui), body.mac, body.address, body.name))


@router.put("/static/{which}", summary="Change a static lease, found by its MAC or address")
def change_static(
    which: Annotated[str, InPath(max_length=60)], body: StaticLease, ui: WebUi, engine: Engine
) -> StaticLease:
    return _static(switch.change_static(engine, home(ui), which, body.mac, body.address, body.name))


@router.delete("/static/{which}", status_code=204, summary="Forget a static lease, by its MAC or address")
def remove_static(which: Annotated[str, InPath(max_length=60)], engine: Engine) -> None:
    lease_edit.remove_static(engine, which)


def change(ui: Ui, engine: SqlEngine, body: DhcpChange) -> None:
    """Carry it out. Raises Problem, DhcpError, EditError."""
    values = _values(body)
    refuse_locked(ui, (*values, *(["dhcp"] if body.on is not None else [])))
    if body.on and ui.settings().dhcp != "on":
        switch.turn_on(engine, home(ui), values, body.force)
    elif values:
        switch.change(engine, home(ui), values)
    if body.on is False:
        switch.turn_off(engine)
    ui.forget_settings()


def refuse_locked(ui: Ui, keys: Iterable[str]) -> None:
    """Raises Problem where one of the settings is set elsewhere."""
    locked = store_settings.locked(ui.state, ui.environ)
    for key in keys:
        if key in locked:
            source = label(locked[key])
            raise Problem(409, say("{key} is set by the {source}; change it there.", key=key, source=source))


def home(ui: Ui) -> Home:
    return Home(ui.state, ui.run, ui.environ)


def shape(ui: Ui, engine: SqlEngine) -> Dhcp:
    """All of it."""
    now, static = ui.settings(), lease_edit.static(engine)
    stands = standing.standing(now, status.read_live(ui.run))
    kept = {lease.address for lease in static}
    leases = [
        Lease(address=lease.address, mac=lease.mac, name=lease.name, static=lease.address in kept,
              ends=shapes.iso_of_seconds(lease.ends) if lease.ends else None)
        for lease in switch.leases(ui.state, time.time())
    ]  # fmt: skip
    return Dhcp(
        on=now.dhcp == "on", state=stands.state, error=stands.error, notes=list(stands.notes),
        interface=stands.interface or now.dhcp_interface, others=list(stands.others), first=now.dhcp_from,
        last=now.dhcp_to, router=now.dhcp_router,
        lease_minutes=now.dhcp_lease_minutes, ipv6=now.dhcp_ipv6 == "on", beside_others=now.dhcp_beside_others == "on",
        leases=leases, static=[_static(lease) for lease in static],
    )  # fmt: skip


def _static(lease: static_leases.StaticLease) -> StaticLease:
    return StaticLease(mac=lease.mac, address=lease.address, name=lease.name)


def _values(body: DhcpChange) -> dict[str, Any]:
    """Settings by their keys."""
    texts = {
        "dhcp_interface": body.interface, "dhcp_from": body.first, "dhcp_to": body.last, "dhcp_router": body.router,
    }  # fmt: skip
    values: dict[str, Any] = {key: text for key, text in texts.items() if text is not None}
    if body.lease_minutes is not None:
        values["dhcp_lease_minutes"] = body.lease_minutes
    if body.ipv6 is not None:
        values["dhcp_ipv6"] = "on" if body.ipv6 else "off"
    return values
