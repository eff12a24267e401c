# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call of the API with whatever its description allows: the answer is one that it describes, and never a 500."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from web_app import web_app_of

from dhcp import asking
from store.base import db
from store.config import account, edit
from webui.http import tail

CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
# The same for each machine and run, so that a fault is found by whoever makes it. Many more: by hand.
SOME = settings(
    max_examples=4, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip

pytestmark = [pytest.mark.web, pytest.mark.process, pytest.mark.slow]  # one call asks the machine for its neighbours


@pytest.fixture(autouse=True)
def ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream ends as each does in time, only sooner; no DHCP server of the network is asked, there is one."""
    monkeypatch.setattr(tail, "MAX_STREAM_SECONDS", 0.02)
    monkeypatch.setattr(tail, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.1",))


def test_every_answer_is_as_described(tmp_path: Path) -> None:
    state, run = tmp_path / "state", tmp_path / "run"
    run.mkdir()
    db.open_config(state)
    account.set_password(edit.engine(state), "four words of mine")
    answers: Counter[int] = Counter()
    with web_app_of(state, run) as app, TestClient(app, "http://telltale", client=("192.168.1.2", 40000)) as client:
        reader = {"Authorization": f"Bearer {account.create_token(edit.engine(state), 'reader', 'read')}"}
        described = schemathesis.openapi.from_dict(client.get("/api/openapi.json", headers=reader).json())
        for found in described.get_all_operations():
            _try(found.ok(), client, state, answers)
    assert answers[200] > 100 and answers[422] > 50, "few calls came as far as what they do"


def _try(call: Any, client: TestClient, state: Path, answers: Counter[int]) -> None:
    name = f"for {call.label}"  # a token each, since some calls end them all
    token = account.create_token(edit.engine(state), name, "admin")

    @SOME
    @given(case=call.as_strategy())
    def some(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://telltale")
        body = {key: sent[key] for key in ("json", "data", "files") if sent.get(key) is not None}
        if isinstance(body.get("data"), bytes | str):
            body["content"] = body.pop("data")
        headers = {**dict(sent.get("headers") or {}), "Authorization": f"Bearer {token}"}
        answer = client.request(sent["method"], sent["url"], params=sent.get("params"), headers=headers, **body)
        answers[answer.status_code] += 1
        assert answer.status_code != 500
        case.validate_response(answer, checks=CHECKS)

    some()
    if any(each.name == name and each.revoked_at is None for each in account.tokens(edit.engine(state))):
        account.revoke_token(edit.engine(state), name)
