# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds on every page: a server that is gone is said, a session that is over loses nothing, focus is kept."""

import re
import time
from contextlib import closing
from dataclasses import replace
from typing import Any

from real_browser import PASSWORD, address, arriving, chromium, first_run, follow, marks, opened, sync_api
from waiting import until

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Cause, Finding, FindingKind
from store.base import db
from store.config import edit, lists
from store.household import pauses

__all__ = ["address", "chromium"]

pytestmark = marks


def _end_sessions(home: Any) -> None:
    with closing(db.connect(home.state / "config.db")) as con:
        con.execute("DELETE FROM session")


def test_a_session_that_is_over_loses_no_form(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/groups")
    page.get_by_text("An empty one, with a name of your own").click()
    field = page.locator("form[action='/groups/add'] input[name=name]").first
    field.fill("Kids")
    _end_sessions(home)
    field.press("Enter")
    door = page.get_by_role("dialog", name="Log in again")
    expect(door).to_be_visible()
    door.get_by_label("Password").fill("wrong")
    door.get_by_role("button", name="Log in").click()
    expect(door.get_by_role("alert")).to_be_visible()
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Log in").click()
    expect(page.locator("#toast")).to_contain_text("The group Kids is made.")


def test_a_switch_of_a_session_that_is_over_goes_back_and_asks(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/blocklists/catalogue")
    before = lists.blocklist(edit.engine(home.state), "hagezi-pro").on
    _end_sessions(home)
    switch = page.locator("#list-hagezi-pro").get_by_role("switch")
    switch.dispatch_event("click")
    door = page.get_by_role("dialog", name="Log in again")
    expect(door).to_be_visible()
    assert switch.is_checked() == before
    door.get_by_label("Password").fill(PASSWORD)
    door.get_by_role("button", name="Log in").click()
    expect(door).to_be_hidden()
    switch.dispatch_event("click")
    expect(page.locator("#toast")).to_contain_text("for the whole house")
    assert lists.blocklist(edit.engine(home.state), "hagezi-pro").on != before


def test_a_server_that_is_gone_is_said_and_heals(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/groups")
    page.get_by_text("An empty one, with a name of your own").click()
    page.route("**", lambda route: route.abort())
    field = page.locator("form[action='/groups/add'] input[name=name]").first
    field.fill("Kids")
    field.press("Enter")
    form = page.locator("form[action='/groups/add']").first
    expect(form.get_by_role("alert")).to_contain_text("what you typed is still here")
    expect(page.locator("#lost")).to_be_visible()
    assert field.input_value() == "Kids"
    page.unroute("**")
    expect(page.locator("#lost")).to_be_hidden()
    field.press("Enter")
    expect(page.locator("#toast")).to_contain_text("The group Kids is made.")


def test_who_cannot_know_whether_a_form_was_taken_is_not_told_that_it_was_not(
    chromium: Any, address: str, home: Any
) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    for trouble in (
        "fetch = async () => new Response(new ReadableStream({ start: (to) => to.error(new TypeError('cut off')) }))",
        "AbortSignal.timeout = () => AbortSignal.abort(new DOMException('', 'TimeoutError'))",
    ):
        page.goto(f"{address}/groups")
        page.get_by_text("An empty one, with a name of your own").click()
        page.evaluate(f"() => {{ window.{trouble} }}")
        form = page.locator("form[action='/groups/add']").first
        form.locator("input[name=name]").fill("Kids")
        form.locator("button").click()
        expect(form.get_by_role("alert")).to_contain_text("to see what holds")
        expect(form.locator("input[name=name]")).to_have_value("Kids")


def test_an_error_of_the_server_is_said_beside_the_form(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/groups")
    page.get_by_text("An empty one, with a name of your own").click()
    page.route("**/groups/add", lambda route: route.fulfill(status=500, body="no"))
    form = page.locator("form[action='/groups/add']").first
    form.locator("input[name=name]").fill("Kids")
    form.locator("button").click()
    expect(form.get_by_role("alert")).to_contain_text("did not work")


def test_focus_is_where_it_was_after_a_swap(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/blocklists/packs")
    radio = page.locator("#list-pack_3a_xiaomi").get_by_role("radio", name="safe")
    radio.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#toast")).to_contain_text("Xiaomi")
    expect(page.locator("#list-pack_3a_xiaomi").get_by_role("radio", name="strict")).to_be_focused()


def test_focus_is_on_the_next_thing_after_a_form_that_ends_one(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, [], viewport={"width": 1280, "height": 500}), sync_api.expect
    now = time.time_ns() // 1000
    with closing(evidence_file.open_writer(home.state)) as con:
        first = Finding(FindingKind.LEAK, 1, "", "", ("a.example",), now - 9, now, 9, cause=Cause.NO_LIST)
        leaks = [replace(first, company=f"Company {number}", key=f"{number}", count=9 - number) for number in range(9)]
        finding_rows.keep(con, leaks, now)
    first_run(page, address, home)
    page.goto(f"{address}/attention")
    lines = page.locator("#attention .wants > li[id^=finding]")
    expect(lines).to_have_count(9)
    seen = lines.nth(6).get_by_role("button", name="Seen")
    seen.focus()
    depth = page.evaluate("scrollY")
    assert depth > 0
    with arriving(page):
        page.keyboard.press("Enter")
    expect(lines).to_have_count(8)
    expect(lines.nth(6).get_by_role("button", name="Seen")).to_be_focused()
    assert page.evaluate("scrollY") == depth
    with arriving(page):
        lines.nth(7).get_by_role("button", name="Seen").press("Enter")  # the last of them
    expect(lines).to_have_count(7)
    expect(lines.nth(6).get_by_role("button", name="Seen")).to_be_focused()


def test_a_pause_in_two_taps_counts_down_is_prolonged_and_ends(chromium: Any, address: str, home: Any) -> None:
    page, expect = opened(chromium, []), sync_api.expect
    first_run(page, address, home)
    page.locator("details.menu > summary").click()
    begun = int(time.time())
    follow(page.get_by_role("button", name="15 minutes"))
    strip = page.locator("[data-pause]")
    expect(strip.locator(".left")).to_contain_text(re.compile(r"\b1[0-4]:\d\d"))
    follow(strip.get_by_role("button", name="+10 minutes"))
    expect(strip.locator(".left")).to_contain_text(re.compile(r"\b2[0-4]:\d\d"))
    (paused,) = pauses.pauses(edit.engine(home.state))
    assert paused.until is not None and begun + 1500 <= paused.until <= time.time() + 1500
    follow(strip.get_by_role("button", name="Resume"))
    expect(strip).to_have_count(0)
    assert pauses.pauses(edit.engine(home.state)) == []


def test_what_follows_by_itself_stands_still_in_a_tab_that_nobody_sees(chromium: Any, address: str, home: Any) -> None:
    """Such a tab, forgotten, would keep the pages' process awake for ever."""
    page, asked = opened(chromium, []), []
    first_run(page, address, home)
    page.goto(f"{address}/setup/check")
    with page.expect_request("**/setup/check/live"):
        pass
    page.evaluate("""() => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => true });
        globalThis.wanted = 0;
        document.addEventListener("htmx:before:request", () => { globalThis.wanted += 1; });
    }""")
    page.on("request", lambda request: asked.append(request.url))
    until(lambda: page.evaluate("globalThis.wanted") >= 2)
    assert not [url for url in asked if url.endswith("/live")]
    with page.expect_request("**/setup/check/live"):
        page.evaluate("delete document.hidden")
