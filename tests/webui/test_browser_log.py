# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at the query log: it holds still while it is read, its filters are the address, details come and go."""

import re
from typing import Any

from real_browser import address, arriving, ask, chromium, first_run, follow, marks, opened, sync_api, until_in

__all__ = ["address", "chromium"]

pytestmark = marks
FOCUSED = "() => document.activeElement.closest('tr')?.id ?? document.activeElement.id"


def begun(chromium: Any, address: str, home: Any, complaints: list[str], path: str) -> Any:
    page = opened(chromium, complaints, viewport={"width": 1280, "height": 900})
    first_run(page, address, home)
    page.goto(f"{address}{path}")
    return page


def test_it_holds_still_while_it_is_read_and_flows_on_after(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page = begun(chromium, address, home, complaints, "/queries?name=.still")
    expect, rows = sync_api.expect, page.locator("#log tbody tr[id]")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    ask(home, "one.still")
    expect(rows).to_have_count(1)
    button = page.locator("[data-show-fresh]")
    rows.first.hover()
    ask(home, "two.still")
    expect(button).to_have_text("1 new")
    expect(rows).to_have_count(1)
    page.mouse.move(5, 5)
    expect(rows).to_have_count(2)
    expect(button).to_be_hidden()
    page.locator(".row-open").first.focus()
    ask(home, "three.still")
    expect(button).to_have_text("1 new")
    expect(rows).to_have_count(2)
    page.keyboard.press("n")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("three.still")
    page.locator("#log-form input[name=q]").focus()
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#log tbody td.who'))")
    ask(home, "four.still")
    expect(button).to_have_text("1 new")
    expect(page.locator("#fresh-said")).to_have_text("1 new")
    page.evaluate("getSelection().removeAllRanges()")
    expect(rows).to_have_count(4)
    assert complaints == []


def test_the_details_of_a_row_open_by_keyboard_and_focus_returns(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page = begun(chromium, address, home, complaints, "/queries?name=xiaomi&verdict=BLOCK")
    expect, drawer = sync_api.expect, page.locator("#drawer")
    page.locator("h1").wait_for()
    page.keyboard.press("j")
    first = page.evaluate(FOCUSED)
    page.keyboard.press("j")
    second = page.evaluate(FOCUSED)
    assert first != second and second.startswith("q")
    page.keyboard.press("Enter")
    expect(drawer.get_by_role("heading", level=2)).to_be_focused()
    expect(drawer.get_by_text("Today the same would become of it.")).to_be_visible()
    expect(drawer.get_by_text("Who else asked for it")).to_be_visible()
    page.wait_for_function("(row) => location.search.includes(row)", arg=f"row={second[1:]}")
    assert "verdict=BLOCK" in page.url
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    page.wait_for_function(f"(row) => ({FOCUSED})() === row && !location.search.includes('row=')", arg=second)
    page.keyboard.press("b")
    expect(drawer.get_by_role("button", name=re.compile("^Allow for "))).not_to_have_count(0)
    expect(drawer.locator(".detail-acts button").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(drawer.get_by_text("now allowed for")).to_be_visible()
    page.go_back()
    expect(drawer).to_be_hidden()
    page.go_forward()
    expect(drawer.get_by_role("heading", level=2)).to_be_visible()
    page.reload()
    expect(drawer.get_by_role("heading", level=2)).to_be_visible()
    drawer.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(page.get_by_role("heading", name="Keys of the query log")).to_be_visible()
    assert complaints == []


def test_details_that_come_late_do_not_take_the_place_of_those_of_another_row(
    chromium: Any, address: str, home: Any
) -> None:
    for name in ("older.still", "newer.still"):
        ask(home, name)
    page = begun(chromium, address, home, [], "/queries?name=.still")
    expect, heading, held = sync_api.expect, page.locator("#drawer-name"), list[Any]()
    page.route("**/queries/row/*", lambda route: route.continue_() if held else held.append(route))
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    until_in(page, held.__len__)
    page.keyboard.press("j")
    expect(heading).to_contain_text("older.still")
    with page.expect_event("requestfinished", lambda request: request == held[0].request):
        held[0].continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    expect(heading).to_contain_text("older.still")


def test_what_is_typed_becomes_filters_in_the_address(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page = begun(chromium, address, home, complaints, "/queries?range=7d")
    expect = sync_api.expect
    page.get_by_role("searchbox", name="Search the log").fill("redmi xiaomi blocked")
    with arriving(page):
        page.keyboard.press("Enter")
    expect(page.get_by_text("Device: Redmi Note 13")).to_be_visible()
    assert {"device=1", "company=Xiaomi", "verdict=BLOCK", "range=7d"} <= set(page.url.partition("?")[2].split("&"))
    follow(page.get_by_role("link", name="Take away the filter Verdict: blocked"))
    expect(page.get_by_text("Verdict: blocked")).to_be_hidden()
    page.go_back()
    expect(page.get_by_text("Verdict: blocked")).to_be_visible()
    assert complaints == []
