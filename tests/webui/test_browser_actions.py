# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person sets with one click in a real browser: for whom, and what happens when it does not work."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

from real_browser import address, ask, chromium, first_run, follow, marks, opened, served, sync_api

from blocklists.packs import seed_lists
from store.config import edit, lists
from store.household import exceptions, requests

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
    row.locator(".row-open").click()
    drawer = page.locator("#drawer")
    drawer.get_by_role("button", name="Block for the whole house").click()
    expect(drawer.get_by_text("now blocked for the whole house")).to_be_visible()
    drawer.get_by_role("button", name="Block for Redmi Note 13").click()
    expect(drawer.get_by_text("now blocked for Redmi Note 13")).to_be_visible()
    assert {rule.scope_kind for rule in edit.rules(edit.engine(home.state))} == {"house", "device"}
    assert complaints == []


def test_a_request_is_refused_asked_again_and_granted(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect, engine = opened(chromium, complaints), sync_api.expect, edit.engine(home.state)
    first_run(page, address, home)
    for answer in ("Refuse", "15 minutes"):
        requests.ask_for(engine, 1, "shop.example", "homework")
        page.goto(address)
        asked = page.locator("li[id^='request-']").filter(has_text="shop.example")
        follow(asked.get_by_role("button", name=re.compile(answer)).first)
        expect(page.locator("li[id^='request-']").filter(has_text="shop.example")).to_have_count(0)
    assert [bool(each.granted) for each in requests.of_device(engine, 1)] == [True, False]
    assert [each.name for each in exceptions.exceptions(engine)] == ["shop.example"]
    assert complaints == []


def test_counts_above_the_services_follow_a_click(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints), sync_api.expect
    lists.sync_blocklists(edit.engine(home.state), seed_lists.seeds())
    first_run(page, address, home)
    page.goto(f"{address}/services")
    expect(page.get_by_text("0 services are blocked for the house.")).to_be_visible()
    page.locator("#list-service_3a_tiktok").get_by_role("button", name="Block").click()
    expect(page.get_by_text("1 service is blocked for the house.")).to_be_visible()
    expect(page.locator("#blocked-social")).to_have_text("1 blocked")
    page.locator("#list-service_3a_tiktok").get_by_role("button", name="Let be").click()
    expect(page.get_by_text("0 services are blocked for the house.")).to_be_visible()
    assert complaints == []


@contextmanager
def gone(page: Any) -> Iterator[None]:
    """The appliance cannot be reached."""
    page.context.set_offline(True)
    yield
    page.context.set_offline(False)


@contextmanager
def behind_a_proxy(page: Any) -> Iterator[None]:
    """Something between says that the appliance is not there."""
    page.route("**", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>", content_type="text/html"))
    yield
    page.unroute("**")


@contextmanager
def silent(page: Any) -> Iterator[None]:
    """Its answer never comes."""
    page.evaluate("htmx.config.defaultTimeout = 50")
    page.route("**", lambda route: None)
    yield
    page.unroute("**")


@contextmanager
def cut_off(page: Any) -> Iterator[None]:
    """Its answer breaks off in the middle."""
    page.evaluate("""() => {
        const broken = () => new ReadableStream({ start: (to) => to.error(new TypeError("cut off")) });
        window.fetch = async () => new Response(broken(), { status: 200, headers: { "Content-Type": "text/html" } });
    }""")
    yield
    page.reload()


def switch(page: Any, address: str) -> tuple[Any, str, Any]:
    page.goto(f"{address}/blocklists/catalogue")
    return page.locator("#list-hagezi-pro").get_by_role("switch"), "checked", None


def level(page: Any, address: str) -> tuple[Any, str, Any]:
    page.goto(f"{address}/blocklists/packs")
    return page.locator("#list-pack_3a_xiaomi").get_by_role("radio", name="everything"), "checked", None


def wall_switch(page: Any, address: str) -> tuple[Any, str, Any]:
    page.goto(f"{address}/bypass/wall")
    return page.locator("#switch-raw").get_by_role("radio", name="enforce"), "checked", None


def choice(page: Any, address: str) -> tuple[Any, str, Any]:
    page.goto("about:blank")
    page.goto(f"{address}/devices/1#packs")  # opens the fold
    return page.locator("[id^=toggle-]").first.get_by_role("combobox"), "value", "off"


def test_what_cannot_be_set_goes_back_and_says_so(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, [], viewport={"width": 390, "height": 700}), sync_api.expect
    first_run(page, address, home)
    for control, trouble in product((switch, level, wall_switch, choice), (gone, behind_a_proxy, silent, cut_off)):
        at, what, value = control(page, address)
        before = at.is_checked() if what == "checked" else at.input_value()
        at.locator("xpath=ancestor::form").scroll_into_view_if_needed()  # as it is where somebody clicks
        with trouble(page):
            if what == "checked":
                at.dispatch_event("click")
            else:
                at.select_option(value)
            notice = at.locator("xpath=ancestor::form").locator(".form-told")
            expect(notice).to_contain_text("does not answer just now. Reload the page")
            expect(notice).to_be_in_viewport()
            assert (at.is_checked() if what == "checked" else at.input_value()) == before
    at = switch(page, address)[0]
    at.dispatch_event("click")
    expect(at).to_be_checked()
    expect(page.locator(".form-told")).to_have_count(0)


def test_what_was_typed_or_clicked_while_it_is_gone_can_be_tried_again(
    chromium: Any, address: str, home: Any
) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/devices")
    row = page.locator("#device-1")
    row.locator("summary").click()
    row.get_by_label("Name").fill("Kitchen phone")
    with gone(page):
        row.get_by_role("button", name="Save").click()
        expect(page.locator(".form-told").first).to_contain_text("does not answer")
        expect(row.get_by_label("Name")).to_have_value("Kitchen phone")
        page.get_by_role("link", name="7 days").click()
        expect(page.get_by_role("link", name="Today")).to_have_attribute("aria-current", "true")
    row.get_by_role("button", name="Save").click()
    expect(row.get_by_role("link", name="Kitchen phone")).to_be_visible()

    page.goto(f"{address}/queries")
    button = page.locator("#log tbody tr[id]").first.get_by_role("button", name=re.compile("for all"))
    with gone(page):
        button.click()
        expect(page.locator(".form-told").first).to_contain_text("does not answer")
        expect(button).to_be_visible()
    assert edit.rules(edit.engine(home.state)) == []


def test_the_live_view_does_not_seem_live_while_it_is_gone(chromium: Any, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    with served(home) as address:
        first_run(page, address, home)
        page.goto(f"{address}/queries")
        expect(page.get_by_text("live", exact=True)).to_be_visible()
    expect(page.locator(".tail")).to_have_attribute("data-live", "lost")
    expect(page.locator(".tail")).to_contain_text("connection lost at")
