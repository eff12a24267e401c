# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages as an app of a phone: what it is called, how it is drawn, and what it shows when the appliance is away."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import pytest
from real_browser import address, chromium, first_run, marks, opened, sync_api

from store.config import edit
from webui.pages import templating

__all__ = ["address", "chromium"]

STATIC = Path(templating.__file__).parents[1] / "static"


def size_of(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.web
def test_the_manifest_is_for_everybody_and_its_icons_are_what_it_says(stranger: Any) -> None:
    answer = stranger.get("/manifest.webmanifest")
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/manifest+json"
    manifest = answer.json()
    assert manifest["scope"] == manifest["start_url"] == "/" and manifest["display"] == "standalone"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        png = stranger.get(icon["src"])
        assert png.headers["content-type"] == "image/png"
        assert "x".join(map(str, size_of(png.content))) == icon["sizes"]
    assert size_of((STATIC / "icon-apple.png").read_bytes()) == (180, 180)


@pytest.mark.web
def test_its_shortcuts_are_pages(looker: Any) -> None:
    shortcuts = looker.get("/manifest.webmanifest").json()["shortcuts"]
    assert [shortcut["url"] for shortcut in shortcuts] == ["/queries", "/pause"]
    assert all(looker.get(shortcut["url"]).status_code == 200 for shortcut in shortcuts)


@pytest.mark.web
def test_the_page_of_an_absence_holds_nothing_of_the_home(looker: Any) -> None:
    page = looker.get("/offline").text
    assert "does not answer" in page and "Log out" not in page and '<meta name="csrf-token" content="">' in page


@pytest.mark.web
def test_the_script_behind_the_pages_is_for_all_of_them_and_changes_its_address_with_what_it_keeps(looker: Any) -> None:
    (address,) = re.findall('<meta name="worker" content="([^"]*)"', looker.get("/devices").text)
    assert looker.get(address).headers["service-worker-allowed"] == "/"
    assert address == templating.worker()


@pytest.mark.web
def test_with_the_setting_off_no_page_names_the_script(visitor: Any) -> None:
    edit.put_settings(visitor.engine(), {"offline_page": "off"})
    visitor.app.state.ui.forget_settings()
    assert '<meta name="worker" content="">' in visitor.get("/devices").text


@pytest.mark.browser
@pytest.mark.skipif(marks[1].args[0], reason="there is no /usr/bin/chromium: no browser test")
def test_in_a_browser_it_keeps_no_page_and_gives_way_to_another(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page, expect = opened(chromium, complaints, service_workers="allow"), sync_api.expect
    first_run(page, address, home)
    page.goto(f"{address}/groups")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    kept = """async () => (await Promise.all((await caches.keys()).map(async (name) =>
      (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname)))).flat()"""
    assert all(path == "/offline" or path.startswith("/static/") for path in page.evaluate(kept))
    page.context.set_offline(True)
    page.goto(f"{address}/devices")
    expect(page.get_by_role("heading", level=1)).to_contain_text("The appliance does not answer")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url(f"{address}/")
    assert not [line for line in complaints if "Content Security" in line]
    page.evaluate("navigator.serviceWorker.register('/static/worker.js?v=other', { scope: '/' })")
    page.wait_for_function("async () => JSON.stringify(await caches.keys()) === '[\"telltale-other\"]'")
    page.route(f"{address}/groups", lambda route: route.fulfill(
        response=(answer := route.fetch()), body=re.sub('<meta name="worker"[^>]*>', "", answer.text())))
    page.goto(f"{address}/groups")
    page.wait_for_function("async () => !(await navigator.serviceWorker.getRegistrations()).length")
    page.wait_for_function("async () => !(await caches.keys()).length")
    page.unroute(f"{address}/groups")


@pytest.mark.browser
@pytest.mark.skipif(marks[1].args[0], reason="there is no /usr/bin/chromium: no browser test")
def test_in_a_browser_the_kept_page_itself_can_be_removed(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], service_workers="allow")
    first_run(page, address, home)
    page.goto(f"{address}/groups")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto(f"{address}/offline")
    page.route(f"{address}/", lambda route: route.fulfill(body="something else is here now", content_type="text/plain"))
    page.get_by_role("button", name="Remove this page from this browser").click()
    page.wait_for_url(f"{address}/")
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0
    assert page.evaluate("caches.keys()") == []
