# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sets with one click in a real browser: for whom, and what happens when it does not work."""

from typing import Any

from real_browser import address, ask, chromium, first_run, marks, opened, sync_api

from store.config import edit

__all__ = ["address", "chromium"]

pytestmark = marks


def test_a_click_on_the_page_of_a_device_is_for_that_device(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints), sync_api.expect
    first_run(page, address, home)
    ask(home, "fresh.example")
    page.goto(f"{address}/devices/1")
    row = page.locator("#log tr").filter(has_text="fresh.example")
    row.get_by_role("button", name="Block for this device").click()
    expect(row.get_by_text("now blocked for Redmi Note 13, with all names below it")).to_be_visible()
    made = edit.rules(edit.engine(home.state))
    assert [(rule.name, rule.scope_kind, rule.scope_id) for rule in made] == [("fresh.example", "device", 1)]
    row.get_by_role("button", name="Undo").click()
    expect(row.get_by_role("button", name="Block for this device")).to_be_visible()
    row.locator("summary").click()
    row.get_by_role("button", name="Block for all").click()
    expect(row.get_by_text("now blocked for the whole house")).to_be_visible()
    page.goto(f"{address}/queries")
    row.locator("summary").click()
    row.get_by_role("button", name="Block for Redmi Note 13 alone").click()
    expect(row.get_by_text("now blocked for Redmi Note 13")).to_be_visible()
    assert {rule.scope_kind for rule in edit.rules(edit.engine(home.state))} == {"house", "device"}
    assert complaints == []
