# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages that test_every_page.py leaves; what else is seen of pages: the log that comes, colours, the door."""

from __future__ import annotations

import axe
import pytest
import real_browser
import seen_pages
from held_page import open_slowly, shifts, watched
from page_addresses import OUTSIDE
from real_browser import sync_api
from walks import WIDTHS, Walks

pytestmark = [*real_browser.marks, pytest.mark.slow]


@pytest.mark.parametrize("turn", seen_pages.TURNS)
def test_every_other_page_is_as_well(walks: Walks, turn: int) -> None:
    faults = seen_pages.faults(walks, share=1, turn=turn)
    assert not faults, "\n".join(faults)
    assert walks.complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_log_holds_still_while_it_comes(walks: Walks, width: int) -> None:
    page = watched(walks.page(viewport={"width": width, "height": 900}))
    for path in ("/queries", "/queries?name=xiaomi&from=-7d"):
        open_slowly(page, walks.address + path)
        sync_api.expect(page.locator("[data-tail-told]")).to_have_text("live")
        assert shifts(page) == [], path


def test_in_forced_colours_a_switch_shows_whether_it_is_on(walks: Walks) -> None:
    """What is drawn by colours alone is gone there; the system's own box is not."""
    page = walks.page(forced_colors="active")
    page.goto(walks.address + "/blocklists/catalogue")
    style = "(element) => getComputedStyle(element).appearance"
    assert page.get_by_role("switch").first.evaluate(style) == "auto"
    assert page.get_by_role("checkbox").first.evaluate(style) == "auto"


@pytest.mark.parametrize("path", OUTSIDE)
def test_so_is_the_door(walks: Walks, path: str) -> None:
    page = walks.page(logged_in=False)
    page.goto(walks.address + path)
    assert axe.grave(page) == []
