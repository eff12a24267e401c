# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms in a real Chromium: nothing typed is lost, and what is wrong stands beside its field."""

from __future__ import annotations

import re
from typing import Any

from real_browser import PASSWORD, address, arriving, chromium, first_run, marks, opened, sync_api

from store.config import edit
from store.household import requests

__all__ = ["address", "chromium"]

pytestmark = marks
# Pixels that are left beside what is chosen.
ROOM = """(select) => {
  const style = getComputedStyle(select), canvas = document.createElement("canvas").getContext("2d");
  canvas.font = style.font;
  const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return room - canvas.measureText(select.selectedOptions[0].textContent).width;
}"""


def test_what_is_wrong_stands_beside_its_field_until_it_is_right(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/names")
    page.get_by_text("Add a domain").click()
    form = page.locator("form[action='/names/forwards/add']")
    form.locator("[name=domain]").fill("a b")
    form.locator("[name=comment]").fill("typed")
    form.locator("[name=upstreams]").fill("192.168.1.1")
    form.locator("button[type=submit]").first.click()
    wrong = form.locator("[name=domain]")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_be_focused()
    expect(form.locator(".field-told")).to_contain_text("Not accepted:")
    described = wrong.get_attribute("aria-describedby")
    assert page.locator(f"[id='{described}']").count() == 1
    assert form.locator("[name=comment]").input_value() == "typed"
    wrong.fill("fritz.box")
    with arriving(page):
        wrong.press("Enter")
    expect(page.locator("#toast")).to_contain_text("fritz.box")
    assert page.locator(".field-told").count() == 0


def test_two_quick_clicks_are_one(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/groups")
    page.get_by_text("An empty one, with a name of your own").click()
    field = page.locator("form[action='/groups/add'] input[name=name]").first
    field.fill("Kids")
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    field.evaluate("field => { field.form.requestSubmit(); field.form.requestSubmit(); }")
    expect(page.locator("#toast")).to_contain_text("The group Kids is made.")
    assert len(sent) == 1


def test_what_a_rule_may_not_mean_is_told_while_it_is_written(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/blocklists/rules")
    field, told = page.get_by_label("Name", exact=True), page.locator("#rule-hint")
    expect(told).to_be_empty()
    field.press_sequentially("com")
    expect(told).to_have_text("This is about every name that ends in .com, whoever’s it is.")
    page.get_by_label("And what is below it").select_option("alone")
    expect(told).to_have_text("This is about the word “com” alone: it has no dot, and names on the internet have one.")
    expect(field).to_have_value("com")
    expect(field).to_have_accessible_description(re.compile("^This is about the word “com” alone"))
    field.fill("ads.example.com")
    expect(told).to_be_empty()
    assert complaints == [] and edit.rules(edit.engine(home.state)) == []


def test_what_is_chosen_beside_a_rule_is_read_whole_in_german_too(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], locale="de-DE")
    first_run(opened(chromium, []), address, home)
    page.goto(f"{address}/login")
    page.locator("input[type=password]").fill(PASSWORD)
    with arriving(page):
        page.keyboard.press("Enter")
    for width in (360, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}/blocklists/rules")
        sync_api.expect(page.locator("#rule-reach option:checked")).to_have_text("und alles darunter")
        assert page.locator("#rule-reach").evaluate(ROOM) >= 0


def test_the_bell_rings_without_a_reload_and_the_toast_waits_for_who_stands_on_it(
    chromium: Any, address: str, home: Any
) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.clock.install()
    page.goto(f"{address}/groups")
    page.get_by_text("An empty one, with a name of your own").click()
    bell = page.locator("#bell")
    expect(bell.locator(".bell-count")).to_be_visible()  # DNS does not run here
    before = int(bell.get_attribute("data-count"))
    requests.ask_for(edit.engine(home.state), 1, "wanted.example", "")
    page.clock.fast_forward(31_000)
    expect(bell).to_have_attribute("data-count", str(before + 1))
    page.locator("form[action='/groups/add'] input[name=name]").first.fill("Kids")
    with arriving(page):
        page.keyboard.press("Enter")
    toast = page.locator("#toast")
    expect(toast).to_contain_text("The group Kids is made.")
    toast.get_by_role("button", name="Undo this change").focus()
    page.clock.fast_forward(11_000)
    expect(toast).to_contain_text("The group Kids is made.")
    page.keyboard.press("Escape")
    expect(toast).to_be_empty()
    expect(page.locator("#main")).to_be_focused()
