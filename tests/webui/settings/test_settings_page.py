# SPDX-License-Identifier: GPL-3.0-or-later
"""All settings on one page: cards, a search, each by its name, and where old addresses lead."""

import html
import re
from typing import Any

import pytest

from store.config import edit, settings
from webui.frame import setting_areas


def test_there_is_a_card_for_each_area(looker: Any) -> None:
    page = looker.get("/settings").text
    for area in setting_areas.AREAS:
        assert f'href="{area.href}"' in page and html.escape(area.title) in page
        assert looker.get(area.href).status_code == 200


def test_every_setting_stands_on_one_page_with_its_description(looker: Any) -> None:
    pages = {area.key: looker.get(area.href).text for area in setting_areas.AREAS}
    for key, setting in settings.SETTINGS.items():
        holding = [area for area, page in pages.items() if f'id="set-{key}"' in page]
        assert holding == [setting_areas.area_of(key).key], key
        page = re.sub("</?code>", "`", pages[holding[0]])  # as a terminal has a command
        assert setting.about in html.unescape(page)


def test_old_addresses_still_lead_to_each_setting(looker: Any) -> None:
    """A fragment is the browser's alone: the line of that id has the way on."""
    page = looker.get("/settings").text
    for key in settings.SETTINGS:
        assert re.search(rf'<li id="set-{key}"><a href="{setting_areas.href(key)}"', page), key


@pytest.mark.parametrize(
    ("words", "title"),
    [("retention", "Keep the query log for"), ("quad9", "Upstreams"), ("log_keep_days", "Keep the query log for"),
     ("sinkhole ipv6", "Sinkhole IPv6 address"), ("teleporter", "")],
)  # fmt: skip
def test_a_setting_is_found_by_words(looker: Any, words: str, title: str) -> None:
    hits = re.search(r'id="hits".*?</section>', looker.get("/settings", params={"q": words}).text, re.S)
    assert hits is not None
    assert (f">{title}</a>" in hits[0]) if title else "Other words may find it" in hits[0]


def test_what_is_typed_is_text(looker: Any) -> None:
    page = looker.get("/settings", params={"q": "<script>alert(1)</script>" + "x" * 5000}).text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_how_much_differs_is_told(newcomer: Any) -> None:
    assert "Everything is as delivered." in newcomer.get("/settings").text
    edit.put_settings(newcomer.engine(), {"log_keep_days": 7, "sinkhole_ttl": 10})
    newcomer.form("/settings/kept", log_keep_days="8")  # which has them read anew
    assert "1 setting differs from its default" in newcomer.get("/settings").text
