# SPDX-License-Identifier: GPL-3.0-or-later
"""Tokens made and revoked; what is shown stands on the page "Who may use this"."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.config import account
from webui.frame import setting_areas
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.pages.templating import back_to
from webui.settings import setting_area_page
from webui.settings.setting_area_page import Shown

router = APIRouter(prefix="/settings", dependencies=[permissions.sees])

Text = Annotated[str, Form(max_length=200)]
_AREA = setting_areas.area_of("web_names")


@router.post("/tokens")
def create_token(request: Request, ui: WebUi, engine: Engine, name: Text, scope: Text) -> Response:
    """The page with the new token on it, this once: it is nowhere else, so there is no redirect."""
    made = account.create_token(engine, name, scope)
    return setting_area_page.shown(request, ui, engine, _AREA, Shown(values={"new_token": made}))


@router.post("/tokens/revoke")
def revoke_token(engine: Engine, name: Text) -> Response:
    account.revoke_token(engine, name)
    return back_to(f"{_AREA.href}?notice=revoked#tokens")
