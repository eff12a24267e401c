# SPDX-License-Identifier: GPL-3.0-or-later
"""Where one can go: every entry leads somewhere, once, and a page knows the entry that it belongs to."""

import pytest

from webui.frame import navigation


@pytest.mark.parametrize("page", navigation.PAGES, ids=lambda page: page.href)
def test_every_entry_is_a_page(looker: object, page: navigation.NavPage) -> None:
    response = looker.get(page.href)  # type: ignore[attr-defined]
    assert response.status_code == 200
    assert f'href="{page.href}" aria-current="page"' in response.text


def test_no_entry_stands_twice_and_the_bar_is_a_choice_of_them() -> None:
    hrefs = [page.href for page in navigation.PAGES]
    assert len(set(hrefs)) == len(hrefs)
    assert {page.href for page in navigation.BAR} <= set(hrefs)


@pytest.mark.parametrize(
    ("path", "entry"),
    [("/", "/"), ("/devices/1", "/devices"), ("/evidence/tests/3", "/evidence"), ("/groups", "/groups"),
     ("/accounts/tokens", "/settings"), ("/search", ""), ("/namesake", ""), ("/explain", "")],
)  # fmt: skip
def test_the_entry_of_a_page(path: str, entry: str) -> None:
    assert navigation.entry_of(path) == entry


@pytest.mark.parametrize(("path", "entry"), [("/my", "/my"), ("/accounts", "/accounts"), ("/devices", "")])
def test_the_entry_of_a_page_for_whoever_sees_their_own_devices_alone(path: str, entry: str) -> None:
    assert navigation.entry_of(path, own=True) == entry
