# SPDX-License-Identifier: GPL-3.0-or-later
"""The search of the top line by keyboard, in a real browser, when the server fails, and without scripts."""

import re
from typing import Any

from real_browser import address, arriving, chromium, first_run, follow, marks, opened, sync_api

__all__ = ["address", "chromium"]

pytestmark = marks
LEADS_THERE = """() => document.querySelector("#search input").getAttribute("aria-activedescendant") ===
  document.querySelector("#search-hits [aria-selected=true]")?.id"""


def test_by_keyboard_alone(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints), sync_api.expect
    first_run(page, address, home)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name=re.compile("^Search"))
    expect(box).to_be_focused()
    page.keyboard.type("redmi")
    option = page.get_by_role("option", name=re.compile("^Redmi Note 13"))
    expect(option).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.wait_for_function(LEADS_THERE)  # asked in one go: with each letter another list may take its place
    with arriving(page):
        page.keyboard.press("Enter")
    assert page.url == f"{address}/devices/1"

    page.get_by_role("link", name="Query log").focus()
    page.keyboard.press("Control+k")
    expect(box).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Query log")).to_be_focused()

    page.keyboard.press("Control+k")
    box.fill("ads.example")
    why = page.get_by_role("option", name=re.compile("^Why is ads.example blocked"))
    expect(why).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/blocklists/rules#rule-*")
    expect(page.locator("#toast")).to_contain_text("ads.example")
    assert complaints == []


def test_a_slash_that_is_typed_is_a_slash(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [])
    first_run(page, address, home)
    page.goto(f"{address}/blocklists/packs")
    page.get_by_placeholder("Filter").focus()
    page.keyboard.press("/")
    assert page.get_by_placeholder("Filter").input_value() == "/"
    sync_api.expect(page.locator("#search")).to_be_hidden()


def test_a_failing_server_is_said_in_the_box(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.route("**/search/hits*", lambda route: route.fulfill(status=500, body="no"))
    page.get_by_role("link", name="Search").click()
    page.keyboard.type("redmi")
    expect(page.locator("#search-hits")).to_contain_text("does not answer just now")
    page.unroute("**/search/hits*")
    page.keyboard.type(" note")
    expect(page.get_by_role("option", name=re.compile("^Redmi Note 13"))).to_be_visible()


def test_without_scripts_it_is_a_page(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], java_script_enabled=False)
    first_run(page, address, home)
    follow(page.get_by_role("link", name="Search"))
    page.get_by_label("Some letters of it").fill("redmi")
    follow(page.locator("main").get_by_role("button", name="Search"))
    follow(page.get_by_role("link", name="Redmi Note 13"))
    assert page.url == f"{address}/devices/1"
