# SPDX-License-Identifier: GPL-3.0-or-later
"""Devices: one line each, a page each, renamed and toggled with and without htmx."""

import re
from typing import Any

import pytest

from store.base import db
from store.config import lists
from store.household import policy
from store.log.records import Verdict


def toggles_of(visitor: Any, scope: str) -> dict[str, bool]:
    views = lists.blocklists(visitor.engine())
    return {view.id: toggle.on for view in views for toggle in view.toggles if toggle.scope == scope}


def test_every_device_has_its_line_and_counts(looker: Any) -> None:
    page = looker.get("/devices?range=7d").text
    row = page[page.index('<tr id="device-1"') : page.index("</tr>", page.index('<tr id="device-1"'))]
    assert "Redmi Note 13" in row
    assert "192.168.1.21" in row
    assert f'data-label="Queries">{looker.home.count(client="192.168.1.21"):,}<' in row
    assert f"({looker.home.count(client='192.168.1.21', verdict=Verdict.BLOCK):,})" in row
    assert "Xiaomi" in row
    assert page.count('<tr id="device-') == 5


def test_without_devices_it_says_what_to_do(newcomer: Any) -> None:
    assert "No device yet" in newcomer.get("/devices").text


def test_a_device_says_who_it_reports_to(looker: Any) -> None:
    page = looker.get("/devices/1?range=7d").text
    every = looker.home.count(client="192.168.1.21")
    assert f"<dt>Queries</dt><dd>{every:,}" in page
    [(tried,)] = looker.home.lookups("count(*)", "company = 'Xiaomi' AND kind = 'tracking' AND device_id = 1")
    assert f"It tried {tried:,} times to report to Xiaomi: " in page
    assert "Latest queries" in page


def test_hostile_names_of_a_device_are_text(looker: Any) -> None:
    page = looker.get("/devices/1").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.example" in page
    assert "<script>alert" not in page
    assert "\u202e" not in re.sub(r'value="[^"]*"', "", page)
    assert "49.example" not in page


@pytest.mark.parametrize("path", ["/devices/999", "/devices/0", "/devices/x"])
def test_no_such_device(looker: Any, path: str) -> None:
    response = looker.get(path)
    assert response.status_code in (404, 422)
    assert "data-problem" in response.text


def test_rename_by_plain_form(visitor: Any) -> None:
    response = visitor.form("/devices/1/name", name="Mum's <b>phone</b>")
    assert (response.status_code, response.headers["location"]) == (303, "/devices/1")
    page = visitor.get("/devices/1").text
    assert "Mum&#39;s &lt;b&gt;phone&lt;/b&gt;" in page
    assert "<b>phone" not in page


def test_rename_by_htmx_answers_with_the_row(visitor: Any) -> None:
    row = visitor.tap("/devices/1/name", name="Blue phone").text
    assert row.lstrip().startswith('<tr id="device-1"')
    assert "Blue phone" in row
    visitor.tap("/devices/1/name", name="")
    assert "Blue phone" not in visitor.get("/devices").text


def test_a_name_that_cannot_be_is_refused_in_words(visitor: Any) -> None:
    response = visitor.form("/devices/1/name", name="x" * 200)
    assert response.status_code == 422
    assert "printable characters" in response.text


@pytest.mark.parametrize("way", ["form", "tap"])
def test_a_list_off_for_one_device_alone(visitor: Any, way: str) -> None:
    getattr(visitor, way)("/devices/1/toggle", list="pack:xiaomi", on="off")
    assert toggles_of(visitor, "device:1") == {"pack:xiaomi": False}
    with_db = db.connect(visitor.home.state / "config.db", read_only=True)
    policies = policy.load(with_db)
    with_db.close()
    assert "pack:xiaomi" not in dict(policies.of("192.168.1.21").lists)
    assert "pack:xiaomi" in dict(policies.default.lists)
    assert "off for Redmi Note 13" in visitor.get("/blocklists").text
    getattr(visitor, way)("/devices/1/toggle", list="pack:xiaomi", on="inherit")
    assert toggles_of(visitor, "device:1") == {}


def test_toggle_by_htmx_answers_with_what_it_is_now(visitor: Any) -> None:
    row = visitor.tap("/devices/2/toggle", list="pack:samsung", on="on").text
    assert re.search(r'<option value="on" selected>', row)


def test_a_toggle_for_nobody_or_nothing_is_refused(visitor: Any) -> None:
    assert visitor.form("/devices/77/toggle", list="pack:xiaomi", on="off").status_code == 404
    assert visitor.form("/devices/1/toggle", list="pack:none", on="off").status_code == 404
    assert visitor.form("/devices/1/toggle", list="pack:xiaomi", on="perhaps").status_code == 422


def test_all_lists_on_demand(looker: Any) -> None:
    few, every = looker.get("/devices/1").text, looker.get("/devices/1?lists=all").text
    assert few.count("As the house</option>") < every.count("As the house</option>")
    assert every.count("As the house</option>") == len(lists.blocklists(looker.engine()))
