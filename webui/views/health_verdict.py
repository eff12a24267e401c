# SPDX-License-Identifier: GPL-3.0-or-later
"""What the processes' statuses and the probe add up to. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field

from webui.http.state import VERSION

# A process that has not written its status for this long is not well; they write every few seconds.
STALE_SECONDS = 30.0
# As often restarted within a minute, a process is in trouble (the supervisor's own threshold).
MANY_RESTARTS = 5

State = Literal["ok", "degraded", "down"]


class Health(BaseModel):
    status: State = Field(description="down: DNS does not answer. degraded: it does, but something else is wrong")
    dns: Literal["ok", "down"]
    recorder: State
    updater: State
    workers: int = Field(description="resolver workers that are alive")
    dropped: int = Field(description="queries answered but not recorded since the workers started")
    restarting: list[str] = Field(description="processes restarted five times or more within a minute")
    version: str


def judge(roles: Mapping[str, Mapping[str, Any]], dns: bool, now: float) -> Health:
    """Pure: what the status files (role → values with `time`) and the probe add up to."""
    workers = [values for role, values in roles.items() if role.startswith("worker-") and _fresh(values, now)]
    recorder, updater = _recorder(roles.get("recorder"), now), _updater(roles.get("updater"))
    dropped = sum(_count(values.get("dropped")) for values in workers)
    restarting = _restarting(roles.get("supervisor", {}))
    well = recorder == "ok" and updater == "ok" and not restarting
    return Health(
        status="down" if not dns else "ok" if well else "degraded",
        dns="ok" if dns else "down",
        recorder=recorder,
        updater=updater,
        workers=len(workers),
        dropped=dropped,
        restarting=restarting,
        version=VERSION,
    )


def _recorder(values: Mapping[str, Any] | None, now: float) -> State:
    if values is None or not _fresh(values, now):
        return "down"
    return "degraded" if values.get("error") else "ok"


def _updater(values: Mapping[str, Any] | None) -> State:
    """An updater that was not started yet is no fault: lists are there from the last time."""
    return "degraded" if values is not None and values.get("errors") else "ok"


def _restarting(supervisor: Mapping[str, Any]) -> list[str]:
    children = supervisor.get("children")
    if not isinstance(children, list):
        return []
    return [
        str(child.get("role", "?"))[:40]
        for child in children[:64]
        if isinstance(child, dict) and _count(child.get("restarts_last_minute")) >= MANY_RESTARTS
    ]


def _fresh(values: Mapping[str, Any], now: float) -> bool:
    written = values.get("time")
    return isinstance(written, int | float) and abs(now - written) <= STALE_SECONDS


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0
