# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate: what is open, what a session and a token may, and what another web site may not."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Mount
from web_app import web_app

from store.accounts import login_sessions
from store.base import db
from store.config import account, edit
from webui.http import auth
from webui.http.lazy_routes import every
from webui.http.state import WebUi

pytestmark = pytest.mark.web

PASSWORD = "correct horse battery"
OPEN_CALLS = {
    ("GET", "/login"),
    ("GET", "/metrics"),
    ("POST", "/login"),
    ("GET", "/setup"),
    ("POST", "/setup"),
    ("POST", "/setup/strength"),
    ("GET", "/health"),
    ("GET", "/api/v1/health"),
    ("POST", "/api/v1/setup"),
    ("GET", "/apple/doh.mobileconfig"), ("GET", "/apple/dot.mobileconfig"), ("GET", "/certificate/authority.crt"),
    ("GET", "/language"), ("GET", "/manifest.webmanifest"), ("GET", "/offline"),
    ("POST", "/language"),
    ("POST", "/api/v1/session"),
    ("GET", "/my"),
    ("POST", "/my/exceptions"),
    ("POST", "/my/exceptions/end"),
    ("POST", "/my/requests"),
    ("GET", "/api/v1/my"),
    ("POST", "/api/v1/my/exceptions"),
    ("DELETE", "/api/v1/my/exceptions"),
    ("POST", "/api/v1/my/requests"),
    ("GET", "/my/tests"),
    ("GET", "/my/tests/live"),
    ("POST", "/my/tests/start"),
    ("POST", "/my/tests/stop"),
    ("POST", "/my/tests/delete"),
    ("GET", "/api/v1/my/tests"),
    ("POST", "/api/v1/my/tests"),
    ("POST", "/api/v1/my/tests/stop"),
    ("DELETE", "/api/v1/my/tests"),
}


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every (method, path) of the app but the static files."""
    for found in iter_route_contexts(every(app)):
        if not isinstance(found.original_route, Mount):
            for method in sorted(found.methods or {"GET"}):
                yield method, str(found.path)


@pytest.fixture
def ui(tmp_path: Path) -> WebUi:
    made = WebUi(tmp_path / "state", tmp_path / "run", {})
    made.run.mkdir()
    db.open_config(made.state)
    account.set_password(edit.engine(made.state), PASSWORD)
    return made


@pytest.fixture
def browser(ui: WebUi) -> TestClient:
    """Somebody who is logged in."""
    client = stranger(ui)
    client.cookies.set(ui.cookie, login_sessions.create_session(edit.engine(ui.state), "192.168.1.3").id)
    return client


def filled(path: str) -> str:
    return re.sub(r"\{\w+\}", "1", path.replace("{blocklist_id}", "pack:xiaomi"))


def stranger(ui: WebUi) -> TestClient:
    return TestClient(
        web_app(ui.state, ui.run, {}),
        base_url="http://telltale",
        client=("192.168.1.3", 40000),
        follow_redirects=False,
    )


def bearer(ui: WebUi, scope: str) -> dict[str, str]:
    token = account.create_token(edit.engine(ui.state), f"for {scope}", scope)
    return {"Authorization": f"Bearer {token}"}


def test_every_route_but_the_open_ones_asks_for_a_log_in(ui: WebUi) -> None:
    client = stranger(ui)
    seen = set()
    for method, path in routes(client.app):  # type: ignore[arg-type]
        if (method, path) in OPEN_CALLS:
            seen.add((method, path))
            continue
        response = client.request(method, filled(path))
        if path.startswith("/api/"):
            assert response.status_code == 401, (method, path)
            assert response.headers["content-type"] == "application/problem+json"
        else:
            assert response.status_code == 303, (method, path)
            assert response.headers["location"].startswith("/login")
    assert len(set(routes(client.app))) > 40  # type: ignore[arg-type]
    assert seen == OPEN_CALLS


def test_until_a_password_is_set_everything_leads_to_the_first_run(ui: WebUi) -> None:
    with closing(db.connect(ui.state / "config.db")) as con:
        con.execute("DELETE FROM account")
    client = stranger(ui)
    for method, path in routes(client.app):  # type: ignore[arg-type]
        if (method, path) in auth.OPEN_BEFORE_SETUP:
            continue
        response = client.request(method, filled(path))
        if path.startswith("/api/"):
            assert response.status_code == 403 and "/setup" in response.json()["detail"], (method, path)
        else:
            assert (response.status_code, response.headers["location"]) == (303, "/setup"), (method, path)


def test_an_unsafe_call_of_a_session_needs_its_token(browser: TestClient) -> None:
    rule = {"kind": "block", "name": "ads.example"}
    csrf = browser.get("/api/v1/session").json()["csrf"]
    assert browser.post("/api/v1/rules", json=rule).status_code == 403
    assert browser.post("/api/v1/rules", json=rule, headers={"X-CSRF-Token": "x" + csrf}).status_code == 403
    assert browser.get("/api/v1/rules").json()["items"] == []
    assert browser.post("/api/v1/rules", json=rule, headers={"X-CSRF-Token": csrf}).status_code == 201


def test_every_unsafe_call_of_the_api_needs_it(browser: TestClient) -> None:
    unsafe = [
        (method, path)
        for method, path in routes(browser.app)  # type: ignore[arg-type]
        if method not in ("GET", "HEAD") and (method, path) not in OPEN_CALLS
    ]
    assert len(unsafe) > 10
    for method, path in unsafe:
        assert browser.request(method, filled(path)).status_code == 403, (method, path)


def test_a_plain_form_carries_the_token_in_a_field(browser: TestClient) -> None:
    csrf = browser.get("/api/v1/session").json()["csrf"]
    assert browser.post("/logout", data={"csrf": "wrong"}).status_code == 403
    assert browser.post("/logout", data={"csrf": csrf}).status_code == 303
    assert browser.get("/api/v1/session").status_code == 401


def test_another_web_site_cannot_post_here_not_even_a_log_in(browser: TestClient) -> None:
    csrf = browser.get("/api/v1/session").json()["csrf"]
    foreign = {"Origin": "http://evil.example", "X-CSRF-Token": csrf}
    assert browser.delete("/api/v1/session", headers=foreign).status_code == 403
    assert browser.post("/api/v1/session", json={"password": "whatever1"}, headers=foreign).status_code == 403
    own = {"Origin": "http://telltale", "X-CSRF-Token": csrf}
    assert browser.delete("/api/v1/session", headers=own).status_code == 204


def test_a_read_token_reads_and_changes_nothing(ui: WebUi) -> None:
    client, rule = stranger(ui), {"kind": "block", "name": "ads.example"}
    for scope in ("read", "pause"):  # what the latter may change: tests/webui/api/test_pauses_api.py
        headers = bearer(ui, scope)
        assert client.get("/api/v1/rules", headers=headers).status_code == 200
        refused = client.post("/api/v1/rules", json=rule, headers=headers)
        assert refused.status_code == 403 and scope in refused.json()["detail"]
    admin = bearer(ui, "admin")
    assert client.post("/api/v1/rules", json=rule, headers=admin).status_code == 201  # without any CSRF token


def test_a_revoked_or_unknown_token_is_refused_even_on_an_open_call(ui: WebUi) -> None:
    client, headers = stranger(ui), bearer(ui, "admin")
    account.revoke_token(edit.engine(ui.state), "for admin")
    for sent in (headers, {"Authorization": "Bearer "}, {"Authorization": "Bearer tt_x"}):
        response = client.get("/api/v1/rules", headers=sent)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")


def test_a_wrong_bearer_token_does_not_fall_back_on_the_cookie(browser: TestClient) -> None:
    assert browser.get("/api/v1/rules", headers={"Authorization": "Bearer tt_wrong"}).status_code == 401


def test_a_log_in_leads_back_to_where_the_person_wanted(ui: WebUi) -> None:
    response = stranger(ui).get("/queries?verdict=BLOCK")
    assert response.headers["location"] == "/login?next=%2Fqueries%3Fverdict%3DBLOCK"


def test_a_fragment_sends_the_whole_page_to_the_log_in(ui: WebUi) -> None:
    response = stranger(ui).get("/queries", headers={"HX-Request": "true"})
    assert "hx-redirect" not in response.headers  # the page asks for the password, and keeps what was typed


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/\r\nX: y", "/a\\b"],
)
def test_no_open_redirect(wanted: str) -> None:
    assert auth.next_page(wanted) == "/"


def test_a_path_of_ours_is_kept() -> None:
    assert auth.next_page("/queries?verdict=BLOCK&name=a") == "/queries?verdict=BLOCK&name=a"


def test_the_cookie_cannot_be_read_by_scripts_or_sent_by_other_sites(ui: WebUi) -> None:
    client = stranger(ui)
    cookie = client.post("/api/v1/session", json={"password": PASSWORD}).headers["set-cookie"]
    assert cookie.startswith(f"{ui.cookie}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    secure = stranger(ui)
    secure.base_url = "https://telltale"
    assert "; Secure" in secure.post("/api/v1/session", json={"password": PASSWORD}).headers["set-cookie"]


def test_a_new_password_ends_every_session(browser: TestClient, ui: WebUi) -> None:
    assert browser.get("/api/v1/session").status_code == 200
    account.set_password(edit.engine(ui.state), "another password")
    assert browser.get("/api/v1/session").status_code == 401


def test_two_instances_on_one_host_keep_their_log_ins(ui: WebUi, tmp_path: Path) -> None:
    """A browser has one jar for all ports of a host."""
    other = WebUi(tmp_path / "other", tmp_path / "run", {})
    db.open_config(other.state)
    account.set_password(edit.engine(other.state), PASSWORD)
    first, second = stranger(ui), stranger(other)
    for client in (first, second):
        assert client.post("/api/v1/session", json={"password": PASSWORD}).status_code == 201
    jar = {**dict(first.cookies), **dict(second.cookies)}
    assert len(jar) == 2
    for client in (first, second):
        client.cookies.update(jar)
    assert [client.get("/api/v1/rules").status_code for client in (first, second)] == [200, 200]
    csrf = second.get("/api/v1/session").json()["csrf"]
    assert second.delete("/api/v1/session", headers={"X-CSRF-Token": csrf}).status_code == 204
    assert [client.get("/api/v1/rules").status_code for client in (first, second)] == [200, 401]


def test_who_was_logged_in_before_the_update_stays_so(ui: WebUi) -> None:
    client = stranger(ui)
    client.cookies.set("telltale_session", login_sessions.create_session(edit.engine(ui.state), "192.168.1.3").id)
    assert client.get("/api/v1/rules").status_code == 200


@pytest.mark.parametrize("host", ["dns.example.org", "dns.example.org:8443", "DNS.Example.org."])
def test_a_name_that_is_not_ours_is_told_what_cures_it(tmp_path: Path, host: str) -> None:
    ui = WebUi(tmp_path / "state", tmp_path / "run", {})
    db.open_config(ui.state)
    client = stranger(ui)
    refused = client.get("/api/v1/health", headers={"Host": host})
    assert refused.status_code == 421
    assert "web_names" in refused.json()["detail"] and host in refused.json()["detail"]
    edit.put_settings(edit.engine(ui.state), {"web_names": ["dns.example.org"]})
    client.app.state.ui.forget_settings()  # type: ignore[attr-defined]
    assert client.get("/api/v1/health", headers={"Host": host}).status_code != 421
    assert client.get("/api/v1/health", headers={"Host": "other.example.org"}).status_code == 421
