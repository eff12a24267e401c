# SPDX-License-Identifier: GPL-3.0-or-later
from typing import Any

import pytest
from fastapi.testclient import TestClient
from web_app import web_app

from store.base import db, secret
from store.config import account, edit

pytestmark = pytest.mark.web

PASSWORD = "correct horse battery"


def browser(home: Any, address: str = "192.168.1.9") -> TestClient:
    return TestClient(web_app(home.state, home.run, {}), "http://telltale/api/v1", client=(address, 1))


def fresh(home: Any) -> TestClient:
    """The appliance before its first run was finished."""
    with db.connect(home.state / "config.db") as con:
        con.execute("DELETE FROM account")
    con.close()
    return browser(home)


def test_the_first_run_sets_the_password_and_logs_in(bare_home: Any) -> None:
    client = fresh(bare_home)
    code = secret.setup_code(bare_home.state)
    made = client.post("/setup", json={"password": PASSWORD, "code": code.lower().replace("-", " ")})
    assert made.status_code == 201
    assert client.get("/session").json() == made.json()
    assert account.check(edit.engine(bare_home.state), PASSWORD)
    again = client.post("/setup", json={"password": "another one", "code": code})
    assert again.status_code == 409 and "already set" in again.json()["detail"]


def test_a_wrong_code_sets_nothing(bare_home: Any) -> None:
    client = fresh(bare_home)
    response = client.post("/setup", json={"password": PASSWORD, "code": "AAAA-AAAA"})
    assert response.status_code == 403 and "set-up code" in response.json()["detail"]
    assert not account.has_password(edit.engine(bare_home.state))


def test_a_short_password_is_refused_and_the_code_still_holds(bare_home: Any) -> None:
    client, code = fresh(bare_home), secret.setup_code(bare_home.state)
    short = client.post("/setup", json={"password": "short", "code": code})
    assert short.status_code == 422 and "at least 8 characters" in short.json()["detail"]
    assert client.post("/setup", json={"password": PASSWORD, "code": code}).status_code == 201


def test_log_in_and_out(bare_home: Any) -> None:
    account.set_password(edit.engine(bare_home.state), PASSWORD)
    client = browser(bare_home)
    wrong = client.post("/session", json={"password": "wrong password"})
    assert wrong.status_code == 401 and wrong.json()["detail"] == "This is not the password."
    assert "set-cookie" not in wrong.headers
    csrf = client.post("/session", json={"password": PASSWORD}).json()["csrf"]
    (name,) = client.cookies.keys()
    cookie = client.cookies[name]
    assert client.get("/rules").status_code == 200
    assert client.delete("/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    client.cookies.set(name, cookie)  # a copy of the old cookie is worth nothing
    assert client.get("/rules").status_code == 401


def test_guessing_is_slowed_down_even_for_the_right_password(bare_home: Any) -> None:
    account.set_password(edit.engine(bare_home.state), PASSWORD)
    client = browser(bare_home)
    tries = [client.post("/session", json={"password": "wrong password"}).status_code for _ in range(6)]
    assert tries == [401] * 5 + [429]
    slowed = client.post("/session", json={"password": PASSWORD})
    assert slowed.status_code == 429
    assert 0 < int(slowed.headers["retry-after"]) <= 20 and "wait" in slowed.json()["detail"]
    other = TestClient(client.app, "http://telltale/api/v1", client=("192.168.1.10", 1))
    assert other.post("/session", json={"password": PASSWORD}).status_code == 201


def test_guessing_the_code_is_slowed_down_too(bare_home: Any) -> None:
    client = fresh(bare_home)
    body = {"password": PASSWORD, "code": "AAAA-AAAA"}
    assert [client.post("/setup", json=body).status_code for _ in range(6)] == [403] * 5 + [429]


def test_a_password_of_any_text_is_answered(bare_home: Any) -> None:
    client = browser(bare_home)
    for password in ("", "\x00", "\U0001f511" * 200, "x" * 1025, 7, None):
        assert client.post("/session", json={"password": password}).status_code in (401, 422, 429)
    raw = client.post("/session", content=b'{"password": "\\ud800"}', headers={"Content-Type": "application/json"})
    assert raw.status_code in (401, 422, 429)
