# SPDX-License-Identifier: GPL-3.0-or-later
"""The search as programs ask for it; what it finds is in tests/webui/frame/test_search.py."""

from fastapi.testclient import TestClient


def test_bounds(bare: TestClient) -> None:
    assert bare.get("/search").json() == {"text": "", "name": "", "groups": []}
    body = bare.get("/search", params={"q": "e", "limit": 2}).json()
    assert body["groups"] and all(len(group["hits"]) <= 2 for group in body["groups"])
    assert bare.get("/search", params={"q": "x" * 301}).status_code == 422
    assert bare.get("/search", params={"q": "x", "limit": 0}).status_code == 422
