# SPDX-License-Identifier: GPL-3.0-or-later
"""First run, log in, log out, as a person without scripts does it."""

from typing import Any

import pytest
from lived_in_home import Visitor

from store.base import secret


@pytest.fixture
def fresh(stranger: Visitor) -> Visitor:
    """A home where no password is set yet."""
    from contextlib import closing

    from store.base import db

    with closing(db.connect(stranger.home.state / "config.db")) as con:
        con.execute("DELETE FROM account")
    return stranger


def test_everything_leads_to_the_first_run(fresh: Any) -> None:
    for path in ("/", "/devices", "/settings", "/login"):
        assert fresh.get(path).headers["location"] == "/setup"
    page = fresh.get("/setup").text
    assert "Set-up code" in page
    assert secret.setup_code(fresh.home.state) not in page


def test_pages_ask_for_a_log_in_and_lead_back(stranger: Any) -> None:
    assert stranger.get("/devices?range=7d").headers["location"] == "/login?next=%2Fdevices%3Frange%3D7d"
    response = stranger.post("/login", data={"password": stranger.home.PASSWORD, "next": "/devices?range=7d"})
    assert response.headers["location"] == "/devices?range=7d"
    assert stranger.get("/devices").status_code == 200
    assert stranger.get("/login").headers["location"] == "/"


@pytest.mark.parametrize("path", ["/", "/devices", "/devices/1", "/blocklists", "/queries", "/explain", "/settings"])
def test_no_page_without_a_log_in(stranger: Any, path: str) -> None:
    response = stranger.get(path)
    assert response.status_code == 303
    assert response.headers["location"].startswith("/login")


def test_no_stream_without_a_log_in(stranger: Any) -> None:
    assert stranger.get("/queries/tail").status_code == 303


def test_no_form_without_a_log_in(stranger: Any) -> None:
    for path in ("/rules", "/blocklists/toggle", "/blocklists/level", "/accounts/tokens", "/devices/1/name"):
        assert stranger.post(path, data={"id": "x"}).status_code in (303, 401)


def test_wrong_password_is_said(stranger: Any) -> None:
    response = stranger.post("/login", data={"password": "wrong", "next": "//evil.example"})
    assert response.status_code == 401
    assert "This is not the password." in response.text
    assert "evil.example" not in response.text


def test_log_out(visitor: Any) -> None:
    assert visitor.form("/logout").headers["location"] == "/login"
    assert visitor.get("/").headers["location"] == "/login"


def test_a_page_says_which_browser_may_act(visitor: Any) -> None:
    assert f'content="{visitor.csrf}"' in visitor.get("/").text
