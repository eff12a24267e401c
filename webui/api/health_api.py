# SPDX-License-Identifier: GPL-3.0-or-later
"""Is it well? Open to all, so it says nothing about the home: no name, no address, no device."""

from __future__ import annotations

import time

from fastapi import APIRouter, Response

from store.base import status as run_status
from webui.http.deps import WebUi
from webui.views.health_verdict import Health, judge

router = APIRouter(tags=["health"])


@router.get("/health", summary="Is it well?", responses={503: {"model": Health, "description": "DNS does not answer"}})
def health(ui: WebUi, response: Response) -> Health:
    found = judge(run_status.read(ui.run), ui.probe.answered(ui.settings()), time.time())
    if found.status == "down":
        response.status_code = 503
    return found
