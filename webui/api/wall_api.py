# SPDX-License-Identifier: GPL-3.0-or-later
"""The wall's switches: of the house, and where a group or a device differs."""

from __future__ import annotations

import sqlite3
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from store.config import scopes, wall_edit, wall_switches
from store.config import settings as store_settings
from webui.http.deps import Config, Engine, WebUi
from webui.http.problems import Problem
from webui.http.state import WebUi as WebUiValue

router = APIRouter(prefix="/wall/switches", tags=["bypass"])

Mode = Literal["off", "watch", "enforce"]


class Scope(BaseModel):
    scope: str = Field(description=scopes.HINT)
    switches: dict[str, Mode | None] = Field(
        max_length=len(wall_switches.SWITCHES), description="null lets a switch follow the wider scope"
    )


class ScopeList(BaseModel):
    items: list[Scope] = Field(description="the house first; of the others only what differs")
    next: None = None


@router.get("", summary="The wall's switches")
def switches(ui: WebUi, config: Config) -> ScopeList:
    values = ui.settings()
    house = Scope(scope=str(scopes.HOUSE), switches={switch: _of(values, switch) for switch in wall_switches.SWITCHES})
    found = {house.scope: house}
    try:
        for row in wall_switches.switches(config):
            found.setdefault(row.scope, Scope(scope=row.scope, switches={})).switches[row.switch] = _mode(row.mode)
    except sqlite3.Error:
        raise Problem(503, "The switches cannot be read now; try again in a moment.") from None
    return ScopeList(items=list(found.values()))


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
    for key in (f"wall_{switch}" for switch in body.switches):
        if key in locked:
            raise Problem(409, f"{key} is set by the {locked[key]}; change it there.")


def _of(values: store_settings.Settings, switch: str) -> Mode:
    return _mode(getattr(values, f"wall_{switch}"))


def _mode(text: str) -> Mode:
    return "enforce" if text == "enforce" else "watch" if text == "watch" else "off"
