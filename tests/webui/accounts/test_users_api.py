# SPDX-License-Identifier: GPL-3.0-or-later
from html import unescape
from typing import Any

import pytest
from fastapi.testclient import TestClient
from people import PASSWORD as PASSWORD_OF_ALL
from people import browser, populate
from web_app import web_app

from store.config import account, edit
from store.config.choices import Role

pytestmark = pytest.mark.web

PASSWORD = "four words of mine"


def test_people_over_the_api(bare: TestClient) -> None:
    made = bare.post("/users", json={"name": "Vera", "role": "viewer", "password": PASSWORD})
    assert made.status_code == 201 and made.json()["role"] == "viewer" and PASSWORD not in made.text
    number = made.json()["id"]
    assert [user["name"] for user in bare.get("/users").json()["items"]][-1] == "Vera"
    assert bare.patch(f"/users/{number}", json={"name": "Wera"}).json()["name"] == "Wera"
    assert bare.get(f"/users/{number}").json()["two_step"] is False
    assert bare.delete(f"/users/{number}/two-step").status_code == 422
    assert bare.delete("/users/1").status_code == 422, "the only admin"
    assert bare.delete(f"/users/{number}").status_code == 204 and bare.get(f"/users/{number}").status_code == 404


def test_what_cannot_be(bare: TestClient) -> None:
    for wrong in ({"name": "", "role": "viewer"}, {"name": "x", "role": "root"}, {"name": "x", "role": "own"}):
        assert bare.post("/users", json={"password": PASSWORD, **wrong}).status_code == 422
    assert bare.get("/sessions").status_code == 403, "a token is nobody"


def test_an_admins_open_browser_sets_no_password_of_theirs_and_turns_no_second_step_off(bare_home: Any) -> None:
    numbers = populate(bare_home.state)
    admin = browser(web_app(bare_home.state, bare_home.run), bare_home.state, 1)
    for refused in (
        admin.patch("/api/v1/users/1", json={"password": "another one of mine"}),
        admin.delete("/api/v1/users/1/two-step"),
        admin.post("/accounts/users/change", data={"id": 1, "name": "Ada", "role": "admin", "password": "another one"}),
        admin.post("/accounts/users/two-step-off", data={"id": 1}),
    ):
        assert refused.status_code == 403 and "password that holds now" in unescape(refused.text).replace("\n", " ")
    assert account.check(edit.engine(bare_home.state), PASSWORD_OF_ALL)
    viewer = numbers[Role.VIEWER]
    assert admin.patch(f"/api/v1/users/{viewer}", json={"password": "another one of theirs"}).status_code == 200
    assert admin.patch("/api/v1/users/1", json={"name": "Ada"}).status_code == 200
