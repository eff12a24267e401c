# SPDX-License-Identifier: GPL-3.0-or-later
"""`/health`, where container and uptime checkers look: the same as the API says."""

from __future__ import annotations

from fastapi import APIRouter

from webui.api import health_api
from webui.http import permissions

router = APIRouter(dependencies=[permissions.everybody])
router.add_api_route("/health", health_api.health, methods=["GET"])
