# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said of a device: renamed and toggled, with and without htmx."""

import re
from typing import Any

import pytest

from store.base import db
from store.config import lists
from store.household import policy


def toggles_of(visitor: Any, scope: str) -> dict[str, bool]:
    views = lists.blocklists(visitor.engine())
    return {view.id: toggle.on for view in views for toggle in view.toggles if toggle.scope == scope}


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
    assert "off for Redmi Note 13" in visitor.get("/blocklists/packs").text
    getattr(visitor, way)("/devices/1/toggle", list="pack:xiaomi", on="inherit")
    assert toggles_of(visitor, "device:1") == {}


def test_toggle_by_htmx_answers_with_what_it_is_now(visitor: Any) -> None:
    row = visitor.tap("/devices/2/toggle", list="pack:samsung", on="on").text
    assert re.search(r'<option value="safe" selected>', row)


def test_a_toggle_for_nobody_or_nothing_is_refused(visitor: Any) -> None:
    assert visitor.form("/devices/77/toggle", list="pack:xiaomi", on="off").status_code == 404
    assert visitor.form("/devices/1/toggle", list="pack:none", on="off").status_code == 404
    assert visitor.form("/devices/1/toggle", list="pack:xiaomi", on="perhaps").status_code == 422


@pytest.mark.parametrize("way", ["form", "tap"])
def test_a_packs_level_for_one_device_alone(visitor: Any, way: str) -> None:
    answer = getattr(visitor, way)("/devices/1/toggle", list="pack:xiaomi", on="everything")
    assert answer.status_code == (303 if way == "form" else 200)
    [level] = [toggle.level for view in lists.blocklists(visitor.engine()) if view.id == "pack:xiaomi"
               for toggle in view.toggles if toggle.scope == "device:1"]  # fmt: skip
    assert level == "everything"
    assert "everything, set for this device alone" in visitor.get("/devices/1").text


def test_a_plain_list_has_no_level(visitor: Any) -> None:
    plain = next(view.id for view in lists.blocklists(visitor.engine()) if not view.id.startswith("pack:"))
    assert visitor.form("/devices/1/toggle", list=plain, on="strict").status_code == 422


def test_a_kind_by_hand(visitor: Any) -> None:
    assert visitor.form("/devices/1/kind", kind="tablet").headers["location"] == "/devices/1#known"
    assert "tablet <small>as you said</small>" in visitor.get("/devices/1").text
