# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls about evidence stand in the description of the API, and need a log-in."""

from typing import Any

from webui.route_table import EVIDENCE


def test_calls_are_described_and_closed_to_strangers(visitor: Any) -> None:
    paths = visitor.get("/api/openapi.json").json()["paths"]
    assert f"{EVIDENCE}/findings" in paths
    visitor.cookies.clear()
    assert visitor.get(f"{EVIDENCE}/findings").status_code == 401
