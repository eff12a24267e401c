# SPDX-License-Identifier: GPL-3.0-or-later
"""A browser in another zone than the appliance: moments are the viewer's, and say so."""

import re
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from real_browser import address, ask, chromium, first_run, follow, marks, opened, sync_api

__all__ = ["address", "chromium"]

pytestmark = marks


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
    page.get_by_text("All filters").click()
    expect(page.get_by_text("this browser's zone, Asia/Tokyo")).to_be_visible()
    begin, end = in_tokyo(-50), in_tokyo(50)
    page.get_by_label("From", exact=True).fill(begin)
    page.get_by_label("To", exact=True).fill(end)
    follow(page.get_by_role("button", name="Show"))
    assert "from=" in page.url
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
    page.get_by_text("All filters").click()
    follow(page.get_by_role("button", name="Show"))
    assert "from=-1h" in page.url
    assert complaints == []


@pytest.mark.usefixtures("new_york")
def test_moments_without_scripts_are_of_the_zone_that_the_page_names(chromium: Any, address: str, home: Any) -> None:
    page = opened(chromium, [], java_script_enabled=False, timezone_id="Asia/Tokyo")
    first_run(page, address, home)
    page.goto(f"{address}/queries?from=2026-07-01T12:00:00Z")
    sync_api.expect(page.get_by_label("From", exact=True)).to_have_value("2026-07-01T08:00")
    zone = re.compile(r"appliance's zone, E[SD]T \(UTC-0[45]:00\)")
    sync_api.expect(page.locator("[data-zone]")).to_contain_text(zone)
