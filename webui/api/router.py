# SPDX-License-Identifier: GPL-3.0-or-later
"""All resources of the API under one prefix."""

from __future__ import annotations

from fastapi import APIRouter

from webui.api import (
    blocklists,
    bypass,
    describe,
    devices,
    explain,
    groups,
    health,
    queries,
    rules,
    session,
    settings,
    stats,
    tokens,
    wallswitches,
)

PREFIX = "/api/v1"
# In the order of the page at /api/docs.
RESOURCES = (
    session,
    health,
    stats,
    queries,
    devices,
    groups,
    blocklists,
    rules,
    explain,
    bypass,
    wallswitches,
    settings,
    tokens,
)


def build() -> APIRouter:
    """Every call of the API; the description of them stands at /api, for it is of all versions."""
    whole = APIRouter()
    calls = APIRouter(prefix=PREFIX)
    for resource in RESOURCES:
        calls.include_router(resource.router)
    whole.include_router(calls)
    whole.include_router(describe.router, include_in_schema=False)
    # Where container and uptime checkers look, some of them with HEAD.
    whole.add_api_route("/health", health.health, methods=["GET", "HEAD"], include_in_schema=False)
    return whole
