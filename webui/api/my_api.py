# SPDX-License-Identifier: GPL-3.0-or-later
"""One's own device, without log-in: what was blocked for it of late, and letting that through.

`webui.http.own_device` tells which device it is, by the address of the connection; all of this is of that one alone.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from evidence.findings import culprits
from evidence.findings.culprits import Culprit
from resolver.explain.explain import Explainer
from store.base.sentences import say
from store.config import devices, list_status, scopes
from store.config.engine import Engine as SqlEngine
from store.household import decided_by, exceptions, pauses, requests
from store.household.exceptions import USUAL_SECONDS, ExceptionView
from store.household.leave import leave_of
from store.household.requests import MAX_NOTE, RequestView
from store.log.protocol import LogReader
from store.log.records import Verdict
from webui.api import exceptions_api, pauses_api, requests_api, shapes
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.own_device import OwnDevice, from_own_page, own_device
from webui.http.problems import Problem
from webui.http.state import WebUi as State
from webui.views.culprits_view import leave
from webui.views.relief_view import asked_first
from webui.views.timerange import iso
from wire.types import A

router = APIRouter(prefix="/my", tags=["my"], dependencies=[permissions.at_own_device])
Own = Annotated[OwnDevice, Depends(own_device)]
guarded = [Depends(from_own_page)]


class Blocked(BaseModel):
    name: str
    reasons: Sequence[str] = Field(description="why it may be what something waits for")
    count: int = Field(description="how often it was asked for in the last quarter of an hour")
    last: str
    list: str = Field(description="the id of what blocked it")
    list_title: str | None
    company: str | None
    may: str = Field(description="yes: it can be let through here; ask: somebody has to say yes first; no")


class My(BaseModel):
    device: str | None = Field(description="what this device is called; null where it is not known which it is")
    address: str
    why: str | None = Field(description="why it is not known")
    may: str = Field(description="yes, ask or no: what the settings my_exceptions and my_exceptions_for say of it")
    blocked: list[Blocked] = Field(description="of the last quarter of an hour, likeliest culprit first")
    exceptions: list[exceptions_api.NameException]
    requests: list[requests_api.Request]
    pauses: list[pauses_api.Pause] = Field(description="those of this device alone")
    no_access: str | None = Field(default=None, description="which group has no access now, and until when")
    no_access_until: str | None = Field(default=None, description="null: it has access, or time alone does not end it")
    safe_search: Sequence[str] = Field(
        default=(), description="engines that safe search answered for it of late; nothing lifts that here"
    )


class NameOf(shapes.Body):
    name: str = Field(max_length=300)


class NewRequest(NameOf):
    note: str = Field(default="", max_length=MAX_NOTE)


@router.get("", summary="What was blocked for the device that asks")
def my(ui: WebUi, engine: Engine, config: Config, reader: Reader, device: Own) -> My:
    may: str = ui.settings().my_exceptions
    if device.id is None:
        return My(device=None, address=device.address, why=device.why, may=may, blocked=[], exceptions=[], requests=[],
                  pauses=[])  # fmt: skip
    scope, titles, may = str(scopes.device(device.id)), list_status.titles(config), may_of(ui, config, device.id)
    name, closed = devices.names(config).get(device.id), decided_by.of_access(config, device.id, int(time.time()))
    return My(
        device=name, address=device.address, why=None, may=may,
        blocked=[_blocked(row, titles, may) for row in blocked_of(reader, device.id)],
        exceptions=[exceptions_api.shape(row) for row in exceptions.exceptions(engine, scope)],
        requests=[requests_api.shape(row, name) for row in requests.of_device(engine, device.id)],
        pauses=[pauses_api.shape(row) for row in pauses.pauses(engine) if row.scope == scope],
        no_access=closed.sentence or None, no_access_until=shapes.seconds_iso(closed.until_s),
        safe_search=safe_searched(reader, device.id),
    )  # fmt: skip


@router.post("/exceptions", status_code=201, dependencies=guarded, summary="Let a name through here for a while")
def let(
    body: NameOf, ui: WebUi, engine: Engine, config: Config, reader: Reader, device: Own
) -> exceptions_api.NameException:  # fmt: skip
    """For a quarter of an hour, for the device that asks alone; the name has to be one that is blocked for it."""
    return exceptions_api.shape(let_through(ui, engine, config, reader, device, body.name))


@router.delete("/exceptions", status_code=204, dependencies=guarded, summary="Block it again")
def end(id: Annotated[int, Query(ge=1, le=shapes.MAX_ID)], engine: Engine, device: Own) -> None:  # noqa: A002
    exceptions.end_exception(engine, id, str(scopes.device(known(device))))


@router.post("/requests", status_code=201, dependencies=guarded, summary="Ask for a name to be let through here")
def ask(body: NewRequest, ui: WebUi, engine: Engine, config: Config, device: Own) -> requests_api.Request:
    name = devices.names(config).get(known(device))
    return requests_api.shape(ask_for(ui, engine, config, device, body.name, body.note), name)


def blocked_of(reader: LogReader, device_id: int) -> list[Culprit]:
    """The culprits of a device now."""
    return culprits.of_device(reader, device_id, time.time_ns() // 1000)


def safe_searched(reader: LogReader, device_id: int) -> list[str]:
    """The engines that safe search answered for a device of late."""
    return culprits.safe_searched(reader, device_id, time.time_ns() // 1000)


def may_of(ui: State, config: sqlite3.Connection, device_id: int) -> str:
    """yes, ask or no: who may let a name through at this device."""
    settings = ui.settings()
    groups = devices.groups_of_devices(config).get(device_id, ()) if settings.my_exceptions_for else ()
    return leave_of(settings.my_exceptions, settings.my_exceptions_for, device_id, groups)


def known(device: OwnDevice) -> int:
    """The device's id; a 404 problem where it is not known which device asks."""
    if device.id is None:
        raise Problem(404, device.why)
    return device.id


