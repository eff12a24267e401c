# SPDX-License-Identifier: GPL-3.0-or-later
"""DHCP: how it stands, what is handed out, turning it on and off; static leases; who has which address."""

from __future__ import annotations

import sqlite3
import time
from ipaddress import IPv4Network
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response

from dhcp import asking, keeper, lease_plan, standing, switch
from dhcp.lease_plan import DhcpError
from network import own_addresses
from store.base.languages import tell
from store.base.sentences import say
from store.config import devices, settings
from store.config.engine import Engine as SqlEngine
from store.local import lease_edit
from webui.api.dhcp_api import home, refuse_locked
from webui.household import dhcp_view
from webui.household.dhcp_view import ADDED
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.language import language
from webui.http.problems import Problem
from webui.http.state import WebUi as Ui
from webui.pages.templating import back_to, fragment, page, wants_fragment
from webui.views import settings_view

router = APIRouter(prefix="/dhcp", dependencies=[permissions.sees])

Text = Annotated[str, Form(max_length=400)]
_NOTICES = {
    "on": say("DHCP is turned on."), "off": say("DHCP is turned off. Devices keep their addresses until those end."),
    "saved": say("Saved."), "nothing": say("Nothing was changed."),
}  # fmt: skip


async def typed_fields(request: Request) -> dict[str, str]:
    """The fields of the form that are settings of it, and not as the page showed them: somebody else may have changed
    those meanwhile."""
    form = await request.form()
    fields = {key: value for key, value in form.items() if key in dhcp_view.TITLES and isinstance(value, str)}
    return {key: value for key, value in fields.items() if value != form.get(f"shown_{key}")}


Typed = Annotated[dict[str, str], Depends(typed_fields)]


@router.get("")
def show(
    request: Request, ui: WebUi, engine: Engine, config: Config, notice: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:  # fmt: skip
    """`q`: only leases that hold these words."""
    return _page(request, ui, engine, config, _NOTICES.get(notice, ""), q)


@router.post("")
def save(
    request: Request, ui: WebUi, engine: Engine, typed: Typed, do: Annotated[Literal["on", "force", "save"], Form()]
) -> Response:
    """Turn it on (`force`: although another server answers), or only save what is handed out."""
    wanted, wrong = settings_view.read(typed, ui)
    if wrong:
        faults = [{"field": key, "message": tell(each, language(request))} for key, each in wrong.items()]
        raise Problem(422, next(iter(wrong.values())), errors=faults)
    if do == "save":
        switch.change(engine, home(ui), wanted)
    else:
        refuse_locked(ui, ["dhcp"])
        switch.turn_on(engine, home(ui), wanted, force=do == "force")
    ui.forget_settings()
    return back_to(f"/dhcp?notice={'on' if do != 'save' else 'saved' if wanted else 'nothing'}")


@router.post("/check")
def check(request: Request, ui: WebUi, engine: Engine, config: Config) -> Response:
    """Look whether another server answers on the connection that the settings say; takes some seconds."""
    interface, others = switch.look(home(ui), "")
    looked = asking.sentence(interface, others)
    if wants_fragment(request):
        return fragment(request, "_dhcp_looked.html", looked=looked, others=others, at=time.time())
    return _page(request, ui, engine, config, looked)


@router.post("/off")
def off(ui: WebUi, engine: Engine) -> Response:
    refuse_locked(ui, ["dhcp"])
    switch.turn_off(engine)
    ui.forget_settings()
    return back_to("/dhcp?notice=off")


@router.post("/static")
def keep(ui: WebUi, engine: Engine, mac: Text, address: Text, name: Text = "", which: Text = ADDED) -> Response:
    """A new static lease, or other values for one that there is."""
    if which == ADDED:
        switch.add_static(engine, home(ui), mac, address, name)
    else:
        switch.change_static(engine, home(ui), which, mac, address, name)
    return back_to("/dhcp#static")


@router.post("/static/remove")
def forget(request: Request, engine: Engine, which: Text) -> Response:
    lease_edit.remove_static(engine, which)
    return fragment(request, "_nothing.html") if wants_fragment(request) else back_to("/dhcp#static")


def _page(
    request: Request, ui: Ui, engine: SqlEngine, config: sqlite3.Connection, notice: str = "", q: str = ""
) -> Response:
    now, by_mac, names = ui.settings(), devices.by_mac(config), devices.names(config)
    kept, given = lease_edit.static(engine), switch.leases(ui.state, time.time())
    leases = dhcp_view.leases(given, kept, by_mac, names, q)
    stands, network = standing.standing(now, ui.statuses()), _network(now)
    return page(
        request,
        "dhcp_page.html",
        notice=notice,
        on=now.dhcp == "on",
        sentences=standing.sentences(stands),
        serving=stands.state,
        locked=settings.locked(ui.state, ui.environ).get("dhcp", ""),
        fields=dhcp_view.fields(settings_view.fields(ui, {}, {})),
        examples=dhcp_view.EXAMPLES,
        range=dhcp_view.range_of(now.dhcp_from, now.dhcp_to, given, kept),
        conflicts=dhcp_view.conflicts(given, kept, network),
        network=str(network or ""),
        out=keeper.uplink(),
        kept=dhcp_view.static(kept, given, by_mac, names),
        q=q,
        leases=leases[: dhcp_view.MAX_LEASES],
        more=max(0, len(leases) - dhcp_view.MAX_LEASES),
    )


def _network(now: settings.Settings) -> IPv4Network | None:
    try:
        return lease_plan.network_of(now, own_addresses.links(), keeper.uplink())[0]
    except DhcpError:
        return None
