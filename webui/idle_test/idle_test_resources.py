# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of the API about idle tests, put together: below /evidence, and of one's own device below /my."""

from __future__ import annotations

from fastapi import FastAPI

from webui.api.all_resources import PREFIX
from webui.idle_test import idle_tests_api, own_tests_api


def include(app: FastAPI) -> None:
    """Every call of the wing."""
    app.include_router(idle_tests_api.router, prefix=f"{PREFIX}/evidence")
    app.include_router(own_tests_api.router, prefix=PREFIX)