def let_through(
    ui: State, engine: SqlEngine, config: sqlite3.Connection, reader: LogReader, device: OwnDevice, name: str
) -> ExceptionView:
    """Except a name that is blocked for this device, for a quarter of an hour; a problem where it may not or is not."""
    number, name = known(device), exceptions.checked_name(name)
    may = may_of(ui, config, number)
    if may == "yes":
        blocking = {row.list for row in blocked_of(reader, number) if row.name == name}
        blocking |= _blocking(ui, config, device, name)
        if not blocking:
            raise Problem(422, say("{name} is not blocked for this device: nothing has to let it through.", name=name))
        may = "ask" if any(map(asked_first, blocking)) else may
    if may == "ask":
        raise Problem(403, say("Somebody who is logged in has to say yes to that first: ask for it."))
    if may == "no":
        raise _nobody()
    until = int(time.time()) + USUAL_SECONDS
    called = devices.names(config).get(number, "")
    return exceptions.let_through(engine, str(scopes.device(number)), name, until, called)


def ask_for(
    ui: State, engine: SqlEngine, config: sqlite3.Connection, device: OwnDevice, name: str, note: str
) -> RequestView:  # fmt: skip
    """Put down a request of this device."""
    number = known(device)
    if may_of(ui, config, number) == "no":
        raise _nobody()
    return requests.ask_for(engine, number, name, note)


def _blocking(ui: State, config: sqlite3.Connection, device: OwnDevice, name: str) -> set[str]:
    """By what the name itself is blocked there this moment; none where it is not."""
    clients = devices.clients(config)
    others = (address for address, number in clients.items() if number == device.id)
    address = device.address if clients.get(device.address) == device.id else next(others, device.address)
    judgement = Explainer.load(ui.state, ui.environ, None).decide(name, A, address).judgement
    blocked = judgement.verdict is Verdict.BLOCK and judgement.blocklist != culprits.SAFE_SEARCH
    return {judgement.blocklist} if blocked else set()


def _blocked(row: Culprit, titles: dict[str, str], may: str) -> Blocked:
    return Blocked(
        name=row.name, reasons=list(map(str, row.reasons)), count=row.count, last=iso(row.last_us), list=row.list,
        list_title=titles.get(row.list), company=row.company, may=leave(may, row.list, row.name),
    )  # fmt: skip


def _nobody() -> Problem:
    return Problem(403, say("In this home nobody lets names through without logging in."))
