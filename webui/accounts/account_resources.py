# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of the API about who may use this, put together."""

from __future__ import annotations

from fastapi import FastAPI

from webui.accounts import session_api, tokens_api, two_step_api, users_api
from webui.api.all_resources import PREFIX

# In the order of the page at /api/docs.
RESOURCES = (session_api, users_api, two_step_api, tokens_api)


def include(app: FastAPI) -> None:
    for resource in RESOURCES:
        app.include_router(resource.router, prefix=PREFIX)
