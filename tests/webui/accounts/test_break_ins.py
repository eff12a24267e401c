# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody tries who wants in, or wants more than they may: each is refused, and leaves nothing behind."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from people import ADDRESS, NAMES, PASSWORD, browser, populate, program
from web_app import web_app_of

from store.accounts import login_sessions, people
from store.config import account, edit
from store.config.choices import Role
from webui.http import permissions
from webui.http.auth import CSRF_HEADER, gate
from webui.http.permissions import SAFE_METHODS
from webui.http.problems import Problem
from webui.http.route_needs import calls

pytestmark = pytest.mark.web

API = "/api/v1"


@pytest.fixture
def app(bare_home: Any) -> Iterator[Any]:
    numbers = populate(bare_home.state)
    with web_app_of(bare_home.state, bare_home.run) as made:
        made.state.numbers, made.state.home = numbers, bare_home
        yield made


def stranger(app: Any, address: str = "192.168.1.66") -> TestClient:
    return TestClient(app, "http://telltale", client=(address, 1), follow_redirects=False)


def logged_in(app: Any, role: Role) -> TestClient:
    return browser(app, app.state.home.state, app.state.numbers[role])


def test_a_session_that_was_planted_is_worth_nothing_after_the_log_in(app: Any) -> None:
    client, name = stranger(app), app.state.ui.cookie
    client.cookies.set(name, "planted")
    came = client.post("/login", data={"user": "admin", "password": PASSWORD})
    assert came.status_code == 303 and came.cookies[name] != "planted"
    other = stranger(app)
    other.cookies.set(name, "planted")
    assert other.get("/devices").status_code == 303


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP", "True-Client-IP"])
def test_no_header_gives_more_tries(app: Any, header: str) -> None:
    client, given = stranger(app, "127.0.0.1"), {"user": "admin", "password": "wrong password"}
    tried = [client.post(f"{API}/session", json=given, headers={header: f"for=192.168.1.{n}"}) for n in range(6)]
    assert [answer.status_code for answer in tried] == [401] * 5 + [429]


def test_nor_do_many_addresses_of_one_network_or_other_spellings_of_a_name(app: Any) -> None:
    given = ["admin", "ADMIN", " admin", "ad\u00admin", "admin", "Admin"]
    tried = [
        stranger(app, f"fd00::{n + 1}").post(f"{API}/session", json={"user": name, "password": "wrong password"})
        for n, name in enumerate(given)
    ]
    assert [answer.status_code for answer in tried] == [401] * 5 + [429]


