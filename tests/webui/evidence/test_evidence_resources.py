# SPDX-License-Identifier: GPL-3.0-or-later
"""The calls about evidence stand in the description of the API, and need a log-in."""

from typing import Any

from webui.api.all_resources import PREFIX
from webui.evidence.evidence_resources import RESOURCES


def test_calls_are_described_and_closed_to_strangers(visitor: Any) -> None:
    paths = visitor.get("/api/openapi.json").json()["paths"]
    assert RESOURCES and f"{PREFIX}/evidence/findings" in paths
    visitor.cookies.clear()
    assert visitor.get(f"{PREFIX}/evidence/findings").status_code == 401
