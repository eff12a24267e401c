# SPDX-License-Identifier: GPL-3.0-or-later
"""The search as programs ask for it; what it finds is in test_global_search.py."""

from typing import Any


def test_bounds(looker: Any) -> None:
    assert looker.get("/api/v1/search").json() == {"text": "", "name": "", "groups": []}
    body = looker.get("/api/v1/search", params={"q": "e", "limit": 2}).json()
    assert body["groups"] and all(len(group["hits"]) <= 2 for group in body["groups"])
    assert looker.get("/api/v1/search", params={"q": "x" * 301}).status_code == 422
    assert looker.get("/api/v1/search", params={"q": "x", "limit": 0}).status_code == 422
