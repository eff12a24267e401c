# SPDX-License-Identifier: GPL-3.0-or-later
"""Home in a real Chromium: it follows the log, nothing jumps, what is unfolded or stood on stays, lists unfold."""

from __future__ import annotations

import re
from typing import Any

import pytest
import real_browser
from real_browser import address, ask, chromium, first_run, opened, sync_api  # noqa: F401 - fixtures

pytestmark = real_browser.marks

MOST_SHIFT = 0.02
# Of the content: what stands around every page is not Home's.
SHIFTS = """globalThis.shifted = 0;
new PerformanceObserver((list) => {
  for (const { hadRecentInput, value, sources } of list.getEntries()) {
    const inside = sources.some(({ node }) => node?.parentElement?.closest("main"));
    globalThis.shifted += inside && !hadRecentInput ? value : 0;
  }
}).observe({ type: "layout-shift", buffered: true })"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL = """(least) => [...document.querySelectorAll("#home-live a, #home-live button, #home-live summary")]
  .filter((e) => e.checkVisibility() && !e.closest("p") && e.getBoundingClientRect().height < least)
  .map((e) => e.outerHTML)"""


@pytest.mark.parametrize(("width", "least"), [(1440, 23.5), (360, 43.5)])
def test_home_follows_the_log_and_holds_still(
    chromium: Any, address: str, home: Any, width: int, least: float  # noqa: F811
) -> None:
    complaints: list[str] = []
    page = opened(chromium, complaints, viewport={"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.clock.install()
    first_run(page, address, home)
    page.goto(f"{address}/?range=24h")
    expect = sync_api.expect
    queries = page.locator("#home-live .tiles dd").first
    before = int(queries.inner_text().split("\n")[0].replace(",", ""))
    page.get_by_text("The same as a table").click()
    page.locator("#matrix-table tbody a").first.focus()
    page.mouse.move(1, 1)
    stood_on = page.evaluate("document.activeElement.href")

    ask(home, "fresh.example")
    page.clock.run_for(16_000)
    expect(queries).to_contain_text(f"{before + 1:,}")
    still_there = "(link) => document.activeElement.href?.split('&from')[0] === link.split('&from')[0]"
    page.wait_for_function(still_there, arg=stood_on)
    expect(page.locator(".timeline table")).to_be_visible()
    expect(page.locator(".timeline-plot")).to_have_attribute("role", "slider")
    assert page.evaluate("globalThis.shifted") <= MOST_SHIFT
    assert page.evaluate(SIDEWAYS) == 0
    assert page.evaluate(SMALL, least) == []

    page.get_by_text("Who and what was asked most").click()
    expect(page.get_by_text("Names blocked most")).to_be_visible()
    assert complaints == []


def test_a_cell_is_reached_by_keys_and_leads_to_its_rows(chromium: Any, address: str, home: Any) -> None:  # noqa: F811
    page = opened(chromium, [], viewport={"width": 1440, "height": 900})
    first_run(page, address, home)
    page.goto(f"{address}/?range=24h")
    page.locator(".matrix-box").focus()
    while not re.search("/queries", str(page.evaluate("document.activeElement.href ?? ''"))):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/queries\?device=\d+&company=.*kind=tracking"))
    sync_api.expect(page.locator("#log")).to_be_visible()
