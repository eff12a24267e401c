# SPDX-License-Identifier: GPL-3.0-or-later
"""A timeline in a real Chromium: pointed at, zoomed into, clicked, by keys, by a finger, and without scripts."""

from __future__ import annotations

import re
from typing import Any

import real_browser
from real_browser import address, arriving, chromium, first_run, follow, opened, sync_api  # noqa: F401 - fixtures

pytestmark = real_browser.marks

STRETCH = re.compile(r"from=\d{4}-\d\d-\d\dT[^&]*&to=\d{4}-")


def bar(page: Any, share: float) -> tuple[float, float]:
    """Where a bar is, so far from the left."""
    page.locator(".timeline-plot").scroll_into_view_if_needed()
    box = page.locator(".timeline-plain").bounding_box()
    return box["x"] + share * box["width"], box["y"] + box["height"] / 2


def test_a_timeline_is_pointed_at_zoomed_into_and_clicked(chromium: Any, address: str, home: Any) -> None:  # noqa: F811
    complaints: list[str] = []
    page = opened(chromium, complaints, viewport={"width": 1280, "height": 900})
    first_run(page, address, home)
    page.goto(f"{address}/?range=24h")
    expect, caption = sync_api.expect, page.locator(".timeline figcaption")
    whole = caption.inner_text()
    page.mouse.move(*bar(page, 0.97))
    expect(caption).to_contain_text("everything else")
    page.mouse.move(5, 5)
    expect(caption).to_have_text(whole)

    page.mouse.move(*bar(page, 0.5))
    page.mouse.down()
    page.mouse.move(*bar(page, 0.97))
    with arriving(page):
        page.mouse.up()
    assert STRETCH.search(page.url)
    zoomed = page.url
    expect(page.locator(".timeline-plain")).to_be_visible()
    with arriving(page):
        page.mouse.click(*bar(page, 0.6))
    assert "/queries?from=" in page.url
    page.go_back()
    assert page.url == zoomed
    page.go_back()
    assert page.url == f"{address}/?range=24h"

    plot = page.locator(".timeline-plot")
    plot.focus()
    for key in ("End", "ArrowLeft", "Shift+ArrowLeft", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    expect(plot).to_have_attribute("aria-valuetext", re.compile("everything else"))
    with arriving(page):
        page.keyboard.press("Enter")
    assert STRETCH.search(page.url)
    page.locator(".timeline-plot").focus()
    page.keyboard.press("ArrowLeft")
    with arriving(page):
        page.keyboard.press("Enter")
    assert "/queries?from=" in page.url
    assert complaints == []


def test_a_finger_asks_first_what_a_bar_is(chromium: Any, address: str, home: Any) -> None:  # noqa: F811
    page = opened(chromium, [], viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    first_run(page, address, home)
    page.goto(f"{address}/?range=24h")
    page.touchscreen.tap(*bar(page, 0.97))
    with arriving(page):
        page.get_by_role("link", name="Show these queries").tap()
    assert "/queries?from=" in page.url


def test_without_scripts_the_table_leads_to_the_log(chromium: Any, address: str, home: Any) -> None:  # noqa: F811
    page = opened(chromium, [], java_script_enabled=False)
    first_run(page, address, home)
    page.goto(f"{address}/?range=24h")  # shortly after midnight today has nothing yet
    sync_api.expect(page.locator(".timeline-hint")).to_be_hidden()
    page.get_by_text("The same as a table").click()
    follow(page.locator(".timeline tbody a").first)
    assert "/queries?from=" in page.url
