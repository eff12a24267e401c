# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP: how it stands, what is handed out, turning it on and off; static leases; who has which address."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass, field
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import Response
from sqlalchemy import Engine as SqlEngine

from dhcp import asking, standing, switch
from dhcp.lease_plan import AnotherServer, DhcpError
from store.base.sentences import say, sentence_of
from store.config import devices, settings
from store.config.edit import EditError, NotFound
from store.local import lease_edit
from store.local.lease_edit import TakenLease
from webui.api.dhcp_api import home, refuse_locked
from webui.household import dhcp_view
from webui.household.dhcp_view import ADDED, LeaseForm
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.state import WebUi as Ui
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import settings_view

router = APIRouter(prefix="/dhcp", dependencies=[permissions.sees])

Text = Annotated[str, Form(max_length=400)]
_NOTICES = {
    "on": say("DHCP is turned on."), "off": say("DHCP is turned off. Devices keep their addresses until those end."),
    "saved": say("Saved."), "nothing": say("Nothing was changed."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows beside what is stored: what was typed, and what is wrong with it, by setting; "" stands
    beside the buttons. `beside`: another server was met, so that force is offered."""

    code: int = 200
    notice: str = ""
    typed: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    looked: str = ""
    beside: bool = False
    lease: LeaseForm | None = None


async def typed_fields(request: Request) -> dict[str, str]:
    """The fields of the form that are settings of it, and not as the page showed them: somebody else may have changed
    those meanwhile."""
    form = await request.form()
    fields = {key: value for key, value in form.items() if key in dhcp_view.TITLES and isinstance(value, str)}
    return {key: value for key, value in fields.items() if value != form.get(f"shown_{key}")}


Typed = Annotated[dict[str, str], Depends(typed_fields)]


@router.get("")
def show(request: Request, ui: WebUi, engine: Engine, config: Config, notice: str = "") -> Response:
    return _page(request, ui, engine, config, Shown(notice=_NOTICES.get(notice, "")))


@router.post("")
def save(
    request: Request, ui: WebUi, engine: Engine, config: Config, typed: Typed,
    do: Annotated[Literal["on", "force", "save", "check"], Form()],
) -> Response:  # fmt: skip
    """Turn it on (`force`: although another server answers), only save, or look whether another server answers."""
    wanted, wrong = settings_view.read(typed, ui)
    if wrong and do != "check":
        return _page(request, ui, engine, config, Shown(422, typed=typed, wrong=wrong))
    try:
        if do == "check":
            looked = asking.sentence(*switch.look(home(ui), typed.get("dhcp_interface", "").strip()))
            return _page(request, ui, engine, config, Shown(typed=typed, looked=looked))
        if do == "save":
            switch.change(engine, home(ui), wanted)
        else:
            refuse_locked(ui, ["dhcp"])
            switch.turn_on(engine, home(ui), wanted, force=do == "force")
    except DhcpError as error:
        another = isinstance(error, AnotherServer)
        about = error.about if error.about in dhcp_view.TITLES else ""
        shown = Shown(409 if another else 422, typed=typed, wrong={about: sentence_of(error)}, beside=another)
        return _page(request, ui, engine, config, shown)
    ui.forget_settings()
    return back_to(f"/dhcp?notice={'on' if do != 'save' else 'saved' if wanted else 'nothing'}")


@router.post("/off")
def off(ui: WebUi, engine: Engine) -> Response:
    refuse_locked(ui, ["dhcp"])
    switch.turn_off(engine)
    ui.forget_settings()
    return back_to("/dhcp?notice=off")


@router.post("/static")
def keep(
    request: Request, ui: WebUi, engine: Engine, config: Config, mac: Text, address: Text, name: Text = "",
    which: Text = ADDED,
) -> Response:  # fmt: skip
    """A new static lease, or other values for one that there is."""
    try:
        if which == ADDED:
            switch.add_static(engine, home(ui), mac, address, name)
        else:
            switch.change_static(engine, home(ui), which, mac, address, name)
    except DhcpError as error:
        wrong = {error.about: sentence_of(error)}
    except NotFound:
        raise
    except EditError as error:
        if error.__cause__ is not None:  # not what was typed, but the database behind it
            raise
        wrong = {error.part if isinstance(error, TakenLease) else "": sentence_of(error)}
    else:
        return back_to("/dhcp#static")
    lease = LeaseForm(which, mac, address, name, wrong=wrong)
    return _page(request, ui, engine, config, Shown(422, lease=lease))


@router.post("/static/remove")
def forget(request: Request, engine: Engine, which: Text) -> Response:
    lease_edit.remove_static(engine, which)
    return fragment(request, "_nothing.html") if wants_fragment(request) else back_to("/dhcp#static")


def _page(request: Request, ui: Ui, engine: SqlEngine, config: sqlite3.Connection, shown: Shown) -> Response:
    now, by_mac, names = ui.settings(), devices.by_mac(config), devices.names(config)
    kept, given = lease_edit.static(engine), switch.leases(ui.state, time.time())
    stands, lease = standing.standing(now, ui.statuses()), shown.lease
    return page(
        request,
        "dhcp_page.html",
        shown.code,
        notice=shown.notice,
        on=now.dhcp == "on",
        sentences=standing.sentences(stands),
        serving=stands.state,
        locked=settings.locked(ui.state, ui.environ).get("dhcp", ""),
        fields=dhcp_view.fields(settings_view.fields(ui, shown.wrong, shown.typed)),
        stored={setting.key: setting.value for setting in settings_view.fields(ui, {}, {})},
        examples=dhcp_view.EXAMPLES,
        refused=shown.wrong.get("", ""),
        looked=shown.looked,
        beside=shown.beside,
        kept=dhcp_view.static(kept, lease, by_mac, names),
        added=lease if lease is not None and lease.which == ADDED else LeaseForm(ADDED, "", "", ""),
        leases=dhcp_view.leases(given, kept, by_mac, names),
        more=max(0, len(given) - dhcp_view.MAX_LEASES),
    )
