# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings, the password, API tokens, and how well the appliance is."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from dhcp import switch
from dhcp.lease_plan import DhcpError
from dhcp.switch import Home
from store.base.sentences import say, sentence_of
from store.config import account, edit, usable_settings
from webui.http import login
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page
from webui.views import formatting, health_view, settings_view

router = APIRouter(prefix="/settings")

Password = Annotated[str, Form(max_length=login.MAX_PASSWORD)]
Text = Annotated[str, Form(max_length=200)]
_NOTICES = {
    "saved": say("Saved."),
    "nothing": say("Nothing was changed."),
    "password": say("The password is changed. All other browsers have to log in anew."),
    "revoked": say("The token is revoked."),
}


@router.get("")
def show(request: Request, ui: WebUi, engine: Engine, notice: str = "") -> Response:
    return _page(request, ui, engine, notice=_NOTICES.get(notice, ""))


@router.post("")
async def save(request: Request, ui: WebUi, engine: Engine) -> Response:
    """The fields of the form that differ from what holds; all are stored or none, each wrong one is named."""
    form = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    wanted, wrong = settings_view.read(form, ui)
    with _beside(wrong, "upstreams"):
        ui.refuse_ours(wanted.get("upstreams", ()))
    with _beside(wrong, "new_devices"):
        edit.check_new_devices(engine, wanted.get("new_devices", ""))
    if wanted and not wrong:
        try:  # in a thread: whether DHCP can be turned on takes some seconds to find out
            await run_in_threadpool(switch.put_settings, engine, Home(ui.state, ui.run, ui.environ), wanted)
        except DhcpError as error:
            wrong[error.about or "dhcp"] = sentence_of(error)
    if wrong:
        return _page(request, ui, engine, 422, say("Nothing was saved: see below."), wrong, form)
    ui.forget_settings()
    return back_to(f"/settings?notice={'saved' if wanted else 'nothing'}")


@router.post("/password")
def change_password(
    request: Request, ui: WebUi, engine: Engine, current: Password, new: Password, again: Password
) -> Response:
    """Ends every session, this one too, and begins a new one for this browser."""
    if new != again:
        raise Problem(422, say("The two new passwords differ; type the same one twice."))
    address = login.address_of(request)
    login.log_in(ui, address, current, login.session_of(request))
    account.set_password(engine, new)
    response = back_to("/settings?notice=password")
    login.give_cookie(request, response, account.create_session(engine, address).id)
    return response


@router.post("/tokens")
def create_token(request: Request, ui: WebUi, engine: Engine, name: Text, scope: Text) -> Response:
    """The page with the new token on it, this once: it is nowhere else, so there is no redirect."""
    made = account.create_token(engine, name, scope)
    return _page(request, ui, engine, new_token=made)


@router.post("/tokens/revoke")
def revoke_token(engine: Engine, name: Text) -> Response:
    account.revoke_token(engine, name)
    return back_to("/settings?notice=revoked")


@contextlib.contextmanager
def _beside(wrong: dict[str, str], key: str) -> Iterator[None]:
    """A refusal stands beside its field."""
    try:
        yield
    except edit.EditError as error:
        wrong[key] = sentence_of(error)


def _page(
    request: Request,
    ui: WebUi,
    engine: Engine,
    code: int = 200,
    notice: str = "",
    wrong: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
    new_token: str = "",
) -> Response:
    health, statuses = ui.health(), ui.statuses()
    return page(
        request,
        "settings_page.html",
        code,
        notice=notice,
        fields=settings_view.fields(ui, wrong or {}, typed or {}),
        tokens=account.tokens(engine),
        token_scopes=settings_view.TOKEN_SCOPES,
        new_token=new_token,
        parts=health_view.parts(health, statuses, time.time()),
        upstreams=health_view.upstreams(statuses),
        health_problems=health.problems,
        disk=_disk(ui.state, usable_settings.load(ui.state, ui.environ).log_max_mb),
    )


def _disk(state: Path, log_max_mb: int) -> list[tuple[str, str]]:
    """Title and text: what the state directory takes, and what is left."""
    log = sum(_size(state / f"querylog.db{end}") for end in ("", "-wal"))
    most = formatting.size(log_max_mb * 1_048_576)
    free: int | None = None
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(state).free
    return [
        (say("Query log"), say("{size} of at most {most}", size=formatting.size(log), most=most)),
        (say("Free on its disk"), formatting.size(free)),
        (say("State directory"), str(state)),
    ]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
