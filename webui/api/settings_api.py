# SPDX-License-Identifier: GPL-3.0-or-later
"""What the settings page shows: each setting with its value, its default, and what locks it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from dhcp import switch
from dhcp.switch import Home
from store.base.sentences import say
from store.config import settings as store_settings
from store.config import usable_settings
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.views import settings_view
from webui.views.labels import label

router = APIRouter(prefix="/settings", tags=["settings"], dependencies=[permissions.sees])

MAX_SETTINGS = 100


class Setting(BaseModel):
    key: str
    value: Any
    default: Any
    description: str
    locked: str | None = Field(description="what sets it and so keeps it from being changed here")
    warning: str | None = Field(None, description="what to think of before leaving it so")


class SettingList(BaseModel):
    items: list[Setting]
    next: None = None


@router.get("", summary="Every setting")
def settings(ui: WebUi) -> SettingList:
    now = usable_settings.load(ui.state, ui.environ)
    locked = store_settings.locked(ui.state, ui.environ)
    return SettingList(
        items=[
            Setting(
                key=key,
                value=store_settings.value_of(now, key),
                default=setting.default,
                description=setting.about,
                locked=locked.get(key),
                warning=settings_view.warning(key, now),
            )
            for key, setting in store_settings.SETTINGS.items()
        ]
    )


@router.put("", summary="Change settings")
def put_settings(body: dict[str, Any], ui: WebUi, engine: Engine) -> SettingList:
    """Takes `{key: value, …}`; all are stored or none. 409 for a setting that the environment or a file sets.

    DHCP is turned on only where it can be served and nobody else does (409), which takes some seconds to find out.
    """
    if len(body) > MAX_SETTINGS:
        raise Problem(422, say("There are not {count} settings.", count=len(body)))
    locked = store_settings.locked(ui.state, ui.environ)
    for key in body:
        if key in locked:
            source = label(locked[key])
            raise Problem(409, say("{key} is set by the {source}; change it there.", key=key, source=source))
    specs = body.get("upstreams")
    if isinstance(specs, list):
        ui.refuse_ours(spec for spec in specs if isinstance(spec, str))
    switch.put_settings(engine, Home(ui.state, ui.run, ui.environ), body)
    ui.forget_settings()
    return settings(ui)
