# SPDX-License-Identifier: GPL-3.0-or-later
"""What needs a look, the weightiest first, each with its cure; what was looked at; and how many for the bell."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from store.base.process_parts import State
from store.config import devices
from store.config.engine import Engine as SqlEngine
from store.health.problem import HOME_HIDDEN, Problem
from store.household import requests
from webui.home import home_news
from webui.home.folded_findings import folded
from webui.http import by_itself, permissions
from webui.http.deps import Config, Engine, WebUi
from webui.http.state import WebUi as UiState
from webui.pages import attention
from webui.pages.templating import fragment, page
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


def problems(ui: UiState) -> list[Problem]:
    """What is ill: as the health says it, but for what is fine and only worth knowing."""
    return [problem for problem in ui.health().problems if problem.id != HOME_HIDDEN and problem.state is not State.OK]


def count(ui: UiState, engine: SqlEngine) -> int:
    """How many things need a look: what is ill, what somebody waits for, and what one can do about what was found."""
    curable = sum(bool(fold.cure.address) for fold in folded(attention.new_ones(ui.state), {}))
    return len(problems(ui)) + len(requests.waiting(engine)) + curable
