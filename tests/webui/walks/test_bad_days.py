# SPDX-License-Identifier: GPL-3.0-or-later
"""The server is gone, slow or failing: every control says so near itself, and goes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import real_browser
from real_browser import sync_api
from walks import Walks, settled

pytestmark = real_browser.marks

# Kinds of pages: switches, plain forms, forms with many fields, levels, actions in lines.
PAGES = ("/blocklists/catalogue", "/devices", "/names", "/blocklists/packs", "/attention", "/evidence")
# The forms of a page that change something; of many that are alike, the first two.
FORMS = """() => {
  const kind = (form) => form.className + form.getAttribute("action").replace(/[0-9]+/g, "N");
  return [...document.querySelectorAll('form[method="post"]:not([action="/logout"])')]
    .filter((form, at, all) => all.slice(0, at).filter((other) => kind(other) === kind(form)).length < 2)
    .map((form, number) => { form.dataset.number = number; return number; });
}"""
SHOWS = """(form) => [...form.elements].map((field) => field.type === "radio" || field.type === "checkbox"
  ? field.checked : field.value).join("|")"""
# Changes something in a form and sends it, as a person would.
USE = """(form) => {
  form.noValidate = true;
  if (!form.getAttribute("hx-trigger")?.includes("change")) form.requestSubmit(form.querySelector('[type="submit"]'));
  else form.querySelector('[type="checkbox"], [type="radio"]:not(:checked)').click();
}"""


def on_post(page: Any, act: Callable[[Any], None]) -> None:
    page.unroute("**")
    page.route("**", lambda route: act(route) if route.request.method == "POST" else route.continue_())


def test_gone_or_failing_is_said_at_the_control_which_goes_back(walks: Walks) -> None:
    page, tried = walks.page(), 0
    for path in PAGES:
        page.goto(walks.address + path)
        settled(page)
        for words, act in (
            ("does not answer", lambda route: route.abort()),
            ("did not work", lambda route: route.fulfill(status=500, body="no", content_type="text/html")),
        ):
            on_post(page, act)
            for number in page.evaluate(FORMS):
                form = page.locator(f'form[data-number="{number}"]')
                before = form.evaluate(SHOWS)
                form.evaluate(USE)
                sync_api.expect(form.locator(".form-told"), path).to_contain_text(words)
                assert form.evaluate(SHOWS) == before, path
                tried += 1
    assert tried > 40
    real_browser.leave(page)
    walks.complaints.clear()  # the browser tells of each call that failed


def test_slow_shows_that_it_works_and_sends_nothing_twice(walks: Walks) -> None:
    page = walks.page()
    plain = "form[action='/groups/add']"
    for path, which in (("/blocklists/catalogue", "form[hx-post][hx-trigger]"), ("/groups", plain)):
        page.goto(walks.address + path)
        held = list[Any]()
        on_post(page, held.append)
        form = page.locator(f"main {which}").first
        form.evaluate(USE)
        form.evaluate("(form) => { form.requestSubmit(); form.requestSubmit(); }")
        sync_api.expect(form.locator("[aria-busy=true]")).to_have_count(1)
        real_browser.until_in(page, held.__len__)
        assert len(held) == 1
        held[0].fulfill(status=422, body="<p data-problem>Not so.</p>", content_type="text/html")
        sync_api.expect(form.locator(".form-told, .field-told")).to_contain_text("Not so.")
        sync_api.expect(form.locator("[aria-busy=true]")).to_have_count(0)
    real_browser.leave(page)
    walks.complaints.clear()
