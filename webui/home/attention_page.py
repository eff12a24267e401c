# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs a look, the weightiest first, each with its cure; what was looked at; and how many for the bell."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import Engine as SqlEngine

from evidence.findings import cure_acts, finding_rows
from store.base.health import HOME_HIDDEN, Problem
from store.base.process_parts import State
from store.config import devices
from store.household import requests
from webui.evidence.evidence_deps import EvidenceEdit
from webui.evidence.findings_page import MAX_NUMBERS
from webui.home import home_news
from webui.home.folded_findings import folded
from webui.http import by_itself, permissions
from webui.http.auth import next_page
from webui.http.deps import Config, Engine, WebUi
from webui.http.state import WebUi as UiState
from webui.pages import attention
from webui.pages.templating import back_to, fragment, page
from webui.views import relief_view

router = APIRouter(prefix="/attention", dependencies=[permissions.sees])


@router.get("")
def show(request: Request, ui: WebUi, engine: Engine, config: Config) -> Response:
    names = devices.names(config)
    asked = relief_view.request_lines(requests.waiting(engine), names)
    folds = folded(attention.new_ones(ui.state), names)
    return page(
        request, "attention_page.html",
        wants=home_news.wants(problems(ui), asked, [fold for fold in folds if fold.cure.address]),
        worth=home_news.wants((), (), [fold for fold in folds if not fold.cure.address]),
        past=attention.past(ui.state, names), address="/attention", health_problems=[],
    )  # fmt: skip


@router.get("/count", dependencies=[by_itself.asked])
def bell(request: Request, ui: WebUi, engine: Engine) -> Response:
    """The bell of the line at the top."""
    return fragment(request, "_bell.html", count=count(ui, engine))


@router.post("/cure")
def do_cure(
    engine: Engine, con: EvidenceEdit,
    id_: Annotated[str, Form(alias="id", max_length=MAX_NUMBERS, pattern=r"^[0-9]{1,18}(,[0-9]{1,18})*$")],
    back: Annotated[str, Form(max_length=500)] = "/attention",
) -> Response:  # fmt: skip
    """What ends these findings, as one change that one Undo takes back."""
    rows = [finding_rows.finding(con, int(number)) for number in dict.fromkeys(id_.split(","))]
    cure_acts.do(engine, con, rows, time.time_ns() // 1000)
    return back_to(next_page(back))


def problems(ui: UiState) -> list[Problem]:
    """What is ill: as the health says it, but for what is fine and only worth knowing."""
    return [problem for problem in ui.health().problems if problem.id != HOME_HIDDEN and problem.state is not State.OK]


def count(ui: UiState, engine: SqlEngine) -> int:
    """How many things need a look: what is ill, what somebody waits for, and what one can do about what was found."""
    curable = sum(bool(fold.cure.address) for fold in folded(attention.new_ones(ui.state), {}))
    return len(problems(ui)) + len(requests.waiting(engine)) + curable
