# SPDX-License-Identifier: GPL-3.0-or-later
"""A page for each list: what it is, what it is set to for whom, its names, and what was done with it."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from store.base import db
from store.config import edit, list_status, lists
from webui.lists.pack_names_view import PER_PAGE

pytestmark = [pytest.mark.web, pytest.mark.database]


def state(visitor: Any, blocklist_id: str, scope: str) -> tuple[bool, str | None] | None:
    toggles = lists.blocklist(visitor.engine(), blocklist_id).toggles
    return next(((toggle.on, toggle.level) for toggle in toggles if toggle.scope == scope), None)


def test_a_pack_tells_what_each_level_does_before_it_is_set(looker: Any) -> None:
    page = looker.get("/blocklists/pack:xiaomi").text
    assert len(re.findall(r'name="state" id="state-\w+"', page)) == 4
    assert "names more than now, such as" in page and "Set strict for the whole house" in page
    assert page.count('hx-post="/evidence/whatif"') == 3, "what holds needs no what-if"


@pytest.mark.parametrize("way", ["form", "tap"])
def test_it_is_set_for_whom_is_chosen(visitor: Any, way: str) -> None:
    page = visitor.get("/blocklists/pack:xiaomi?scope=device:1").text
    assert "Set strict for Redmi Note 13" in page and "as the house (safe)" in page
    house = state(visitor, "pack:xiaomi", "house")
    fields = {"id": "pack:xiaomi", "scope": "device:1"}
    answer = getattr(visitor, way)("/blocklists/state", state="strict", **fields)
    assert state(visitor, "pack:xiaomi", "device:1") == (True, "strict")
    assert state(visitor, "pack:xiaomi", "house") == house
    if way == "tap":
        assert answer.text.count("<form") == 1 and 'value="strict" checked autofocus' in answer.text
    else:
        assert answer.headers["location"] == "/blocklists/pack:xiaomi?scope=device:1#state"
    getattr(visitor, way)("/blocklists/state", state="off", **fields)
    assert state(visitor, "pack:xiaomi", "device:1") == (False, "strict")
    getattr(visitor, way)("/blocklists/state", state="inherit", **fields)
    assert state(visitor, "pack:xiaomi", "device:1") is None


def test_a_plain_list_is_set_the_same_way(visitor: Any) -> None:
    visitor.form("/blocklists/state", id="hagezi-pro", scope="house", state="on")
    assert state(visitor, "hagezi-pro", "house") == (True, None)
    assert "Set off for the whole house" in visitor.get("/blocklists/hagezi-pro").text
    refused = visitor.form("/blocklists/state", id="hagezi-pro", scope="house", state="strict")
    assert refused.status_code == 422 and "data-problem" in refused.text


def test_names_of_a_pack_are_found_and_counted(looker: Any) -> None:
    names = looker.get("/blocklists/pack:xiaomi/names?q=mistat").text
    assert "data.mistat.xiaomi.com" in names and "<html" not in names and "sdkconfig.ad" not in names
    row = next(row for row in names.split("<tr>") if "data.mistat.xiaomi.com" in row)
    assert re.search(r"[\d,]+</a> <small>[\d,]+ stopped", row)
    assert looker.get("/blocklists/pack:xiaomi").text.count('<th scope="row">') == PER_PAGE
    assert "No name of this pack fits." in looker.get("/blocklists/pack:xiaomi?q=no+such").text


def test_a_list_that_was_not_fetched_says_so(looker: Any) -> None:
    assert "Its copy is not here" in looker.get("/blocklists/oisd-nsfw").text


def test_a_list_that_cannot_be_fetched_is_not_said_to_come_within_a_minute(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "oisd-small", "house", True)
    assert "it is fetched within a minute or so" in visitor.get("/blocklists/oisd-small").text
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        list_status.note(con, "oisd-small", lambda status: replace(status, error="Not fetched."))
    page = visitor.get("/blocklists/oisd-small").text
    assert "but it could not be fetched" in page and "within a minute" not in page


def test_what_was_done_with_it_is_told(visitor: Any) -> None:
    edit.set_toggle(visitor.engine(), "pack:sony", "device:1", False)
    page = visitor.get("/blocklists/pack:sony").text.partition('id="history"')[2]
    assert "is off for" in page and "off for Redmi Note 13" in page


def test_what_there_is_not_is_a_404(looker: Any) -> None:
    assert looker.get("/blocklists/none").status_code == 404
    assert looker.get("/blocklists/pack:none").status_code == 404
    assert looker.get("/blocklists/pack:xiaomi?scope=device:99").status_code == 404


def test_a_service_leads_to_the_page_of_services(looker: Any) -> None:
    moved = looker.get("/blocklists/service:tiktok", follow_redirects=False)
    assert moved.status_code == 303 and moved.headers["location"].startswith("/services#")
