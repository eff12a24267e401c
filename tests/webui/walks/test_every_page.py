# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page of the demo's home, each at one of the four widths and in one theme; `make screenshots` does all eight."""

from __future__ import annotations

from itertools import cycle, product

import axe
import pytest
import real_browser
from page_addresses import OUTSIDE, all_pages, links_in
from walks import THEMES, WIDTHS, Walks, body, settled

pytestmark = [*real_browser.marks, pytest.mark.slow]

ROWS = 12  # of a list or table that axe-core looks at: all others are made alike
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_every_page_is_open_to_everybody_fits_and_says_nothing_on_the_console(walks: Walks) -> None:
    """axe-core: nothing serious or critical; no sideways scroll; one first heading; no error of a script."""
    faults: list[str] = []
    pages = {theme: walks.page(color_scheme=theme, reduced_motion="reduce") for theme in THEMES}
    paths = all_pages(walks.app, lambda path: body(pages["light"], walks.address + path), links_in)
    assert len(paths) > 40
    for path, (theme, width) in zip(paths, cycle(product(THEMES, WIDTHS)), strict=False):
        page, where = pages[theme], f"{path} ({width}, {theme})"
        page.set_viewport_size({"width": width, "height": 900})
        response = page.goto(walks.address + path)
        settled(page)
        faults += [] if response.status == 200 else [f"{where}: {response.status}"]
        faults += [f"{where}: {line}" for line in axe.grave(page, ROWS)]
        faults += [f"{where}: scrolls sideways"] if page.evaluate(SIDEWAYS) > 0 else []
        faults += [f"{where}: has no one first heading"] if page.locator("h1").count() != 1 else []
    assert not faults, "\n".join(faults)
    assert walks.complaints == []


@pytest.mark.parametrize("path", OUTSIDE)
def test_so_is_the_door(walks: Walks, path: str) -> None:
    page = walks.page(logged_in=False)
    page.goto(walks.address + path)
    assert axe.grave(page) == []
