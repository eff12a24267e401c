# SPDX-License-Identifier: GPL-3.0-or-later
"""The first run's third step: the makers whose devices are here, each with how much of it to block."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from store.config import devices, lists
from webui.first_run import seen_makers
from webui.first_run.steps import after, steps
from webui.frame import first_run_marks
from webui.http import permissions
from webui.http.deps import Config, Engine, Reader, WebUi
from webui.http.problems import Problem
from webui.lists.catalogue_page import companies_asked
from webui.pages.templating import back_to, page

router = APIRouter(prefix="/setup", dependencies=[permissions.sees])

STEP = "makers"
FIELD = "level:"  # what a field of the form begins with; then the pack's id


@router.get("/makers")
def makers(request: Request, ui: WebUi, engine: Engine, config: Config, reader: Reader) -> Response:
    rows = devices.devices(config)
    shown = seen_makers.seen(lists.blocklists(engine), rows, companies_asked(reader))
    return page(
        request, "makers_page.html", makers=shown, any_devices=bool(rows), field=FIELD, steps=steps(ui.state), step=STEP
    )


@router.post("/makers")
async def take(request: Request, ui: WebUi, engine: Engine) -> Response:
    form = await request.form()
    levels = {key.removeprefix(FIELD): str(value) for key, value in form.items() if key.startswith(FIELD)}
    faults = [{"field": f"{FIELD}{pack}", "message": sentence}
              for pack, level in levels.items() if (sentence := seen_makers.fault_of(level))]  # fmt: skip
    if faults:
        raise Problem(422, faults[0]["message"], errors=faults)
    await run_in_threadpool(seen_makers.take, engine, levels)
    await run_in_threadpool(first_run_marks.note, ui.state, STEP)
    return back_to(after(STEP))
