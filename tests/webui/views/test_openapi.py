# SPDX-License-Identifier: GPL-3.0-or-later
import json
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_app import web_app_of

from store.base import db
from store.config import account, edit

# The contract, call by call.
CALLS = {
    "/certificate": {"get"},
    "/certificate/make": {"post"},
    "/certificate/use": {"post"},
    "/dhcp": {"get", "put"},
    "/dhcp/check": {"post"},
    "/dhcp/static": {"post"},
    "/dhcp/static/{which}": {"delete", "put"},
    "/records": {"get", "post"},
    "/records/import": {"post"},
    "/records/import/preview": {"post"},
    "/records/{record_id}": {"patch", "delete"},
    "/forwards": {"get", "post"},
    "/forwards/{forward_id}": {"patch", "delete"},
    "/setup": {"post"},
    "/session": {"get", "post", "delete"},
    "/users": {"get", "post"},
    "/users/{user_id}": {"get", "patch", "delete"},
    "/users/{user_id}/two-step": {"delete"},
    "/two-step": {"get", "post"},
    "/two-step/confirm": {"post"},
    "/two-step/codes": {"post"},
    "/two-step/off": {"post"},
    "/sessions": {"get", "delete"},
    "/sessions/{session_id}": {"delete"},
    "/health": {"get"},
    "/stats/summary": {"get"},
    "/stats/timeline": {"get"},
    "/stats/top": {"get"},
    "/queries": {"get", "delete"},
    "/queries.csv": {"get"},
    "/queries.jsonl": {"get"},
    "/queries/live": {"get"},
    "/devices": {"get"},
    "/devices/{device_id}": {"get", "patch", "delete"},
    "/devices/{device_id}/merge": {"post"},
    "/devices/{device_id}/split": {"post"},
    "/devices/{device_id}/stats": {"get"},
    "/groups": {"get", "post"},
    "/groups/{group_id}": {"get", "patch", "delete"},
    "/schedules": {"get", "post"},
    "/schedules/{schedule_id}": {"get", "patch", "delete"},
    "/pauses": {"get", "post", "delete"},
    "/pauses/{pause_id}": {"delete"},
    "/exceptions": {"get", "post"},
    "/exceptions/{exception_id}": {"delete"},
    "/exceptions/{exception_id}/keep": {"post"},
    "/requests": {"get"},
    "/requests/{request_id}": {"post"},
    "/my": {"get"},
    "/my/exceptions": {"post", "delete"},
    "/my/requests": {"post"},
    "/my/tests": {"get", "post", "delete"},
    "/my/tests/stop": {"post"},
    "/evidence/tests": {"get", "post"},
    "/evidence/tests/{number}": {"get", "patch", "delete"},
    "/evidence/tests/{number}/stop": {"post"},
    "/evidence/tests/{number}/compare": {"get"},
    "/evidence/companies": {"get"},
    "/evidence/whatif": {"post"},
    "/evidence/whatif/{number}": {"get", "delete"},
    "/evidence/worth": {"get"},
    "/evidence/updates": {"get"},
    "/evidence/chain": {"get"},
    "/evidence/report": {"get"},
    "/evidence/findings": {"get"},
    "/evidence/names": {"get"},
    "/evidence/corrections": {"get"},
    "/evidence/corrections/{name}": {"get", "put", "delete"},
    "/evidence/findings/{number}": {"get", "patch"},
    "/evidence/findings/{number}/cure": {"post"},
    "/backup": {"get"},
    "/restore": {"post"},
    "/changes": {"get"},
    "/changes/{change_id}": {"get"},
    "/changes/undo": {"post"},
    "/changes/undo/preview": {"post"},
    "/changes/{change_id}/undo": {"post"},
    "/blocklists": {"get", "post"},
    "/blocklists/{blocklist_id}": {"patch", "delete"},
    "/blocklists/{blocklist_id}/accept": {"post"},
    "/blocklists/{blocklist_id}/health": {"get"},
    "/blocklists/{blocklist_id}/toggle": {"put"},
    "/blocklists/{blocklist_id}/update": {"post"},
    "/rules": {"get", "post"},
    "/rules/paste": {"post"},
    "/rules/{rule_id}": {"delete", "patch"},
    "/explain": {"get"},
    "/search": {"get"},
    "/bypass": {"get"},
    "/bypass/dns": {"get"},
    "/wall": {"get"},
    "/wall/switches": {"get", "put"},
    "/dnssec": {"get"},
    "/dnssec/anyway": {"post"},
    "/dnssec/anyway/{domain}": {"delete"},
    "/settings": {"get", "put"},
    "/tokens": {"get", "post"},
    "/tokens/{token_id}": {"delete"},
    "/safe-search": {"get", "put"},
    "/services": {"get"},
    "/services/{service_id}": {"get"},
    "/services/{service_id}/toggle": {"put"},
}


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[TestClient]:
    """A program that calls the API of a home where nothing was asked yet."""
    db.open_config(tmp_path / "state")
    (tmp_path / "run").mkdir()
    with closing(db.connect(tmp_path / "state" / "config.db")) as con:
        con.execute("INSERT INTO account (id, password_hash, changed_at) VALUES (1, 'scrypt$2$8$5$00$00', 0)")
    token = account.create_token(edit.engine(tmp_path / "state"), "test", "admin")
    with web_app_of(tmp_path / "state", tmp_path / "run") as app:
        client = TestClient(app, "http://telltale/api/v1", client=("192.168.1.2", 40000))
        client.headers["Authorization"] = f"Bearer {token}"
        with client:
            yield client


def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get("http://telltale/api/openapi.json").json()
    return found


def test_every_call_of_the_contract_is_described_and_no_other(bare: TestClient) -> None:
    described = {path: set(item) for path, item in document(bare)["paths"].items()}
    assert described == {f"/api/v1{path}": methods for path, methods in CALLS.items()}


def test_every_call_says_what_it_does_and_how_it_fails(bare: TestClient) -> None:
    whole = document(bare)
    for path, item in whole["paths"].items():
        for method, call in item.items():
            assert call["summary"], (method, path)
            assert "application/problem+json" in call["responses"]["default"]["content"], (method, path)
    assert whole["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_reference_leads_somewhere(bare: TestClient) -> None:
    whole = document(bare)
    for name in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(whole)):
        assert name in whole["components"]["schemas"]


def test_times_are_named_from_and_to(bare: TestClient) -> None:
    names = {one["name"] for one in document(bare)["paths"]["/api/v1/queries"]["get"]["parameters"]}
    filters = {"device", "client", "name", "verdict", "list", "company", "kind", "type", "source", "names",
               "purpose", "origin", "rcode", "hide", "transport", "dnssec"}  # fmt: skip
    assert names == filters | {"from", "to", "cursor", "limit"}


def test_the_page_shows_every_call_and_needs_nothing_from_elsewhere(bare: TestClient) -> None:
    page = bare.get("http://telltale/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path, methods in CALLS.items():
        for method in methods:
            assert f">{method.upper()}</b> <code>/api/v1{path}</code>" in page.text, (method, path)
    for source in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert source.startswith(("/", "#"))
        if source.startswith("/static/"):
            assert bare.get(f"http://telltale{source}").status_code == 200
    assert "<script>" not in page.text and "style=" not in page.text and " on" + "click" not in page.text
    assert page.text.count("<form") == sum(map(len, CALLS.values())) - 1  # every call can be tried but the stream


def test_what_a_field_means_stands_beside_its_kind(bare: TestClient) -> None:
    assert "string or null: as the network knows it" in bare.get("http://telltale/api/docs").text
