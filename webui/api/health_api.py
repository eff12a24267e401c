# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it well? Open to all, so it says nothing about the home: no name, no address, no device, no words of an error."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from store.base.process_parts import State as Is
from webui.http import permissions
from webui.http.deps import WebUi
from webui.http.state import VERSION

router = APIRouter(tags=["health"], dependencies=[permissions.everybody])

State = Literal["ok", "degraded", "down"]


class Problem(BaseModel):
    id: str = Field(description="of the kind; `telltale health` and the settings page have the sentence and the cure")
    part: str = Field(description="the process that it is about, or empty")
    state: State = Field(description="ok: worth knowing, and everything does its work")


class Health(BaseModel):
    status: State = Field(description="down: DNS does not answer. degraded: it does, but something else is wrong")
    dns: Literal["ok", "down"]
    recorder: State
    updater: State
    workers: int = Field(description="resolver workers that are alive")
    dropped: int = Field(description="queries answered but not recorded since the workers started")
    restarting: list[str] = Field(description="processes restarted five times or more within a minute")
    problems: list[Problem] = Field(description="the worst first")
    version: str
    code: Literal["compiled", "plain", "off", "stale", "broken", "crashed"] = Field(
        description="compiled: what `make compiled` made runs. Else plain Python, as well: off: that was asked for; "
        "stale: the sources have changed since; broken: it cannot be loaded; crashed: processes have died of it"
    )


@router.get("/health", summary="Is it well?", responses={503: {"model": Health, "description": "DNS does not answer"}})
def health(ui: WebUi, response: Response) -> Health:
    current = ui.health()
    if current.status == Is.DOWN:
        response.status_code = 503
    return Health(
        status=current.status.value,
        dns="ok" if current.dns == Is.OK else "down",
        recorder=current.recorder.value,
        updater=current.updater.value,
        workers=current.workers,
        dropped=current.dropped,
        restarting=list(current.restarting),
        problems=[Problem(id=each.id, part=each.part, state=each.state.value) for each in current.problems],
        version=VERSION,
        code=current.code.way.value,
    )
