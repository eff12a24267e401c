# SPDX-License-Identifier: GPL-3.0-or-later
"""One's own device, without log-in: what was blocked for it, and one tap to let that through for a while."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from network import own_addresses
from store.config import devices, list_status, scopes
from store.household import decided_by, exceptions, pauses, requests
from webui.api import my_api
from webui.api.my_api import Own, guarded
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.own_device import CHOSEN, devices_of, token_for
from webui.pages.templating import back_to, page
from webui.views import culprits_view, relief_view
from webui.views.dns_addresses import dns_addresses

router = APIRouter(prefix="/my", dependencies=[permissions.at_own_device])

Name = Annotated[str, Form(max_length=300)]


@router.get("")
def show(request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, device: Own) -> Response:
    if device.id is None:
        addresses = dns_addresses(ui.settings(), own_addresses.way_out())
        return page(request, "my_page.html", known=False, why=device.why, address=device.address, dns=addresses)
    scope, name = str(scopes.device(device.id)), devices.names(config).get(device.id, "")
    titles, now, may = list_status.titles(config), time.time(), my_api.may_of(ui, config, device.id)
    asked = requests.of_device(engine, device.id)
    waiting = {row.name for row in asked if row.decided_at is None}
    excepted = exceptions.exceptions(engine, scope)
    blocked = culprits_view.lines(my_api.blocked_of(reader, device.id), titles, {row.name for row in excepted})
    theirs, names = devices_of(request, config), devices.names(config)
    shown = page(
        request,
        "my_page.html",
        known=True,
        theirs=[(number, names.get(number, ""), number == device.id) for number in theirs],
        device=name,
        form_token=token_for(ui, request, device),
        may=may,
        culprits=[culprits_view.with_leave(culprits_view.at_device(line), may, waiting) for line in blocked],
        exceptions=relief_view.exception_lines(excepted, {scope: name}, now),
        own_pauses=[
            relief_view.pause_line(row, {scope: name}, titles, now)
            for row in pauses.pauses(engine) if row.scope == scope
        ],
        no_access=decided_by.of_access(config, device.id, int(now)).sentence,
        engines=my_api.safe_searched(reader, device.id),
        requests=relief_view.request_lines(asked, {device.id: name}),
    )  # fmt: skip
    if theirs:
        shown.set_cookie(CHOSEN, str(device.id), path="/my", httponly=True, samesite="lax")
    return shown


@router.post("/exceptions", dependencies=guarded)
def let(ui: WebUi, engine: Engine, config: Config, reader: Reader, device: Own, name: Name) -> Response:
    my_api.let_through(ui, engine, config, reader, device, name)
    return back_to("/my")


@router.post("/exceptions/end", dependencies=guarded)
def end(engine: Engine, device: Own, id_: Annotated[int, Form(alias="id", ge=1, le=2**31)]) -> Response:
    exceptions.end_exception(engine, id_, str(scopes.device(my_api.known(device))))
    return back_to("/my")


@router.post("/requests", dependencies=guarded)
def ask(ui: WebUi, engine: Engine, config: Config, device: Own, name: Name, note: Name = "") -> Response:
    my_api.ask_for(ui, engine, config, device, name, note)
    return back_to("/my")
