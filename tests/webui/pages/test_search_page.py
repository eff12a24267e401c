# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that needs no script: hits with links, and for a name what can be done with it."""

from typing import Any


def test_hits_are_links(looker: Any) -> None:
    page = looker.get("/search", params={"q": "redmi"}).text
    assert '<a href="/devices/1">' in page
    assert "Nothing here is called" not in page
    assert "Nothing here is called zzzz." in looker.get("/search", params={"q": "zzzz"}).text


def test_a_name_can_be_explained_blocked_and_allowed(looker: Any) -> None:
    for path in ("/search", "/search/hits"):
        page = looker.get(path, params={"q": "ads.example"}).text
        assert "/explain?name=ads.example" in page
        assert page.count('<input type="hidden" name="name" value="ads.example">') == 2
    assert 'name="name" value' not in looker.get("/search/hits", params={"q": "ads"}).text


def test_options_are_what_a_combobox_wants(looker: Any) -> None:
    page = looker.get("/search/hits", params={"q": "xiaomi"}).text
    assert page.count('role="option"') == page.count('tabindex="-1"') == page.count('aria-selected="false"') > 5


def test_what_is_too_long_is_cut(looker: Any) -> None:
    assert looker.get("/search", params={"q": "x" * 5000}).status_code == 200
