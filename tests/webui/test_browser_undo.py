# SPDX-License-Identifier: GPL-3.0-or-later
"""A click, a toast, and back again, in a real browser."""

import re
from typing import Any

import pytest
from real_browser import address, chromium, first_run, follow, leave, marks, opened, sync_api

from store.config import lists
from store.config.lists import BlocklistView

__all__ = ["address", "chromium"]

pytestmark = marks


def test_a_switch_is_undone_from_its_toast(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/blocklists/catalogue")
    switch = page.locator("#list-hagezi-pro").get_by_role("switch")
    before = switch.is_checked()
    switch.dispatch_event("click")
    toast = page.locator("#toast")
    expect(toast).to_contain_text("for the whole house")
    expect(toast).to_be_in_viewport()
    follow(toast.get_by_role("button", name="Undo this change"))
    expect(toast).to_contain_text("Undone:")
    assert page.url == f"{address}/blocklists/catalogue"
    assert page.locator("#list-hagezi-pro").get_by_role("switch").is_checked() == before
    assert _list(home).on == before
    # The undo is a change too.
    follow(toast.get_by_role("button", name="Undo this change"))
    expect(toast).to_contain_text("Again:")
    assert _list(home).on != before
    page.goto(f"{address}/changes")
    expect(page.locator("#changes li").first).to_contain_text("Again:")
    follow(page.locator("#changes li").nth(2).get_by_role("button", name="Undo"))
    expect(page.locator("#toast")).to_contain_text("Undone:")
    assert _list(home).on == before
    assert complaints == []


def test_a_switch_that_is_pressed_before_the_scripts_are_there_goes_back(
    chromium: Any, address: str, home: Any
) -> None:
    """Nothing was sent, and there is no button then that would."""
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    held, is_held = list[Any](), [True]
    scripts = re.compile(r"/static/(?!theme).*\.js")
    page.route(scripts, lambda route: held.append(route) if is_held else route.continue_())
    page.goto(f"{address}/blocklists/catalogue", wait_until="commit")
    switch = page.locator("#list-hagezi-pro").get_by_role("switch")
    switch.dispatch_event("click")
    expect(switch).to_be_checked(checked=not _list(home).on)
    is_held.clear()
    for route in held:
        route.continue_()
    expect(switch).to_be_checked(checked=_list(home).on)


@pytest.mark.parametrize("width", [1280, 360])
def test_the_toast_is_seen_from_wherever_one_stands_and_covers_nothing_for_good(
    chromium: Any, address: str, home: Any, width: int
) -> None:
    page, expect = opened(chromium, [], viewport={"width": width, "height": 700}), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/blocklists/catalogue")
    switch = page.get_by_role("switch").last
    switch.scroll_into_view_if_needed()
    switch.dispatch_event("click")
    expect(page.locator("#toast")).to_contain_text("for the whole house")
    expect(page.locator("#toast")).to_be_in_viewport()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    lowest = page.evaluate("Math.max(...[...document.querySelectorAll('main > :not(#toast)')]"
                           ".map((each) => each.getBoundingClientRect().bottom))")  # fmt: skip
    assert lowest <= page.locator("#toast").bounding_box()["y"]


def test_a_form_without_scripts_has_its_toast_too(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    state = page.context.storage_state()
    plain = chromium.new_context(java_script_enabled=False, service_workers="block", storage_state=state).new_page()
    plain.goto(f"{address}/groups")
    plain.get_by_text("An empty one, with a name of your own").click()
    plain.locator("form[action='/groups/add'] input[name=name]").fill("Kids")
    plain.locator("form[action='/groups/add'] button").click()
    expect(plain.locator("#toast")).to_contain_text("The group Kids is made.")
    plain.locator("#toast").get_by_role("button", name="Undo this change").click()
    expect(plain.locator("#toast")).to_contain_text("Undone: The group Kids is made.")
    leave(plain)


def _list(home: Any) -> BlocklistView:
    from store.config import edit

    return lists.blocklist(edit.engine(home.state), "hagezi-pro")
