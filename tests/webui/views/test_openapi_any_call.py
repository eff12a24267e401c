# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call of the API with whatever its description allows: the answer is one that it describes, and never a 500.

As a program that may do all, as a viewer and as who sees their own devices alone. EXAMPLES=50 tries as many of
each call, by hand, with `--timeout 0`.
"""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import people
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
from store.config.choices import Role
from webui.http import tail

CHECKS = [content_type_conformance, response_schema_conformance, status_code_conformance]
# Examples of each call; of who may change nothing fewer, since most of theirs are refused before they are read.
EXAMPLES = {"token": 4, Role.VIEWER: 1, Role.OWN: 1}
MORE = int(os.environ.get("EXAMPLES", "0"))
# What each has to have got, so that their calls came as far as what they do.
LEAST = {"token": {200: 100, 422: 50}, Role.VIEWER: {200: 40, 403: 50}, Role.OWN: {403: 100}}


def some_of(examples: int) -> settings:
    """The same for each machine and run, so that a fault is found by whoever makes it."""
    return settings(
        max_examples=examples, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


pytestmark = [pytest.mark.web, pytest.mark.process, pytest.mark.slow]  # one call asks the machine for its neighbours


@pytest.fixture(autouse=True)
def ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream ends as each does in time, only sooner; no DHCP server of the network is asked, there is one."""
    monkeypatch.setattr(tail, "MAX_STREAM_SECONDS", 0.02)
    monkeypatch.setattr(tail, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(asking, "look", lambda run, interface: ("192.168.1.1",))


@pytest.mark.parametrize("who", ["token", Role.VIEWER, Role.OWN])
def test_every_answer_is_as_described(tmp_path: Path, who: str) -> None:
    state, run = tmp_path / "state", tmp_path / "run"
    run.mkdir()
    db.open_config(state)
    numbers, answers = people.populate(state), Counter[int]()
    with web_app_of(state, run) as app, TestClient(app, "http://telltale", client=("192.168.1.2", 40000)) as client:
        reader = {"Authorization": f"Bearer {account.create_token(edit.engine(state), 'reader', 'read')}"}
        described = schemathesis.openapi.from_dict(client.get("/api/openapi.json", headers=reader).json())
        for found in described.get_all_operations():
            call = found.ok()  # type: ignore[union-attr]
            if who == "token":
                _try_as_program(call, client, state, answers)
            else:  # a browser each, since some calls log it out
                browser = people.browser(app, state, numbers[Role(who)])
                _try(call, browser, dict(browser.headers), EXAMPLES[who], answers)
    assert all(answers[status] > least for status, least in LEAST[who].items()), answers


def _try_as_program(call: Any, client: TestClient, state: Path, answers: Counter[int]) -> None:
    name = f"for {call.label}"  # a token each, since some calls end them all
    token = account.create_token(edit.engine(state), name, "admin")
    _try(call, client, {"Authorization": f"Bearer {token}"}, EXAMPLES["token"], answers)
    if any(each.name == name and each.revoked_at is None for each in account.tokens(edit.engine(state))):
        account.revoke_token(edit.engine(state), name)


def _try(call: Any, client: TestClient, known: dict[str, str], examples: int, answers: Counter[int]) -> None:
    @some_of(MORE or examples)
    @given(case=call.as_strategy())
    def some(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url="http://telltale")
        body = {key: sent[key] for key in ("json", "data", "files") if sent.get(key) is not None}
        if isinstance(body.get("data"), bytes | str):
            body["content"] = body.pop("data")
        headers = {**dict(sent.get("headers") or {}), **known}
        answer = client.request(sent["method"], sent["url"], params=sent.get("params"), headers=headers, **body)
        answers[answer.status_code] += 1
        assert answer.status_code != 500
        case.validate_response(answer, checks=CHECKS)

    some()
