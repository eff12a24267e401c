# SPDX-License-Identifier: GPL-3.0-or-later
"""The first run's fourth step: the router, by its brand, with this home's own addresses."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from store.base import router_guides
from store.base.router_guides import ROUTERS
from store.config import devices
from webui.first_run import checklist, home_addresses
from webui.first_run.steps import after, steps
from webui.frame import first_run_marks
from webui.http import permissions
from webui.http.deps import Config, WebUi
from webui.pages.templating import back_to, page

router = APIRouter(prefix="/setup", dependencies=[permissions.sees])

STEP = "router"
OTHER = "other"


@router.get("/router")
def router_step(
    request: Request, ui: WebUi, config: Config, brand: Annotated[str, Query(max_length=40)] = ""
) -> Response:
    """brand: one of ROUTERS or "other"; without one, what the router seems to be."""
    at = home_addresses.look(ui.settings())
    guessed = home_addresses.brand(at.router, devices.devices(config))
    chosen = brand if brand in ROUTERS or brand == OTHER else guessed
    guide = router_guides.guide(chosen, f"http://{at.router}" if at.router else "http://192.168.1.1",
                                at.to_enter, at.here6)  # fmt: skip
    return page(
        request, "router_page.html", brands=sorted(ROUTERS, key=str.casefold), other=OTHER, chosen=chosen, guide=guide,
        guessed=guessed if chosen == guessed else "", at=at,
        install_command=checklist.install_command(), steps=steps(ui.state), step=STEP,
    )  # fmt: skip


@router.post("/router")
def done(ui: WebUi) -> Response:
    first_run_marks.note(ui.state, STEP)
    return back_to(after(STEP))
