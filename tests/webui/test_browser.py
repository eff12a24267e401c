# SPDX-License-Identifier: GPL-3.0-or-later
"""A person at a real browser: through every page, without a script error, a refused resource or a sideways scroll."""

import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import uvicorn
from waiting import HANG_SECONDS

from store.base import db, secret
from store.config import edit, lists
from store.log import querylog
from store.log.batches import Batch
from store.log.records import Key
from store.log.writer import Writer
from webui import app

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser test")

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
             "--disable-sync"]  # fmt: skip
PAGES = ("/", "/devices", "/devices/1", "/blocklists", "/queries", "/bypass", "/bypass/wall",
         "/bypass/wall?scope=device:1", "/explain?name=data.mistat.xiaomi.com", "/settings")  # fmt: skip
PASSWORD = "a good long password"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: no browser test"),
]

# Every control that a person can reach must have a name for those who do not see it.
NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, button, a[href], summary")]
  .filter((e) => e.checkVisibility() && !(e.labels?.length || e.ariaLabel || e.textContent.trim() || e.title))
  .map((e) => e.outerHTML)"""
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def address(home: Any) -> Iterator[str]:
    with served(home) as where:
        yield where


@pytest.fixture
def empty(bare_home: Any) -> Iterator[str]:
    with served(bare_home) as where:
        yield where


@contextmanager
def served(home: Any) -> Iterator[str]:
    """The pages of a home where no password is set yet, served on loopback."""
    with closing(db.connect(home.state / "config.db")) as con:
        con.execute("DELETE FROM account")
    made = app.create(home.state, home.run, {"TELLTALE_DNS": "127.0.0.1:1"})
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(made, log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        made.state.ui.stopping = True
        server.should_exit = True
        thread.join()


@pytest.fixture
def chromium() -> Iterator[Any]:
    sync_api.expect.set_options(timeout=1000 * HANG_SECONDS)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def opened(chromium: Any, complaints: list[str], **options: Any) -> Any:
    """A page that writes down every console error (refusals of the Content-Security-Policy are such) and exception."""
    page = chromium.new_context(**options).new_page()
    page.set_default_timeout(1000 * HANG_SECONDS)
    page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def first_run(page: Any, address: str, home: Any) -> None:
    page.goto(address)
    page.get_by_label("Set-up code").fill(secret.setup_code(home.state).lower())
    page.get_by_label(re.compile("^Password, at least")).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url(f"{address}/")


def ask(home: Any, name: str) -> None:
    """One more query, recorded now."""
    with closing(querylog.open_log(home.state / "querylog.db")) as con:
        writer = Writer(con, lambda _: None)
        key = Key(name, 1, 0, 3, "", "", 0, "9.9.9.9")
        writer.add(Batch(1, 0, 1, ["192.168.1.21"], [key], [(time.time_ns() // 1000, 0, 0, 900)]), lambda _: 1)
        writer.commit()


def test_the_way_through(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page = opened(chromium, complaints, viewport={"width": 1280, "height": 900})
    expect = sync_api.expect
    first_run(page, address, home)
    page.get_by_role("button", name="Log out").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    expect(page.get_by_text("reported most")).to_be_visible()
    expect(page.locator(".timeline canvas")).to_be_visible()
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "true")
    expect(page.locator(".timeline canvas")).to_be_visible()

    page.get_by_role("link", name="Blocklists").click()
    xiaomi = page.locator("#list-pack_3a_xiaomi")
    xiaomi.get_by_role("radio", name="strict").check()
    expect(xiaomi.get_by_role("radio", name="strict")).to_be_checked()
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    assert lists.blocklist(edit.engine(home.state), "pack:xiaomi").level == "strict"
    page.get_by_placeholder("Filter").fill("hagezi pro")
    expect(xiaomi).to_be_hidden()
    page.locator("#list-hagezi-pro").get_by_role("switch").check()
    page.wait_for_function("() => !document.querySelector('.htmx-request')")
    assert lists.blocklist(edit.engine(home.state), "hagezi-pro").on

    page.get_by_role("link", name="Devices").click()
    page.get_by_role("link", name="Redmi Note 13").click()
    expect(page.get_by_role("heading", name="Redmi Note 13")).to_be_visible()

    page.get_by_role("link", name="Query log").click()
    expect(page.get_by_text("live")).to_be_visible()
    ask(home, "fresh.example")
    row = page.locator("tr.fresh").filter(has_text="fresh.example")
    row.get_by_role("button", name="Block").click()
    expect(row.get_by_text("now blocked")).to_be_visible()
    row.get_by_role("button", name="Undo").click()
    row.get_by_role("button", name="Block").click()
    expect(row.get_by_text("now blocked")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("paused")).to_be_visible()

    page.get_by_role("link", name="Blocklists").click()
    expect(page.locator("#own-rules bdi").get_by_text("fresh.example")).to_be_visible()
    assert [rule.name for rule in edit.rules(edit.engine(home.state))] == ["fresh.example"]
    assert complaints == []


def test_a_refusal_is_said_and_the_switch_goes_back(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [])
    first_run(page, address, home)
    page.goto(f"{address}/blocklists")
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
    sync_api.expect(page.locator(".timeline-plain")).to_be_visible()
    page.goto(f"{address}/blocklists")
    xiaomi = page.locator("#list-pack_3a_xiaomi")
    xiaomi.get_by_role("radio", name="everything").check()
    xiaomi.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{address}/blocklists#list-pack_3a_xiaomi")
    assert lists.blocklist(edit.engine(home.state), "pack:xiaomi").level == "everything"
    page.goto(f"{address}/queries?verdict=BLOCK")
    page.get_by_role("button", name="Allow").first.click()
    page.wait_for_url(f"{address}/blocklists#own-rules")
    assert [rule.kind for rule in edit.rules(edit.engine(home.state))] == ["allow"]


def test_the_theme_is_kept_in_this_browser(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], color_scheme="light")
    first_run(page, address, home)
    background = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(background)
    page.get_by_role("button", name="Theme").click()
    page.get_by_role("button", name="Theme").click()
    sync_api.expect(page.locator("#theme-name")).to_have_text("dark")
    sync_api.expect(page.locator(".timeline canvas")).to_have_count(1)
    dark = page.evaluate(background)
    page.reload()
    assert page.evaluate(background) == dark != light


@pytest.fixture
def new_york() -> Iterator[None]:
    """The appliance stands in another zone than any browser here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.usefixtures("new_york")
