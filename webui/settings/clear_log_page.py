# SPDX-License-Identifier: GPL-3.0-or-later
"""The query log cleared, of all or a device, once it was seen how much that is; whose names are kept no more."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import edit, settings
from store.config.scopes import Scope
from store.imports import clear_request
from store.imports.clearing import Clear
from store.log.protocol import LogReader
from store.log.values import AHEAD_US, EARLIEST_US
from webui.frame import setting_areas
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.settings import setting_area_page
from webui.settings.setting_area_page import Shown
from webui.views import rules_view
from webui.views.labels import label

router = APIRouter(prefix="/settings/kept", dependencies=[permissions.sees])

DAY_US = 86_400_000_000
Number = Annotated[str, Query(max_length=12, pattern=r"^\d*$")]
_AREA = setting_areas.area_of("log_privacy")


@dataclass(frozen=True, slots=True)
class Asked:
    """What would be cleared; `before`: Unix µs."""

    device: str
    before: int
    total: int
    name: str


@router.get("/clear")
def ask(
    request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader, device: Number = "",
    older: Annotated[int, Query(ge=0, le=3650)] = 0,
) -> Response:  # fmt: skip
    """How many records that would be."""
    now_us = time.time_ns() // 1000
    before = now_us - older * DAY_US if older else now_us + AHEAD_US
    name = rules_view.scope_names(config).get(f"device:{device}", "") if device else ""
    asked = Asked(device, before, _count(reader, before, int(device) if device else None), name)
    if wants_fragment(request):
        return fragment(request, "_clear_question.html", clear_asked=asked)
    return setting_area_page.shown(request, ui, engine, _AREA, Shown(values={"clear_asked": asked}))


@router.post("/clear")
def clear(
    ui: WebUi, engine: Engine, before: Annotated[int, Form(ge=0, le=2**62)],
    device: Annotated[str, Form(max_length=12, pattern=r"^\d*$")] = "",
    sure: Annotated[str, Form(max_length=8)] = "",
) -> Response:  # fmt: skip
    """Delete them for good; the recorder does it within seconds."""
    if sure != "yes":
        raise Problem(422, say("Say that you are sure: records that were deleted cannot be brought back."))
    what = Clear(before, int(device) if device else None)
    clear_request.request(engine, ui.state, what, time.time_ns() // 1000)
    return back_to(f"{_AREA.href}?notice=clearing#clear")


@router.post("/unnamed")
def keep_names(
    ui: WebUi, engine: Engine, scope: Annotated[str, Form(max_length=40)], on: Annotated[Literal["yes", "no"], Form()],
    back: Annotated[str, Form(max_length=40)] = "",
) -> Response:  # fmt: skip
    """Whether names of a device, or of a group's devices, are kept from now on; `on`: they are not."""
    source = settings.locked(ui.state, ui.environ).get("log_unnamed")
    if source:
        values = {"key": "log_unnamed", "source": label(source)}
        raise Problem(409, say("{key} is set by the {source}; change it there.", **values))
    try:
        parsed = str(Scope.parse(scope))
    except ValueError as error:
        raise Problem(422, str(error)) from None
    others = [each for each in ui.settings().log_unnamed if each != parsed]
    wanted = [*others, parsed] if on == "yes" else others
    edit.put_settings(engine, {"log_unnamed": wanted or None})
    ui.forget_settings()
    device = Scope.parse(parsed)
    return back_to(f"/devices/{device.number}" if back == "device" else f"{_AREA.href}?notice=saved#unnamed")


def _count(reader: LogReader, before_us: int, device: int | None) -> int:
    with reader.counts(EARLIEST_US, before_us, device) as counts:
        return counts.summary().queries
