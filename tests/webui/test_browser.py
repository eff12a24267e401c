# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a real browser: through every page, without a script error, a refused resource or a sideways scroll."""

from typing import Any

import pytest
from real_browser import PASSWORD, address, ask, chromium, empty, first_run, follow, marks, opened, sync_api
from waiting import until

from store.config import edit, lists

__all__ = ["address", "chromium", "empty"]

PAGES = ("/", "/devices", "/devices/1", "/blocklists", "/blocklists/packs", "/blocklists/pack:xiaomi",
         "/blocklists/catalogue", "/blocklists/rules", "/blocklists/hagezi-light", "/blocklists/add", "/services",
         "/queries", "/bypass", "/bypass/wall",
         "/bypass/wall?scope=device:1", "/explain?name=data.mistat.xiaomi.com", "/settings", "/pause", "/backup",
         "/my", "/dhcp", "/evidence", "/evidence/whatif", "/evidence/worth", "/evidence/reports", "/evidence/names",
         "/evidence/names?name=data.mistat.xiaomi.com")  # fmt: skip

pytestmark = marks

# Every control that a person can reach must have a name for those who do not see it.
NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a[href], summary")]
  .filter((e) => e.checkVisibility() && !(e.labels?.length || e.ariaLabel || e.textContent.trim() || e.title))
  .map((e) => e.outerHTML)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_the_way_through(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page = opened(chromium, complaints, viewport={"width": 1280, "height": 900})
    expect = sync_api.expect
    first_run(page, address, home)
    follow(page.get_by_role("button", name="Log out"))
    page.get_by_label("Password").fill(PASSWORD)
    follow(page.get_by_role("button", name="Log in"))

    page.get_by_role("link", name="7 days").click()  # shortly after midnight today has nothing yet
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("times to report to")).to_be_visible()
    expect(page.locator(".timeline-plain")).to_be_visible()

    follow(page.get_by_role("link", name="Blocklists"))
    follow(page.get_by_role("main").get_by_role("link", name="Packs").first)
    xiaomi = page.locator("#list-pack_3a_xiaomi")
    xiaomi.get_by_role("radio", name="strict").check()
    expect(xiaomi.get_by_role("radio", name="strict")).to_be_checked()
    until(lambda: lists.blocklist(edit.engine(home.state), "pack:xiaomi").level == "strict")
    page.get_by_placeholder("Filter").fill("samsung")
    expect(xiaomi).to_be_hidden()
    follow(page.get_by_role("main").get_by_role("link", name="Catalogue").first)
    page.locator("#catalogue-q").fill("hagezi pro")
    expect(page.locator("#list-hagezi-light")).to_have_count(0)
    page.locator("#list-hagezi-pro").get_by_role("switch").check()
    until(lambda: lists.blocklist(edit.engine(home.state), "hagezi-pro").on)

    follow(page.get_by_role("link", name="Devices"))
    follow(page.get_by_role("link", name="Redmi Note 13"))
    expect(page.get_by_role("heading", name="Redmi Note 13")).to_be_visible()

    follow(page.get_by_role("link", name="Query log"))
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    ask(home, "fresh.example")
    row = page.locator("tr.fresh").filter(has_text="fresh.example")
    row.get_by_role("button", name="Block for all").click()
    expect(row.get_by_text("now blocked for the whole house")).to_be_visible()
    row.get_by_role("button", name="Undo").click()
    row.get_by_role("button", name="Block for all").click()
    expect(row.get_by_text("now blocked for the whole house")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("paused")).to_be_visible()

    page.goto(f"{address}/blocklists/rules")
    expect(page.get_by_role("main").get_by_text("fresh.example").first).to_be_visible()
    assert [rule.name for rule in edit.rules(edit.engine(home.state))] == ["fresh.example"]
    assert complaints == []


def test_a_refusal_is_said_and_the_switch_goes_back(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [])
    first_run(page, address, home)
    page.goto(f"{address}/blocklists/packs")
    page.evaluate("document.querySelector('meta[name=csrf-token]').content = 'old'")
    page.evaluate("document.querySelectorAll('[name=csrf]').forEach((field) => { field.value = 'old'; })")
    xiaomi = page.locator("#list-pack_3a_xiaomi")
    xiaomi.get_by_role("radio", name="everything").click()
    sync_api.expect(page.get_by_text("reload the page and try again")).to_be_visible()
    sync_api.expect(xiaomi.get_by_role("radio", name="safe")).to_be_checked()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_has_names_for_its_controls(
    chromium: Any, address: str, home: Any, scheme: str
) -> None:
    complaints: list[str] = []
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "color_scheme": scheme}
    page = opened(chromium, complaints, **phone)
    first_run(page, address, home)
    for path in PAGES:
        page.goto(address + path)
        assert page.evaluate(SIDEWAYS) <= 0, f"{path} scrolls sideways"
        assert page.evaluate(NAMELESS) == [], path
        assert page.locator("h1").count() == 1, path
    assert complaints == []


def test_an_empty_home_reads_well(chromium: Any, empty: str, bare_home: Any) -> None:
    complaints: list[str] = []
    page = opened(chromium, complaints)
    first_run(page, empty, bare_home)
    sync_api.expect(page.get_by_text("No queries yet")).to_be_visible()
    for path in ("/devices", "/blocklists", "/queries", "/settings"):
        page.goto(empty + path)
        assert page.locator("h1").count() == 1, path
    assert complaints == []


def test_everything_works_without_scripts(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], java_script_enabled=False)
    first_run(page, address, home)
    page.get_by_role("link", name="7 days").click()
    sync_api.expect(page.locator(".timeline-plain")).to_be_visible()
    page.goto(f"{address}/blocklists/packs")
    xiaomi = page.locator("#list-pack_3a_xiaomi")
    xiaomi.get_by_role("radio", name="everything").check()
    xiaomi.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{address}/blocklists/packs#list-pack_3a_xiaomi")
    assert lists.blocklist(edit.engine(home.state), "pack:xiaomi").level == "everything"
    page.goto(f"{address}/queries?verdict=BLOCK")
    page.get_by_role("button", name="Allow").first.click()
    page.wait_for_url(f"{address}/blocklists/rules#rule-*")
    assert [rule.kind for rule in edit.rules(edit.engine(home.state))] == ["allow"]


def test_the_theme_is_kept_in_this_browser(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], color_scheme="light")
    first_run(page, address, home)
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Theme").click()
    sync_api.expect(page.locator("#theme-name")).to_have_text("dark")
    dark = page.evaluate(background)
    page.reload()
    assert page.evaluate(background) == dark != light
