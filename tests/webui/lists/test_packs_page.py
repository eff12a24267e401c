# SPDX-License-Identifier: GPL-3.0-or-later
"""Packs of makers that the home asks come first; one click sets a level and leads back to where it was made."""

from __future__ import annotations

from typing import Any

import pytest

from blocklists.packs import vendor_packs

pytestmark = [pytest.mark.web, pytest.mark.database]


def test_makers_that_are_asked_come_first(looker: Any) -> None:
    page = looker.get("/blocklists/packs").text
    here, others = page.index("Makers that your devices ask"), page.index("Other makers")
    assert here < page.index("list-pack_3a_xiaomi") < others < page.index("list-pack_3a_roku")
    assert page.count('name="level"') == 4 * len(vendor_packs.load())


def test_a_pack_that_is_off_though_its_maker_is_asked_is_told(visitor: Any) -> None:
    visitor.form("/blocklists/level", id="pack:xiaomi", level="off")
    assert "ask the makers of 1 that is off: Xiaomi, Redmi and POCO." in visitor.get("/blocklists/packs").text


def test_a_form_leads_back_to_where_it_stood(visitor: Any) -> None:
    for before, after in (
        ("/blocklists/packs", "/blocklists/packs#list-pack_3a_xiaomi"), ("/devices/1", "/blocklists/pack:xiaomi"),
        ("/blocklistsx", "/blocklists/pack:xiaomi"),
        ("/blocklists/catalogue?q=a", "/blocklists/catalogue?q=a#list-pack_3a_xiaomi"),
    ):  # fmt: skip
        visitor.headers["Referer"] = f"{str(visitor.base_url).rstrip('/')}{before}"
        answer = visitor.form("/blocklists/level", id="pack:xiaomi", level="strict")
        assert answer.headers["location"] == after, before
