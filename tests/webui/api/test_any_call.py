# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the API as a whole: whatever is asked, the answer is JSON in plain words and never a 5xx."""

from typing import Any

import pytest
from examples import examples
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATHS = (
    "/stats/summary", "/stats/timeline", "/stats/top", "/queries", "/devices", "/devices/{}", "/devices/{}/stats",
    "/blocklists", "/services", "/safe-search", "/rules", "/explain", "/settings", "/tokens", "/session", "/{}",
)  # fmt: skip
NAMES = (
    "from", "to", "step", "of", "verdict", "device", "client", "name", "list", "company", "type", "cursor", "limit",
)  # fmt: skip
WORDS = [
    "", "0", "-1", "1", "7", "now", "-24h", "-99999999w", "0001-01-01", "9999-12-31T23:59:59Z", "1e308", "nan", "%",
    "*", "%00", "\x00", "' OR 1=1 --", "9" * 25, "BLOCK", "names", "A", "65535", "TYPE1", "A" * 280, "\u202e", "::1",
    "fe80::1%eth0", "127.0.0.1", "telltale", "xn--", "a.b", "1ms",
]  # fmt: skip
ODD = st.sampled_from(WORDS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CALLS = (
    ("POST", "/rules"), ("POST", "/tokens"), ("PATCH", "/devices/1"), ("PUT", "/settings"), ("POST", "/blocklists"),
    ("PUT", "/blocklists/pack:xiaomi/toggle"), ("PUT", "/safe-search"), ("POST", "/session"),
)  # fmt: skip
FIELDS = (
    "name", "kind", "scope", "on", "level", "source", "title", "password", "workers", "sinkhole", "dns", "group_id",
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-(2**65), 2**65) | ODD | st.floats(-1e9, 1e9)
BODIES = LEAVES | st.dictionaries(st.sampled_from(FIELDS), LEAVES | st.lists(LEAVES, max_size=3), max_size=5)


@settings(max_examples=examples(80), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATHS),
    number=st.integers(-(2**70), 2**70) | ODD,
    params=st.dictionaries(st.sampled_from(NAMES), ODD, max_size=5),
)
def test_no_odd_parameter_breaks_a_call(reading: TestClient, path: str, number: Any, params: dict[str, str]) -> None:
    piece = "".join(f"%{byte:02x}" for byte in str(number).encode())
    response = reading.get(path.format(piece or "x"), params=params)
    assert response.status_code in (200, 404, 422), response.text
    response.json()
    if response.status_code != 200:
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["detail"].endswith((".", "…"))


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(call=st.sampled_from(CALLS), body=BODIES)
def test_no_odd_body_breaks_a_call(reading: TestClient, call: tuple[str, str], body: Any) -> None:
    response = reading.request(*call, json=body)
    assert response.status_code in (200, 201, 401, 404, 422, 429), (call, body, response.text)


def test_bodies_that_are_no_json_are_refused(bare: TestClient) -> None:
    for content, kind in ((b"{", "application/json"), (b"\xff", "application/json"), (b"a=b", "text/plain"), (b"", "")):
        response = bare.post("/rules", content=content, headers={"Content-Type": kind})
        assert response.status_code in (400, 422)
        assert response.headers["content-type"] == "application/problem+json"
    deep = bare.post("/rules", content=b"[" * 100_000, headers={"Content-Type": "application/json"})
    assert deep.status_code in (400, 422)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/pauses", {"Scope": "device:1", "minutes": 10}),
        ("POST", "/pauses", {"scope": "house", "minute": 10}),
        ("DELETE", "/pauses", {"blocklists": "pack:xiaomi"}),
        ("POST", "/exceptions", {"scope": "house", "name": "a.example", "minute": 10}),
        ("PUT", "/blocklists/pack:xiaomi/toggle", {"on": False, "scopes": "device:1"}),
        ("PUT", "/services/tiktok/toggle", {"on": True, "schedules": 1}),
        ("PUT", "/safe-search", {"on": True, "group": "group:1"}),
        ("POST", "/rules", {"kind": "block", "name": "a.example", "device": 1}),
    ],
)
def test_a_misspelt_field_does_not_widen_what_is_asked_for(
    bare: TestClient, method: str, path: str, body: dict[str, Any]
) -> None:
    response = bare.request(method, path, json=body)
    assert response.status_code == 422, response.text
    assert "is no field of this call" in response.json()["detail"]
    assert bare.get("/pauses").json()["items"] == []
    assert bare.get("/exceptions").json()["items"] == []


def test_a_body_that_is_too_large_is_refused(bare: TestClient) -> None:
    response = bare.post("/rules", content=b"x" * 300_000, headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert "262144 bytes" in response.json()["detail"]
    unsaid = bare.post("/rules", content=iter([b"{}"]), headers={"Content-Type": "application/json"})
    assert unsaid.status_code == 411


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("DELETE", "/rules", 405)])
def test_what_is_not_there_is_a_problem_too(bare: TestClient, method: str, path: str, status: int) -> None:
    response = bare.request(method, path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status


def test_a_hostile_path_is_not_repeated_raw(bare: TestClient) -> None:
    detail = bare.get("/<script>").json()["detail"]
    assert "<script>" not in detail and "%3Cscript%3E" in detail