def test_a_name_that_nobody_has_costs_as_much_as_one_that_somebody_has(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    true = account._hash
    monkeypatch.setattr(account, "_hash", lambda password, salt: hashed.append(password) or true(password, salt))
    answers = [
        stranger(app).post(f"{API}/session", json={"user": name, "password": "wrong password"}).json()
        for name in ("admin", NAMES[Role.VIEWER], "nobody", "\u202e", "x" * 200)
    ]
    assert hashed == ["wrong password"] * 5 and all(answer == answers[0] for answer in answers)


def test_secrets_stand_in_no_log(app: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = account.create_token(edit.engine(app.state.home.state), "script", "admin")
    client = stranger(app)
    bearer = {"Authorization": f"Bearer {token}"}
    client.get(f"{API}/rules", headers=bearer)
    client.get(f"{API}/nothing?token={token}", headers=bearer)
    client.post(f"{API}/tokens", headers=bearer, content=b"{")
    account.revoke_token(edit.engine(app.state.home.state), "script")
    client.get(f"{API}/rules", headers=bearer)
    client.post("/login", data={"user": "my name", "password": "my secret", "code": "my code"})
    came = client.post("/login", data={"user": "admin", "password": PASSWORD})
    log = "\n".join(record.getMessage() for record in caplog.records if record.name.partition(".")[0] != "httpx2")
    assert came.status_code == 303 and "wrong name or password" in log
    for secret in (token, "my name", "my secret", "my code", PASSWORD, came.cookies[app.state.ui.cookie]):
        assert secret not in log


@pytest.mark.parametrize(
    "there",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
     "javascript:1", "/\r\nSet-Cookie: x=1", "/\x00", " //evil.example", "///evil.example", "http:evil.example",
     "/%0d%0aX: y\n"],
)  # fmt: skip
def test_nothing_leads_to_another_site(app: Any, there: str) -> None:
    came = stranger(app).post("/login", data={"user": "admin", "password": PASSWORD, "next": there})
    admin = logged_in(app, Role.ADMIN)
    answers = [
        came, admin.get("/login", params={"next": there}),
        admin.post("/language", data={"language": "", "back": there}),
        admin.post("/pause", data={"scope": "house", "minutes": "5", "back": there}),
        admin.post("/pause/end", data={"scope": "house", "back": there}),
    ]  # fmt: skip
    for answer in answers:
        where = answer.headers.get("location", "/")
        assert where.startswith("/") and not where.startswith(("//", "/\\")) and "evil" not in where, where
        assert "x" not in answer.cookies


@pytest.mark.slow
def test_each_form_and_call_that_changes_something_needs_the_token_of_the_page(app: Any) -> None:
    async def stop_behind(request: Request) -> None:
        await gate(request)
        raise Problem(418, "behind the gate")

    admin = logged_in(app, Role.ADMIN)
    token = admin.headers.pop(CSRF_HEADER)
    app.dependency_overrides[gate] = stop_behind
    foreign = [{CSRF_HEADER: token, "Origin": origin} for origin in ("https://evil.example", "null")]
    odd: list[dict[str, str]] = [{CSRF_HEADER: token[:-1] + "~"}, *foreign]
    changing = [call for call in calls(app) if call.method not in SAFE_METHODS and call.need not in permissions.OPEN]
    for call in changing:
        address = "/".join("1" if part.startswith("{") else part for part in call.path.split("/"))
        for sent in odd:
            assert admin.request(call.method, address, headers=sent).status_code == 403, f"{call.path} {sent}"
        assert admin.request(call.method, address, headers={CSRF_HEADER: token}).status_code == 418, call.path
    assert len(changing) > 100


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OWN])
def test_nobody_makes_themselves_more_than_they_are(app: Any, role: Role) -> None:
    client, number = logged_in(app, role), app.state.numbers[role]
    for answer in (
        client.patch(f"{API}/users/{number}", json={"role": "admin"}), client.get(f"{API}/users"),
        client.post(f"{API}/users", json={"name": "me too", "role": "admin", "password": PASSWORD}),
        client.post(f"{API}/tokens", json={"name": "mine", "scope": "admin"}), client.get(f"{API}/tokens"),
        client.get(f"{API}/backup"), client.get("/accounts/tokens"), client.delete(f"{API}/users/1/two-step"),
        client.post("/accounts/users/change", data={"id": number, "name": "x", "role": "admin"}),
        client.post("/accounts/tokens", data={"name": "mine", "scope": "admin", "expires": "never"}),
        client.put(f"{API}/settings", json={"session_longest_days": 3650}),
    ):  # fmt: skip
        assert answer.status_code == 403
    assert len(people.people(edit.engine(app.state.home.state))) == 3
    theirs = client.get(f"{API}/sessions").json()["items"]
    assert {each["user"] for each in theirs} == {NAMES[role]}
    logged_in(app, Role.ADMIN)
    others = login_sessions.sessions(edit.engine(app.state.home.state), 1)
    assert client.delete(f"{API}/sessions/{others[0].id}").status_code == 404


def test_a_read_token_is_nobody_and_makes_no_other_token(app: Any) -> None:
    reader = program(app, app.state.home.state, "read")
    assert reader.post(f"{API}/tokens", json={"name": "mine", "scope": "admin"}).status_code == 403
    assert reader.get(f"{API}/tokens").status_code == 403 and reader.get(f"{API}/sessions").status_code == 403
    assert reader.get(f"{API}/two-step").status_code == 403 and reader.get("/accounts").status_code == 403


def test_whoever_is_removed_or_gets_another_role_is_out_at_once(app: Any) -> None:
    engine, numbers = edit.engine(app.state.home.state), app.state.numbers
    viewer, own = logged_in(app, Role.VIEWER), logged_in(app, Role.OWN)
    assert viewer.get(f"{API}/rules").status_code == 200 and own.get("/my").status_code == 200
    people.remove(engine, numbers[Role.VIEWER])
    people.change(engine, numbers[Role.OWN], role=Role.VIEWER)
    assert viewer.get(f"{API}/rules").status_code == 401 and own.get(f"{API}/rules").status_code == 401
    assert ADDRESS not in login_sessions.session_addresses(engine)
