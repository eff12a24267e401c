# SPDX-License-Identifier: GPL-3.0-or-later
"""Two-step log-in over the API, from its beginning to a lost phone."""

import time
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient
from people import NAMES, PASSWORD, browser, populate, program
from web_app import web_app

from store.accounts import people, two_step
from store.config import edit
from store.config.choices import Role

pytestmark = pytest.mark.web
API = "/api/v1"
PROOF = {"password": PASSWORD}


@pytest.fixture
def viewer(bare_home: Any) -> Iterator[TestClient]:
    """Vera's browser; she may change nothing but what is her own."""
    numbers = populate(bare_home.state)
    yield browser(web_app(bare_home.state, bare_home.run), bare_home.state, numbers[Role.VIEWER])


def stranger(viewer: TestClient) -> TestClient:
    return TestClient(viewer.app, "http://telltale", client=("192.168.1.77", 1), follow_redirects=False)


def turned_on(viewer: TestClient) -> tuple[pyotp.TOTP, list[str]]:
    """What the phone has now, and the recovery codes."""
    begun = viewer.post(f"{API}/two-step", json=PROOF)
    assert begun.status_code == 201
    totp = pyotp.TOTP(begun.json()["secret"])
    confirmed = viewer.post(f"{API}/two-step/confirm", json={"code": totp.now()})
    assert confirmed.status_code == 201
    codes: list[str] = confirmed.json()["codes"]
    return totp, codes


def wrong_code(totp: pyotp.TOTP) -> str:
    """Right neither now nor for some minutes, which one of a million may be."""
    right = {totp.at(int(time.time()) + 30 * step) for step in range(-10, 11)}
    return next(code for code in map("{:06}".format, range(100)) if code not in right)


def test_it_is_turned_on_used_and_turned_off(viewer: TestClient) -> None:
    assert viewer.get(f"{API}/two-step").json() == {"on": False, "since": None, "codes_left": 0}
    assert viewer.post(f"{API}/two-step", json={"password": "wrong"}).status_code == 401
    totp, codes = turned_on(viewer)
    assert viewer.get(f"{API}/two-step").json()["codes_left"] == 10
    given = {"user": "vera", "password": PASSWORD}
    wanted = stranger(viewer).post(f"{API}/session", json=given)
    assert wanted.status_code == 401 and wanted.headers["content-type"] == "application/problem+json"
    assert wanted.json()["needs"] == "code" and "recovery code" in wanted.json()["detail"]
    assert "set-cookie" not in wanted.headers
    wrong = stranger(viewer).post(f"{API}/session", json={**given, "code": wrong_code(totp)})
    assert wrong.status_code == 401 and wrong.json()["needs"] == "code"
    assert stranger(viewer).post(f"{API}/session", json={**given, "code": codes[0]}).status_code == 201
    assert viewer.get(f"{API}/two-step").json()["codes_left"] == 9
    fresh = viewer.post(f"{API}/two-step/codes", json={**PROOF, "code": codes[1]}).json()["codes"]
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    assert viewer.post(f"{API}/two-step/off", json={**PROOF, "code": codes[2]}).status_code == 401, "it is made anew"
    assert viewer.post(f"{API}/two-step/off", json={**PROOF, "code": fresh[0]}).status_code == 204
    assert viewer.get(f"{API}/two-step").json()["on"] is False
    assert stranger(viewer).post(f"{API}/session", json=given).status_code == 201


def test_a_wrong_password_hears_nothing_of_a_code(viewer: TestClient) -> None:
    turned_on(viewer)
    wrong = stranger(viewer).post(f"{API}/session", json={"user": "vera", "password": "wrong"})
    assert wrong.status_code == 401 and "needs" not in wrong.json()


def test_a_token_is_nobody_here(viewer: TestClient, bare_home: Any) -> None:
    app: Any = viewer.app
    assert program(app, bare_home.state, "admin").get(f"{API}/two-step").status_code == 403


def test_after_a_recovery_code_the_page_speaks_of_a_lost_phone(viewer: TestClient, bare_home: Any) -> None:
    _, codes = turned_on(viewer)
    door = stranger(viewer)
    came = door.post("/login", data={"user": "vera", "password": PASSWORD, "code": codes[0], "next": "/devices"})
    assert came.headers["location"] == "/accounts?notice=recovery#two-step"
    assert "You came in with a recovery code" in door.get(came.headers["location"]).text
    again = {"user": "vera", "password": PASSWORD, "next": "/devices"}
    second = stranger(viewer).post("/login", data={**again, "code": codes[1]})
    assert second.headers["location"].startswith("/accounts")
    number = people.find(edit.engine(bare_home.state), NAMES[Role.VIEWER]).id
    two_step.off(edit.engine(bare_home.state), number)
    assert stranger(viewer).post("/login", data=again).headers["location"] == "/devices"
    unasked = stranger(viewer).post("/login", data={**again, "code": "something"})
    assert unasked.headers["location"] == "/devices", "nobody asked for it"
