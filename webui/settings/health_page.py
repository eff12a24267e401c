# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the appliance is: its processes, upstreams and disk; the resolver's processes are started anew from here."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from store.base.sentences import say
from store.config import usable_settings
from store.health.code_problems import tell_code
from webui.http import permissions
from webui.http.deps import WebUi
from webui.pages.templating import page
from webui.settings import restarting
from webui.views import formatting, health_view

router = APIRouter(prefix="/settings/health", dependencies=[permissions.sees])


@router.get("")
def show(request: Request, ui: WebUi) -> Response:
    health, statuses = ui.health(), ui.statuses()
    return page(
        request, "health_page.html", parts=health_view.parts(health, statuses, time.time()),
        upstreams=health_view.upstreams(statuses), health_problems=health.problems, restart=restarting.of(request, ui),
        disk=_disk(ui.state, usable_settings.load(ui.state, ui.environ).log_max_mb),
        code=tell_code(health.code),
    )  # fmt: skip


def _disk(state: Path, log_max_mb: int) -> list[tuple[str, str]]:
    """Title and text: what the state directory takes, and what is left."""
    log = sum(_size(state / f"querylog.db{end}") for end in ("", "-wal"))
    most = formatting.size(log_max_mb * 1_048_576)
    free: int | None = None
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(state).free
    return [
        (say("Query log"), say("{size} of at most {most}", size=formatting.size(log), most=most)),
        (say("Free on its disk"), formatting.size(free)),
        (say("State directory"), str(state)),
    ]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
