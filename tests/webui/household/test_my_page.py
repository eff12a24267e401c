# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of one's own device: what it shows without log-in, and what its buttons do."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from lived_in_home import HOSTILE, XIAOMI, Home
from own_devices import Device, ask, at

from store.config import edit
from store.household import exceptions, groups, pauses, requests, schedules
from store.household.window_input import read_window

pytestmark = pytest.mark.web
NAME = "pay.shop.example"


@pytest.fixture
def phone(home: Home) -> Iterator[Device]:
    """A device that was blocked a name a moment ago, by a rule of the house."""
    edit.add_rule(edit.engine(home.state), "block", NAME)
    ask(home, XIAOMI, (NAME, "BLOCK", 30), list_id="own")
    with at(home, XIAOMI) as device:
        yield device


def test_one_tap_lets_a_name_through_here_and_another_blocks_it_again(phone: Device, home: Home) -> None:
    page = phone.get("/my")
    assert "a rule of this home" in page.text and "your own rule" not in page.text
    assert page.status_code == 200 and "Redmi Note 13" in page.text and "never blocked for this device" in page.text
    assert "Log out" not in page.text and 'href="/devices"' not in page.text
    assert phone.tap("/my/exceptions", name=NAME).headers["location"] == "/my"
    (made,) = exceptions.exceptions(edit.engine(home.state))
    assert (made.scope, made.name, made.who) == ("device:1", NAME, "Redmi Note 13")
    page = phone.get("/my")
    assert re.search("1?[0-9] minutes left", page.text) and 'action="/my/exceptions/end"' in page.text
    assert phone.tap("/my/requests", name=NAME, note="for good, please").status_code == 303
    assert "for good, please" in phone.get("/my").text
    assert phone.tap("/my/exceptions/end", id=str(made.id)).status_code == 303
    assert exceptions.exceptions(edit.engine(home.state)) == []
    assert [row.note for row in requests.waiting(edit.engine(home.state))] == ["for good, please"]


def test_a_form_without_the_page_s_token_or_with_another_address_s_changes_nothing(phone: Device, home: Home) -> None:
    with at(home, "192.168.1.30") as tv:
        ask(home, "192.168.1.30", ("x.org", "BLOCK", 5))
        token = tv.get("/my").text.partition('name="csrf" value="')[2].partition('"')[0]
    for given in ("", "0" * 32, token):
        refused = phone.post("/my/exceptions", data={"name": NAME, "csrf": given})
        assert refused.status_code == 403 and "reload the page" in refused.text
    assert exceptions.exceptions(edit.engine(home.state)) == []


def test_names_from_the_network_are_text(home: Home) -> None:
    ask(home, XIAOMI, *((name, "BLOCK", 5 + place) for place, name in enumerate(HOSTILE)))
    with at(home, XIAOMI) as device:
        page = device.get("/my").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    assert "onmouseover=&#39;x&#39;" in page and "\u202e" not in page
    assert "{{7*7}}.example" in page


def test_where_nobody_may_the_page_shows_no_button(phone: Device, home: Home) -> None:
    edit.put_settings(edit.engine(home.state), {"my_exceptions": "no"})
    phone.app.state.ui.forget_settings()  # type: ignore[attr-defined]
    page = phone.get("/my").text
    assert NAME in page.replace("<wbr>", "") and "<form" not in page.partition("<main")[2]
    edit.put_settings(edit.engine(home.state), {"my_exceptions": "ask"})
    phone.app.state.ui.forget_settings()  # type: ignore[attr-defined]
    page = phone.get("/my").text
    assert "Ask for it" in page and 'action="/my/exceptions"' not in page


def test_what_was_asked_for_is_not_offered_again(phone: Device, home: Home) -> None:
    ask(home, XIAOMI, ("www.tiktok.com", "BLOCK", 20), list_id="service:tiktok")
    assert "Ask for it" in phone.get("/my").text
    phone.tap("/my/requests", name="www.tiktok.com")
    page = phone.get("/my").text
    assert "Ask for it" not in page and "somebody has to say yes" in page
    requests.refuse(edit.engine(home.state), requests.waiting(edit.engine(home.state))[0].id)
    assert "Ask for it" in phone.get("/my").text


def test_it_says_what_is_paused_for_this_device(phone: Device, home: Home) -> None:
    pauses.pause(edit.engine(home.state), "device:1")
    assert "Blocking is paused for Redmi Note 13, until it is resumed." in phone.get("/my").text


def test_it_says_until_when_there_is_no_access(phone: Device, home: Home) -> None:
    engine = edit.engine(home.state)
    assert "data-no-access" not in phone.get("/my").text
    hour = time.localtime().tm_hour
    times = schedules.add_schedule(engine, "Bedtime", [read_window(f"daily {hour:02}:00-{(hour + 2) % 24:02}:00")])
    groups.add_group(engine, "Children", {"devices": [1], "schedule": times})
    told = phone.get("/api/v1/my").json()
    assert told["no_access"].startswith("Children has no access inside Bedtime, until ") and told["no_access_until"]
    assert told["no_access"] in phone.get("/my").text


def test_it_says_what_safe_search_did_and_that_nothing_here_lifts_it(phone: Device, home: Home) -> None:
    assert "data-safe-search" not in phone.get("/my").text
    ask(home, XIAOMI, ("www.google.com", "BLOCK", 5), ("www.youtube.com", "BLOCK", 4), list_id="safe-search")
    ask(home, "192.168.1.30", ("www.bing.com", "BLOCK", 5), list_id="safe-search")
    page = phone.get("/my").text
    assert "Safe search answered for www.youtube.com and www.google.com" in page and "does not lift it" in page
    assert phone.get("/api/v1/my").json()["safe_search"] == ["www.youtube.com", "www.google.com"]
    assert "bing" not in page, "another device's"


def test_a_device_that_is_not_known_is_told_what_to_do(home: Home) -> None:
    with at(home, "192.168.1.99") as device:
        page = device.get("/my").text
    assert "does not know this device yet" in page and "192.168.1.99" in page
    assert "<form" not in page.partition("<main")[2]


def test_the_log_in_leads_there(stranger: Any) -> None:
    assert 'href="/my"' in stranger.get("/login").text
