# SPDX-License-Identifier: GPL-3.0-or-later
"""What the last new version of a list changed that this home uses: asked for beside the list."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from evidence.whatif.update_values import UpdateEffect, UpdateEffects
from evidence.whatif.whatif_jobs import WhatIfJob
from webui.evidence import whatif_asking
from webui.http import permissions
from webui.http.deps import WebUi
from webui.pages.templating import fragment, page, wants_fragment
from webui.views.ranges import DAY_US

router = APIRouter(prefix="/evidence/updates", dependencies=[permissions.sees])

WAIT_SECONDS = 4.0  # before it is shown how far it is
DAYS = 7

@router.post("")
def ask(request: Request, ui: WebUi, list_: Annotated[str, Form(alias="list", max_length=300)]) -> Response:
    now_us = time.time_ns() // 1000
    job = whatif_asking.begin_updates(ui, now_us - DAYS * DAY_US, now_us + 1)
    whatif_asking.effect_of(job, WAIT_SECONDS)
    if wants_fragment(request):
        return _fragment(request, job, list_)
    return page(request, "updates_page.html", job=job, list=list_, update=_update(job, list_))


@router.get("/job")
def progress(
    request: Request, ui: WebUi, id_: Annotated[str, Query(alias="id", max_length=40)],
    list_: Annotated[str, Query(alias="list", max_length=300)],
) -> Response:  # fmt: skip
    return _fragment(request, whatif_asking.job_of(ui, id_), list_)


def _fragment(request: Request, job: WhatIfJob[UpdateEffects], blocklist: str) -> Response:
    return fragment(request, "_updates.html", job=job, list=blocklist, update=_update(job, blocklist))


def _update(job: WhatIfJob[UpdateEffects], blocklist: str) -> UpdateEffect | None:
    """What is known of the list; of one without a new version, nothing changed."""
    answer = whatif_asking.effect_of(job, 0.0)
    if answer is None:
        return None
    return next((each for each in answer.lists if each.id == blocklist), UpdateEffect(blocklist))
