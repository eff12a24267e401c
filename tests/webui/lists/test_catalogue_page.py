# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the catalogue shows what fits, says how many, and suggests what this home asks for."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.web, pytest.mark.database]


def test_filters_stand_in_the_address(looker: Any) -> None:
    page = looker.get("/blocklists/catalogue?purpose=vendor&breaks=often&q=tiktok").text
    assert "1 list fits." in page and 'id="list-hagezi-native-tiktok-extended"' in page
    assert page.count('class="filtered slim"') == 1 and 'value="tiktok"' in page
    assert 'value="vendor" selected' in page and "Show all" in page
    assert "0 lists fit." in looker.get("/blocklists/catalogue?q=no+such+list").text


def test_companies_that_are_asked_are_suggested(looker: Any) -> None:
    page = looker.get("/blocklists/catalogue").text
    suggested = page[page.index('id="suggestions"') : page.index('id="filters"')]
    assert "Your devices asked Xiaomi" in suggested and "/blocklists/hagezi-native-xiaomi" in suggested
    seen = looker.get("/blocklists/catalogue?seen=on").text
    assert "hagezi-native-xiaomi" in seen and "hagezi-native-roku" not in seen


def test_a_switch_knows_its_place_by_an_id(looker: Any) -> None:
    page = looker.get("/blocklists/catalogue").text
    assert 'id="list-hagezi-pro-on" name="on"' in page, "focus comes back to it after a swap"
