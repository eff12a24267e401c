# SPDX-License-Identifier: GPL-3.0-or-later
"""The first run's second step: how much to block."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import lists
from webui.first_run import block_choices
from webui.first_run.steps import after, steps
from webui.frame import first_run_marks
from webui.http import permissions
from webui.http.deps import Engine, WebUi
from webui.http.problems import Problem
from webui.pages.templating import back_to, page

router = APIRouter(prefix="/setup", dependencies=[permissions.sees])

STEP = "block"


@router.get("/block")
def block(request: Request, ui: WebUi, engine: Engine) -> Response:
    views = lists.blocklists(engine)
    rows = [(choice, block_choices.cost(choice, views)) for choice in block_choices.CHOICES]
    return page(
        request, "block_page.html", rows=rows, now_key=block_choices.now(views), steps=steps(ui.state), step=STEP
    )


@router.post("/block")
def take(ui: WebUi, engine: Engine, choice: Annotated[str, Form(max_length=40)] = "") -> Response:
    """Takes the choice and goes on."""
    chosen = block_choices.by_key(choice)
    if chosen is None:
        sentence = say("Choose one of the three, or leave it as it is with “Skip”.")
        raise Problem(422, sentence, errors=[{"field": "choice", "message": sentence}])
    block_choices.take(engine, chosen)
    first_run_marks.note(ui.state, STEP)
    return back_to(after(STEP))


@router.post("/{step}/skip")
def skip(ui: WebUi, step: str) -> Response:
    """Leaves a step as it is. What is no step leads to the first that is not done."""
    if step not in first_run_marks.STEPS:
        return back_to("/setup")
    first_run_marks.note(ui.state, step)
    return back_to(after(step))

