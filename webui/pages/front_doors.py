# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of other blockers' pages, which lead to ours."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from webui.http import permissions

router = APIRouter(dependencies=[permissions.sees])


@router.get("/admin")
@router.get("/admin/")
def admin() -> RedirectResponse:
    """Where people who come from other blockers look first."""
    return RedirectResponse("/", 303)
