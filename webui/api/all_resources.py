# SPDX-License-Identifier: GPL-3.0-or-later
"""All resources of the API under one prefix."""

from __future__ import annotations

from fastapi import FastAPI

from webui.api import (
    blocklists_api,
    bypass_api,
    changes_api,
    devices_api,
    dhcp_api,
    exceptions_api,
    explain_api,
    forwards_api,
    groups_api,
    health_api,
    my_api,
    pauses_api,
    queries_api,
    records_api,
    requests_api,
    rules_api,
    safe_search_api,
    schedules_api,
    services_api,
    settings_api,
    stats_api,
    wall_api,
)
from webui.http import permissions
from webui.views import openapi

PREFIX = "/api/v1"
# In the order of the page at /api/docs.
RESOURCES = (
    health_api,
    stats_api,
    queries_api,
    devices_api,
    groups_api,
    blocklists_api,
    services_api,
    safe_search_api,
    rules_api,
    pauses_api,
    exceptions_api,
    requests_api,
    my_api,
    schedules_api,
    records_api,
    forwards_api,
    dhcp_api,
    explain_api,
    bypass_api,
    wall_api,
    settings_api,
    changes_api,
)


def include(app: FastAPI) -> None:
    """Every call of the API; the description of them stands at /api, for it is of all versions.

    Each router is the app's own: every level between costs a start and each request their time.
    """
    for resource in RESOURCES:
        app.include_router(resource.router, prefix=PREFIX)
    app.include_router(openapi.router, include_in_schema=False)
    # Where container and uptime checkers look.
    app.add_api_route(
        "/health", health_api.health, methods=["GET"], include_in_schema=False, dependencies=[permissions.everybody]
    )