def test_moments_are_of_the_zone_of_the_browser(chromium: Any, address: str, home: Any) -> None:
    complaints: list[str] = []
    page = opened(chromium, complaints, timezone_id="Asia/Tokyo")
    first_run(page, address, home)
    ask(home, "fresh.example")
    row, expect = page.locator("#log tr").filter(has_text="fresh.example"), sync_api.expect

    def in_tokyo(minutes: int) -> str:
        there = datetime.now(ZoneInfo("Asia/Tokyo")) + timedelta(minutes=minutes)
        return there.strftime("%Y-%m-%dT%H:%M")

    page.goto(f"{address}/queries")
    page.get_by_text("More filters").click()
    expect(page.get_by_text("this browser's zone, Asia/Tokyo")).to_be_visible()
    begin, end = in_tokyo(-5), in_tokyo(5)
    page.get_by_label("From", exact=True).fill(begin)
    page.get_by_label("To", exact=True).fill(end)
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("from="))
    expect(row).to_be_visible()
    expect(page.get_by_label("From", exact=True)).to_have_value(begin)
    expect(page.get_by_label("To", exact=True)).to_have_value(end)
    link = page.url
    assert re.search(r"from=20\d\d-\d\d-\d\dT\d\d%3A\d\d%3A00Z", link), "an address means the same everywhere"

    elsewhere = opened(chromium, complaints, timezone_id="Europe/Berlin", storage_state=page.context.storage_state())
    elsewhere.goto(link)
    expect(elsewhere.locator("#log tr").filter(has_text="fresh.example")).to_be_visible()
    there = datetime.strptime(begin, "%Y-%m-%dT%H:%M").replace(tzinfo=ZoneInfo("Asia/Tokyo"))
    in_berlin = there.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%dT%H:%M")
    expect(elsewhere.get_by_label("From", exact=True)).to_have_value(in_berlin)

    before = in_tokyo(-60)
    page.goto(f"{address}/queries?from=-1h")
    assert before <= page.get_by_label("From", exact=True).input_value() <= in_tokyo(-60)
    page.get_by_role("button", name="Show").click()
    page.wait_for_url(re.compile("from=-1h"))
    assert complaints == []


@pytest.mark.usefixtures("new_york")
def test_moments_without_scripts_are_of_the_zone_that_the_page_names(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], java_script_enabled=False, timezone_id="Asia/Tokyo")
    first_run(page, address, home)
    page.goto(f"{address}/queries?from=2026-07-01T12:00:00Z")
    sync_api.expect(page.get_by_label("From", exact=True)).to_have_value("2026-07-01T08:00")
    zone = re.compile(r"appliance's zone, E[SD]T \(UTC-0[45]:00\)")
    sync_api.expect(page.locator("[data-zone]")).to_contain_text(zone)
