# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may use this, as each sees and does it."""

import re
from collections.abc import Iterator
from typing import Any

import pyotp
import pytest
from fastapi.testclient import TestClient
from people import NAMES, PASSWORD, browser, populate
from web_app import web_app

from store.accounts import login_sessions, people, two_step
from store.config import account, edit
from store.config.choices import Role

pytestmark = pytest.mark.web


@pytest.fixture
def clients(bare_home: Any) -> Iterator[dict[str, TestClient]]:
    numbers = populate(bare_home.state)
    app = web_app(bare_home.state, bare_home.run)
    yield {role: browser(app, bare_home.state, number) for role, number in numbers.items()}


def test_each_role_sees_its_own_and_admins_everybody(clients: dict[str, TestClient]) -> None:
    admin, viewer, own = (clients[role].get("/accounts").text for role in (Role.ADMIN, Role.VIEWER, Role.OWN))
    assert "Otto" in admin and 'action="/accounts/users"' in admin
    assert "Otto" not in viewer and 'action="/accounts/users"' not in viewer
    assert "change nothing" in viewer and "your own devices" in own.lower()
    for page in (viewer, own):
        forms = re.findall(r'<form[^>]*action="(/accounts/[^"]*)"[^>]*>(<fieldset class="may-not")?', page)
        assert forms and not any(off for _, off in forms), "what is one's own may be changed"


def test_people_are_added_changed_and_removed(clients: dict[str, TestClient], bare_home: Any) -> None:
    admin, e = clients[Role.ADMIN], edit.engine(bare_home.state)
    hostile = "<img src=x onerror=alert(1)>"
    filled = {"name": hostile, "role": "viewer", "password": "four words of mine"}
    assert admin.post("/accounts/users", data=filled).status_code == 303
    page = admin.get("/accounts").text
    assert hostile not in page and "&lt;img src=x" in page
    number = people.find(e, hostile).id
    assert admin.post("/accounts/users/change", data={"id": number, "name": "Ida", "role": "admin"}).status_code == 303
    assert people.find(e, "ida").role == Role.ADMIN
    assert admin.post("/accounts/users/remove", data={"id": number}).status_code == 303
    assert len(people.people(e)) == 3
    assert clients[Role.VIEWER].post("/accounts/users/remove", data={"id": 1}).status_code == 403


def test_change_the_password(newcomer: Any) -> None:
    home = newcomer.home
    response = newcomer.form(
        "/accounts/password", current=home.PASSWORD, new="another long one", again="another long one"
    )
    assert response.headers["location"] == "/accounts?notice=password"
    assert account.check(newcomer.engine(), "another long one")
    assert newcomer.get("/accounts").status_code == 200


def test_a_password_change_needs_the_old_one_and_two_same_new_ones(newcomer: Any) -> None:
    wrong = newcomer.form("/accounts/password", current="no", new="another long one", again="another long one")
    assert wrong.status_code == 401
    differ = newcomer.form(
        "/accounts/password", current=newcomer.home.PASSWORD, new="another long one", again="another"
    )
    assert differ.status_code == 422
    assert account.check(newcomer.engine(), newcomer.home.PASSWORD)


def test_a_second_step_from_its_qr_code_to_off(clients: dict[str, TestClient], bare_home: Any) -> None:
    viewer, e = clients[Role.VIEWER], edit.engine(bare_home.state)
    number = people.find(e, NAMES[Role.VIEWER]).id
    assert viewer.post("/accounts/two-step", data={"password": "wrong"}).status_code == 401
    assert viewer.post("/accounts/two-step", data={"password": PASSWORD}).status_code == 303
    page = viewer.get("/accounts").text
    begun = two_step.begun(e, number)
    assert begun is not None and begun.secret in page and "<svg" in page
    shown = viewer.post("/accounts/two-step/confirm", data={"code": pyotp.TOTP(begun.secret).now()}).text
    codes = re.findall(r"<li><code>([a-z2-7-]{19})</code></li>", shown)
    assert len(codes) == 10 and codes[0] not in viewer.get("/accounts").text
    stranger = TestClient(viewer.app, "http://telltale", client=("192.168.1.77", 1), follow_redirects=False)
    assert "one-time-code" in stranger.get("/login").text
    given = {"user": "vera", "password": PASSWORD}
    assert stranger.post("/login", data=given).status_code == 401
    assert stranger.post("/login", data={**given, "code": codes[0]}).status_code == 303
    assert stranger.post("/login", data={**given, "code": codes[0]}).status_code == 401
    another = {"current": PASSWORD, "new": "four other words here", "again": "four other words here"}
    assert viewer.post("/accounts/password", data=another).status_code == 401, "a code is asked for here, too"
    off = viewer.post("/accounts/two-step/off", data={"password": PASSWORD, "code": codes[1]})
    assert off.status_code == 303 and two_step.standing(e, number).since is None


def test_log_ins_are_listed_and_ended(clients: dict[str, TestClient], bare_home: Any) -> None:
    viewer, e = clients[Role.VIEWER], edit.engine(bare_home.state)
    number = people.find(e, NAMES[Role.VIEWER]).id
    other = login_sessions.create_session(e, "192.168.1.50", account_id=number, agent="Chrome/1 (Android)")
    assert "Chrome on Android" in viewer.get("/accounts").text
    assert viewer.post("/accounts/sessions/others").status_code == 303
    assert login_sessions.find_session(e, other.id) is None and viewer.get("/accounts").status_code == 200
    admins = login_sessions.sessions(e, 1)[0].id
    assert viewer.post("/accounts/sessions/end", data={"id": admins}).status_code == 404, "it is not theirs"


def test_own_devices_are_led_to_their_page(clients: dict[str, TestClient]) -> None:
    own = clients[Role.OWN]
    assert own.get("/").headers["location"] == "/my"
    page = own.get("/my")
    assert page.status_code == 200 and 'href="/devices"' not in page.text
    assert own.get("/my?device=99").status_code == 403 and own.get("/devices").status_code == 403
    assert own.get("/api/v1/my").json()["device"] is not None


def test_a_viewers_pages_offer_nothing_that_is_refused(clients: dict[str, TestClient]) -> None:
    page = clients[Role.VIEWER].get("/blocklists").text
    for form in re.findall(r'<form[^>]*method="post"[^>]*>.{0,30}', page, re.DOTALL):
        assert "may-not" in form or 'action="/logout"' in form
