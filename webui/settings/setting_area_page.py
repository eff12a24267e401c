# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for each area of settings: what holds, from where, what is wrong with it, and back to the default."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from dhcp import switch
from dhcp.lease_plan import DhcpError
from dhcp.switch import Home
from store.base.sentences import say, sentence_of
from store.config import edit, settings
from webui.frame import setting_areas
from webui.frame.setting_areas import Area
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page
from webui.private_dns import encrypted_part
from webui.settings import kept_part, restarting, upstreams_part
from webui.signatures import dnssec_part
from webui.views import settings_view
from webui.views.labels import label

router = APIRouter(prefix="/settings", dependencies=[permissions.sees])

NOTICES = {
    "saved": say("Saved."),
    "nothing": say("Nothing was changed."),
    "default": say("The default holds again."),
    "certificate": say("The certificate holds from now on."),
    "anyway": say("It is answered within a second, for a day; then it is checked again."),
    "again": say("Its signatures are looked at again."),
    "clearing": say("The records are being deleted; that takes some seconds, in a large log minutes."),
}


@dataclass(frozen=True, slots=True)
class Part:
    """What an area has beside its fields: templates above and below them, with their values."""

    values: Callable[[WebUi, Engine], dict[str, Any]]
    top: str = ""
    below: str = ""


_PARTS = {
    "upstreams": Part(upstreams_part.values, top="_upstreams.html"),
    "kept": Part(kept_part.values, top="_kept.html", below="_clear_log.html"),
    "dnssec": Part(dnssec_part.values, top="_dnssec.html"),
    "encrypted": Part(encrypted_part.values, top="_encrypted.html"),
    "look": Part(lambda ui, engine: {}, top="_look.html"),
}
_NO_PART = Part(lambda ui, engine: {})


@dataclass(frozen=True, slots=True)
class Shown:
    """How a page is shown after a form: what was refused, with what was typed."""

    code: int = 200
    notice: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@router.get("/{key}")
def show(request: Request, ui: WebUi, engine: Engine, key: str, notice: str = "") -> Response:
    return shown(request, ui, engine, _area(key), Shown(notice=NOTICES.get(notice, "")))


@router.post("/{key}")
async def save(request: Request, ui: WebUi, engine: Engine, key: str) -> Response:
    """The fields of the form that differ from what holds; all are stored or none, each wrong one is named."""
    area = _area(key)
    form = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    wanted, wrong = settings_view.read({name: form[name] for name in area.keys if name in form}, ui)
    for servers in ("upstreams", "upstream_bootstrap"):
        with _beside(wrong, servers):
            ui.refuse_ours(wanted.get(servers, ()))
    with _beside(wrong, "new_devices"):
        edit.check_new_devices(engine, wanted.get("new_devices", ""))
    if wanted and not wrong:
        try:  # in a thread: whether DHCP can be turned on takes some seconds to find out
            await run_in_threadpool(switch.put_settings, engine, Home(ui.state, ui.run, ui.environ), wanted)
        except DhcpError as error:
            wrong[error.about or "dhcp"] = sentence_of(error)
    if wrong:
        refused = Shown(422, say("Nothing was saved: see below."), wrong, form)
        return await run_in_threadpool(shown, request, ui, engine, area, refused)
    ui.forget_settings()
    return back_to(f"{area.href}?notice={'saved' if wanted else 'nothing'}")


@router.post("/{key}/default")
def to_default(ui: WebUi, engine: Engine, key: str, setting: Annotated[str, Form(max_length=100)]) -> Response:
    """One setting back to what it is as delivered."""
    area = _area(key)
    if setting not in area.keys:
        raise Problem(422, say("There is no setting '{key}' on this page.", key=setting))
    locked = settings.locked(ui.state, ui.environ)
    if setting in locked:
        source = label(locked[setting])
        raise Problem(409, say("{key} is set by the {source}; change it there.", key=setting, source=source))
    switch.put_settings(engine, Home(ui.state, ui.run, ui.environ), {setting: None})
    ui.forget_settings()
    return back_to(f"{area.href}?notice=default#set-{setting}")


def shown(request: Request, ui: WebUi, engine: Engine, area: Area, what: Shown) -> Response:
    """The page of an area."""
    part = _PARTS.get(area.key, _NO_PART)
    fields = settings_view.fields(ui, what.wrong, what.typed, area.settings)
    more = settings_view.fields(ui, what.wrong, what.typed, area.more)
    values = {"lead": "", **part.values(ui, engine), **what.values}
    return page(
        request, "setting_area_page.html", what.code, notice=what.notice, area=area, fields=fields, more=more,
        open_more=any(each.problem or each.stored for each in more), top=part.top, below=part.below,
        restart=restarting.of(request, ui), base_url=str(request.base_url), **values,
    )  # fmt: skip


def _area(key: str) -> Area:
    area = setting_areas.area(key)
    if area is None:
        raise Problem(404, say("There is no page of settings '{key}'.", key=key))
    return area


@contextlib.contextmanager
def _beside(wrong: dict[str, str], key: str) -> Iterator[None]:
    """A refusal stands beside its field."""
    try:
        yield
    except edit.EditError as error:
        wrong[key] = sentence_of(error)
