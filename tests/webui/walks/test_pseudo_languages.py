# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page in words far longer than English, and from right to left: nothing is cut off, nothing goes sideways."""

from __future__ import annotations

import os
from itertools import cycle, product
from typing import Any

import any_content
import pytest
import real_browser
from page_addresses import OUTSIDE, all_pages, links_in
from pseudo_languages import LONG, MIRRORED
from pseudo_languages import pseudo_languages as pseudo_languages
from walks import Walks, body, settled

pytestmark = [*real_browser.marks, pytest.mark.slow, pytest.mark.usefixtures("pseudo_languages")]

TAGS = (LONG, MIRRORED)
WIDTHS = (360, 1024, 1440)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# Texts that somebody who can see does not see whole: beyond a box that hides what leaves it, or beyond their button.
# Names of things (bdi, code) may be cut, since they have no bound and are whole in the row's details.
CUT = """() => {
  const LEFT_OUT = "svg, script, style, option, bdi, code, .sr, .name, .wrap, .count-of";
  const cut = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, element = node.parentElement;
    if (!node.textContent.trim() || element.closest(LEFT_OUT)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (!box.width || !element.checkVisibility({ checkVisibilityCSS: true })) continue;
    for (let holder = element; holder && holder !== document.body; holder = holder.parentElement) {
      const style = getComputedStyle(holder), frame = holder.getBoundingClientRect();
      if (style.position === "fixed" || style.clipPath !== "none") break;
      const hides = ["hidden", "clip"].includes(style.overflowX);
      const button = holder.matches("button, summary, [role=button]");
      if (!hides && !button) continue;
      if (frame.width < 3) break;
      const beyond = Math.max(box.right - frame.right, frame.left - box.left, hides ? box.bottom - frame.bottom : 0);
      if (beyond > 2) cut.push(`${node.textContent.trim().slice(0, 60)} (${beyond | 0} px of ${holder.className})`);
      break;
    }
  }
  return cut;
}"""


def test_no_page_cuts_its_words_or_scrolls_sideways(walks: Walks) -> None:
    faults: list[str] = []
    pages = {tag: walks.page(reduced_motion="reduce", extra_http_headers={"Accept-Language": tag}) for tag in TAGS}
    paths = [*OUTSIDE, *all_pages(walks.app, lambda path: body(pages[LONG], walks.address + path), links_in)]
    assert len(paths) > 40
    ways = tuple(product(TAGS, WIDTHS))
    whole = os.environ.get("WALKS") == "all"
    for path, way in zip(paths, cycle([ways]) if whole else cycle([(way,) for way in ways]), strict=False):
        for tag, width in way:
            page, where = pages[tag], f"{path} ({tag}, {width})"
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(walks.address + path)
            settled(page)
            faults += _faults(page, where)
            any_content.fill(page)
            faults += _faults(page, f"{where}, with long content")
    assert not faults, "\n".join(faults)
    assert walks.complaints == []


def _faults(page: Any, where: str) -> list[str]:
    sideways = [f"{where}: scrolls sideways"] if page.evaluate(SIDEWAYS) > 0 else []
    return sideways + [f"{where}: cut off: {text}" for text in page.evaluate(CUT)]


@pytest.mark.parametrize("tag", TAGS)
def test_on_a_phone_whose_a_name_is_stands_beside_the_longest_device(walks: Walks, tag: str) -> None:
    """The device's name gives way, and what says that nobody is known wraps."""
    walks.ask("nobody-knows-whose.example")
    page = walks.page(viewport={"width": 360, "height": 900}, extra_http_headers={"Accept-Language": tag})
    page.goto(walks.address + "/queries")
    settled(page)
    assert page.locator("td.whose .nobody").count() > 0
    longest = "(names) => names.forEach((name) => { name.textContent = 'A'.repeat(99); })"
    page.locator("td.who .name").evaluate_all(longest)
    assert page.evaluate(CUT) == []
    widths = page.locator("td.whose").evaluate_all("(cells) => cells.map((cell) => cell.clientWidth)")
    assert min(widths) >= 80


def test_from_right_to_left_the_page_is_mirrored(walks: Walks) -> None:
    """The menu stands at the other side, and a name from the network is read as it is written."""
    sides = {}
    for tag in ("en", MIRRORED):
        page = walks.page(viewport={"width": 1440, "height": 900}, extra_http_headers={"Accept-Language": tag})
        page.goto(walks.address + "/queries")
        settled(page)
        sides[tag] = page.locator("nav.side").bounding_box()["x"]
        name = page.locator("bdi.name").first
        assert name.get_attribute("dir") == "ltr"
        assert name.evaluate("(element) => getComputedStyle(element).unicodeBidi") == "isolate"
    assert sides["en"] == 0 and sides[MIRRORED] > 1000
    assert page.evaluate("document.documentElement.dir") == "rtl"
