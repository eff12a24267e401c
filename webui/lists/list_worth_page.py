# SPDX-License-Identifier: GPL-3.0-or-later
"""What one list is worth to this home, on its own page: what it alone stops, and what it shares with others."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from evidence.whatif.whatif_jobs import WhatIfJob
from evidence.whatif.worth_values import Worth
from store.names.list_anchor import page_of
from webui.evidence import whatif_asking, whatif_view
from webui.http import permissions
from webui.http.deps import WebUi
from webui.lists.list_deps import Id
from webui.pages.templating import back_to, fragment, wants_fragment
from webui.views.timerange import moment

router = APIRouter(prefix="/blocklists/worth", dependencies=[permissions.sees])

WAIT_SECONDS = 4.0  # before it is shown how far it is
RANGE = "7d"


@router.post("")
def ask(request: Request, ui: WebUi, id_: Id) -> Response:
    """Without scripts the page of all lists' worth answers."""
    if not wants_fragment(request):
        return back_to("/evidence/worth")
    from_, to = whatif_view.span(RANGE, time.time())
    job = whatif_asking.begin_worth(ui, moment(from_, "from", 0), moment(to, "to", 0))
    whatif_asking.effect_of(job, WAIT_SECONDS)
    return _fragment(request, job, id_)


@router.get("/job")
def progress(
    request: Request, ui: WebUi, number: Annotated[str, Query(alias="job", max_length=40)],
    id_: Annotated[str, Query(alias="id", max_length=300)],
) -> Response:  # fmt: skip
    return _fragment(request, whatif_asking.job_of(ui, number), id_)


def _fragment(request: Request, job: WhatIfJob[Worth], blocklist_id: str) -> Response:
    answer = whatif_asking.effect_of(job, 0.0)
    worth = next((each for each in answer.lists if each.id == blocklist_id), None) if answer else None
    titles = {each.id: each.title for each in answer.lists} if answer else {}
    return fragment(
        request, "_list_worth.html", job=job, answer=answer, worth=worth, titles=titles, id=blocklist_id,
        page_of=page_of, spare=answer is not None and blocklist_id in answer.lose_nothing,
    )  # fmt: skip
