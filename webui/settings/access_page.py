# SPDX-License-Identifier: GPL-3.0-or-later
"""The password changed, tokens made and revoked; what is shown stands on the page "Who may use this"."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.accounts import login_sessions, people
from store.base.sentences import say
from store.config import account
from webui.frame import setting_areas
from webui.http import login, permissions
from webui.http.deps import CurrentSession, Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to
from webui.settings import setting_area_page
from webui.settings.setting_area_page import Shown

router = APIRouter(prefix="/settings", dependencies=[permissions.sees])

Password = Annotated[str, Form(max_length=login.MAX_PASSWORD)]
Text = Annotated[str, Form(max_length=200)]
_AREA = setting_areas.area_of("web_names")


@router.post("/password")
def change_password(
    request: Request, ui: WebUi, engine: Engine, caller: CurrentSession, current: Password, new: Password,
    again: Password, code: Text = "",
) -> Response:  # fmt: skip
    """Ends every session, this one too, and begins a new one for this browser."""
    if new != again:
        raise Problem(422, say("The two new passwords differ; type the same one twice."))
    address, person = login.address_of(request), people.person(engine, caller.account_id)
    login.prove(ui, address, current, login.session_of(request), name=person.name, code=code)
    account.set_password(engine, new, person.id)
    response = back_to(f"{_AREA.href}?notice=password")
    login.give_cookie(request, response, login_sessions.create_session(
        engine, address, account_id=person.id, agent=login.agent_of(request), life=ui.life()
    ).id)
    return response


@router.post("/tokens")
def create_token(request: Request, ui: WebUi, engine: Engine, name: Text, scope: Text) -> Response:
    """The page with the new token on it, this once: it is nowhere else, so there is no redirect."""
    made = account.create_token(engine, name, scope)
    return setting_area_page.shown(request, ui, engine, _AREA, Shown(values={"new_token": made}))


@router.post("/tokens/revoke")
def revoke_token(engine: Engine, name: Text) -> Response:
    account.revoke_token(engine, name)
    return back_to(f"{_AREA.href}?notice=revoked#tokens")
