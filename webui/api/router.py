# SPDX-License-Identifier: GPL-3.0-or-later
"""All resources of the API under one prefix."""

from __future__ import annotations

from importlib import metadata

from fastapi import APIRouter

PREFIX = "/api/v1"


def version() -> str:
    """The version of the installed distribution, "0" when it runs from bare files."""
    try:
        return metadata.version("telltale")
    except metadata.PackageNotFoundError:
        return "0"


def build() -> APIRouter:
    return APIRouter(prefix=PREFIX)
