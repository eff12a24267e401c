# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page of the demo's home, each at one of the four widths and in one theme; `make screenshots` does all eight."""

from __future__ import annotations

from itertools import cycle, product

import axe
import pytest
import real_browser
from held_page import SMALL, open_slowly, shifts, watched
from page_addresses import OUTSIDE, all_pages, links_in
from real_browser import sync_api
from walks import THEMES, WIDTHS, Walks, body, settled

pytestmark = [*real_browser.marks, pytest.mark.slow]

ROWS = 12  # of a list or table that axe-core looks at: all others are made alike
UNFOLD = "for (const each of document.querySelectorAll('main details')) each.open = true"
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_page_is_open_to_everybody_fits_and_says_nothing_on_the_console(walks: Walks) -> None:
    """One load each, slow, at one width and in one theme; then it is made narrower and wider. At the first: nothing
    jumps, what is pressed is large enough, axe-core finds nothing grave. At each: no sideways scroll."""
    faults: list[str] = []
    pages = {theme: watched(walks.page(color_scheme=theme, reduced_motion="reduce")) for theme in THEMES}
    paths = all_pages(walks.app, lambda path: body(pages["light"], walks.address + path), links_in)
    assert len(paths) > 40
    for path, (theme, width) in zip(paths, cycle(product(THEMES, WIDTHS)), strict=False):
        page, where = pages[theme], f"{path} ({width}, {theme})"
        page.set_viewport_size({"width": width, "height": 900})
        response = open_slowly(page, walks.address + path)
        settled(page)
        faults += [] if response.status == 200 else [f"{where}: {response.status}"]
        faults += [f"{where}: {line}" for line in shifts(page)]
        faults += [f"{where}: has no one first heading"] if page.locator("h1").count() != 1 else []
        page.evaluate(UNFOLD)
        faults += [f"{where}: {line}" for line in page.evaluate(SMALL, 44 if width < 800 else 24)]
        faults += [f"{where}: {line}" for line in axe.grave(page, ROWS)]
        for other in WIDTHS:
            page.set_viewport_size({"width": other, "height": 900})
            faults += [f"{where}: scrolls sideways at {other}"] if page.evaluate(SIDEWAYS) > 0 else []
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
