# SPDX-License-Identifier: GPL-3.0-or-later
"""What each list is worth: found out when it is asked for, and shown once it is known."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from evidence.whatif.whatif_jobs import WhatIfJob
from evidence.whatif.worth_values import Worth
from webui.evidence import whatif_asking, whatif_view
from webui.http import permissions
from webui.http.deps import WebUi
from webui.pages.templating import fragment, page, wants_fragment
from webui.views.timerange import moment

router = APIRouter(prefix="/evidence/worth", dependencies=[permissions.sees])

WAIT_SECONDS = 4.0  # before a page shows how far it is
DEFAULT_RANGE = "30d"


@router.get("")
def worth(request: Request) -> Response:
    return _page(request, DEFAULT_RANGE, None)


@router.post("")
def ask(
    request: Request, ui: WebUi, range_: Annotated[str, Form(alias="range", max_length=20)] = DEFAULT_RANGE
) -> Response:  # fmt: skip
    from_, to = whatif_view.span(range_, time.time())
    job = whatif_asking.begin_worth(ui, moment(from_, "from", 0), moment(to, "to", 0))
    whatif_asking.effect_of(job, WAIT_SECONDS)
    return _fragment(request, job) if wants_fragment(request) else _page(request, range_, job)


@router.get("/job")
def progress(request: Request, ui: WebUi, id_: Annotated[str, Query(alias="id", max_length=40)]) -> Response:
    return _fragment(request, whatif_asking.job_of(ui, id_))


def _fragment(request: Request, job: WhatIfJob[Worth]) -> Response:
    return fragment(request, "_worth.html", job=job, answer=whatif_asking.effect_of(job, 0.0))


def _page(request: Request, range_key: str, job: WhatIfJob[Worth] | None) -> Response:
    answer = None if job is None else whatif_asking.effect_of(job, 0.0)
    return page(request, "worth_page.html", range=range_key, ranges=whatif_view.RANGES, job=job, answer=answer,
                request_path="/evidence/worth")  # fmt: skip
