# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall's switches: of the house, and where a group or a device differs."""

from __future__ import annotations

import sqlite3

from fastapi import APIRouter
from pydantic import BaseModel, Field

from store.base.sentences import say
from store.config import scopes
from store.config import settings as store_settings
from store.config.choices import WallMode
from store.config.wall_switches import SWITCHES, setting_of
from store.wall import wall_edit, wall_overrides
from webui.api import shapes
from webui.http import permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as WebUiValue
from webui.views.labels import label

router = APIRouter(prefix="/wall/switches", tags=["bypass"], dependencies=[permissions.sees])


class Scope(shapes.Body):
    scope: str = Field(description=scopes.HINT)
    switches: dict[str, WallMode | None] = Field(
        max_length=len(SWITCHES), description="null lets a switch follow the wider scope"
    )


class ScopeList(BaseModel):
    items: list[Scope] = Field(description="the house first; of the others only what differs")
    next: None = None


@router.get("", summary="The wall's switches")
def switches(ui: WebUi, config: Config) -> ScopeList:
    house = Scope(scope=str(scopes.HOUSE), switches=dict(ui.settings().wall_switches))
    by_scope = {house.scope: house}
    try:
        for row in wall_overrides.overrides(config):
            by_scope.setdefault(row.scope, Scope(scope=row.scope, switches={})).switches[row.switch] = row.mode
    except sqlite3.Error:
        raise Problem(503, say("The switches cannot be read now; try again in a moment.")) from None
    return ScopeList(items=list(by_scope.values()))


@router.put("", summary="Set switches of the wall")
def put_switches(body: Scope, ui: WebUi, engine: Engine, config: Config) -> ScopeList:
    """All are stored or none. 409 for a switch of the house that the environment or a file sets."""
    if body.scope == str(scopes.HOUSE):
        _refuse_locked(body, ui)
    wall_edit.put_switches(engine, body.scope, body.switches)
    ui.forget_settings()
    return switches(ui, config)


def _refuse_locked(body: Scope, ui: WebUiValue) -> None:
    locked = store_settings.locked(ui.state, ui.environ)
    for key in map(setting_of, body.switches):
        if key in locked:
            source = label(locked[key])
            raise Problem(409, say("{key} is set by the {source}; change it there.", key=key, source=source))
