# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of the API about what the record proves, put together; they stand below /evidence."""

from __future__ import annotations

from fastapi import FastAPI

from webui.api.all_resources import PREFIX
from webui.evidence import (
    chain_api,
    companies_api,
    findings_api,
    log_files_api,
    names_api,
    report_api,
    updates_api,
    whatif_api,
    worth_api,
)

# In the order of the page at /api/docs.
RESOURCES = (
    companies_api,
    findings_api,
    whatif_api,
    worth_api,
    updates_api,
    chain_api,
    report_api,
    names_api,
)


def include(app: FastAPI) -> None:
    """Every call of the wing."""
    for resource in RESOURCES:
        app.include_router(resource.router, prefix=f"{PREFIX}/evidence")
    app.include_router(log_files_api.router, prefix=PREFIX)  # the query log's own
