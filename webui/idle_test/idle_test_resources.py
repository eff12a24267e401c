# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls of the API about idle tests, put together: below /evidence, and of one's own device below /my."""

from __future__ import annotations

from fastapi import APIRouter

from webui.api.all_resources import PREFIX
from webui.idle_test import idle_tests_api, own_tests_api


def build() -> APIRouter:
    """Every call of the wing."""
    calls = APIRouter()
    calls.include_router(idle_tests_api.router, prefix=f"{PREFIX}/evidence")
    calls.include_router(own_tests_api.router, prefix=PREFIX)
    return calls
