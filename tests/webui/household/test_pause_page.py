# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses on every page, what is let through, and what devices ask for on the home page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from own_devices import ask

from store.config import edit
from store.household import exceptions, groups, pauses, requests

LEFT = "1?[0-9] minutes left"  # of fifteen, of which a slow machine may take some


def test_a_pause_stands_on_every_page_with_what_is_left_and_one_tap_to_end_it(visitor: Any) -> None:
    made = visitor.form("/pause", scope="house", minutes="15", back="/devices")
    assert made.headers["location"] == "/devices"
    (paused,) = pauses.pauses(visitor.engine())
    for path in ("/", "/devices", "/devices/1", "/blocklists", "/queries", "/pause", "/settings", "/bypass"):
        page = visitor.get(path).text
        assert re.search(rf"Blocking is paused for the house, {LEFT}\.", page), path
        assert f'name="id" value="{paused.id}"' in page and f'name="back" value="{path}"' in page
    assert visitor.form("/pause/end", id=str(paused.id), back="/queries").headers["location"] == "/queries"
    assert "is paused" not in visitor.get("/").text
    assert visitor.form("/pause/end", id=str(paused.id)).status_code == 303, "a tap that comes late is no error"


def test_a_list_and_a_group_are_paused_where_they_stand(visitor: Any) -> None:
    groups.add_group(visitor.engine(), "Children")
    visitor.form("/blocklists/toggle", id="hagezi-light", on="on")
    page = visitor.get("/blocklists/hagezi-light").text
    assert 'name="list" value="hagezi-light"' in page.partition('action="/pause"')[2]
    assert 'name="scope" value="group:1"' in visitor.get("/devices").text
    visitor.form("/pause", scope="group:1", minutes="15", back="/devices#groups")
    assert re.search(rf"Blocking is paused for Children, {LEFT}\.", visitor.get("/devices").text)


def test_the_log_in_tells_nobody_of_pauses(visitor: Any) -> None:
    visitor.form("/pause", scope="house")
    visitor.cookies.clear()
    assert "is paused" not in visitor.get("/login").text


@pytest.mark.parametrize(
    ("fields", "paused"),
    [
        ({}, ("house", None, False)), ({"minutes": "5"}, ("house", None, True)),
        ({"scope": "device:1", "list": "hagezi-light", "other": "90"}, ("device:1", "hagezi-light", True)),
    ],
)  # fmt: skip
def test_scope_list_and_time_are_chosen(visitor: Any, fields: dict[str, str], paused: tuple[object, ...]) -> None:
    assert visitor.form("/pause", **fields).status_code == 303
    (row,) = pauses.pauses(visitor.engine())
    assert (row.scope, row.blocklist, row.until is not None) == paused and row.who == "admin"


@pytest.mark.parametrize("minutes", ["0", "-5", "soon", "1e3", "9" * 12, "٥"])
def test_what_is_no_time_is_refused(visitor: Any, minutes: str) -> None:
    assert visitor.form("/pause", other=minutes).status_code == 422
    assert visitor.form("/exceptions/add", name="a.example", scope="house", minutes=minutes).status_code == 422
    assert pauses.pauses(visitor.engine()) == exceptions.exceptions(visitor.engine()) == []


def test_nobody_is_sent_elsewhere(visitor: Any) -> None:
    for back in ("//evil.example", "https://evil.example"):
        assert visitor.form("/pause", back=back).headers["location"] == "/"


def test_the_page_of_a_device_shows_culprits_and_lets_them_through(visitor: Any) -> None:
    ask(visitor.home, "192.168.1.21", ("pay.shop.example", "BLOCK", 20))
    page = visitor.get("/devices/1").text
    assert "Something does not work on it?" in page
    assert re.search(r'action="/exceptions/add".*?value="pay\.shop\.example"', page, re.S)
    back = "/devices/1#culprits"
    fields = {"name": "pay.shop.example", "scope": "device:1", "back": back}
    assert visitor.form("/exceptions/add", **fields).headers["location"] == back
    (row,) = exceptions.exceptions(visitor.engine())
    assert (row.scope, row.name, row.who) == ("device:1", "pay.shop.example", "admin")
    assert re.search(LEFT, visitor.get("/devices/1").text)
    assert "pay.shop.example" in visitor.get("/pause").text.replace("<wbr>", "")
    visitor.form("/exceptions/keep", id=str(row.id), back=back)
    assert [(rule.name, rule.scope_id) for rule in edit.rules(visitor.engine())] == [("pay.shop.example", 1)]
    assert exceptions.exceptions(visitor.engine()) == []


def test_an_exception_is_ended_with_one_tap(visitor: Any) -> None:
    visitor.form("/exceptions/add", name="a.example", scope="house", minutes="30")
    (row,) = exceptions.exceptions(visitor.engine())
    assert visitor.form("/exceptions/end", id=str(row.id)).status_code == 303
    assert exceptions.exceptions(visitor.engine()) == []
    assert visitor.form("/exceptions/end", id=str(row.id)).status_code == 404


@pytest.mark.parametrize(("grant", "let", "rules"), [("15", 1, 0), ("ever", 0, 1), ("no", 0, 0)])
def test_requests_wait_on_the_home_page(visitor: Any, grant: str, let: int, rules: int) -> None:
    row = requests.ask_for(visitor.engine(), 1, "video.example", "for <i>homework</i>")
    page = visitor.get("/").text
    assert "Redmi Note 13 asks to let video.example through." in page and "for &lt;i&gt;homework&lt;/i&gt;" in page
    assert visitor.form("/requests/answer", id=str(row.id), grant=grant).headers["location"] == "/"
    assert "asks to let" not in visitor.get("/").text
    assert len(exceptions.exceptions(visitor.engine())) == let and len(edit.rules(visitor.engine())) == rules


def test_without_its_token_nothing_is_done(visitor: Any) -> None:
    for path in ("/pause", "/pause/end", "/exceptions/add", "/exceptions/end", "/exceptions/keep", "/requests/answer"):
        assert visitor.post(path, data={"id": "1", "name": "a.example", "scope": "house"}).status_code == 403
