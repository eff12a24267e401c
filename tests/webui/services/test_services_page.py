# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of services and safe search."""

from typing import Any

import pytest

from blocklists.packs import seed_lists
from store.config import lists
from store.config.choices import ListKind
from store.config.lists import BlocklistSeed
from store.household import groups, safe_search_edit, schedules, service_edit


@pytest.fixture(autouse=True)
def seeded(visitor: Any) -> None:
    """A home into which a start has brought all lists, and services."""
    lists.sync_blocklists(visitor.engine(), seed_lists.seeds())


def item(page: str, anchor: str) -> str:
    return page.partition(f'id="{anchor}"')[2].partition("</li>")[0]


def test_services_by_category_with_what_else_breaks(visitor: Any) -> None:
    page = visitor.get("/services").text
    assert "0 services are blocked for the house." in page
    assert page.index("<h2>Social networks") < page.index("<h2>Gambling") < page.index("<h2>Encrypted DNS")
    facebook = item(page, "list-service_3a_facebook")
    assert "Also breaks: Logging in to other sites with Facebook" in facebook
    assert "fbcdn.net" in facebook and 'value="on"' in facebook and "for the house" in facebook
    assert 'value="inherit"' not in facebook, "the house follows nobody"


def test_a_click_blocks_it_for_whom_is_chosen(visitor: Any) -> None:
    group = groups.add_group(visitor.engine(), "<b>Kids</b>")
    sent = visitor.form("/services/toggle", id="tiktok", state="on", scope=f"group:{group}")
    assert sent.headers["location"].startswith(f"/services?scope=group:{group}#list-service")
    page = visitor.get(f"/services?scope=group:{group}").text
    assert "1 service is blocked for &lt;b&gt;Kids&lt;/b&gt;." in page
    assert all(word in item(page, "list-service_3a_tiktok") for word in ("As the house", 'value="off"'))
    assert "not blocked for the house" in item(page, "list-service_3a_tiktok")
    assert "on for &lt;b&gt;Kids" in item(visitor.get("/services").text, "list-service_3a_tiktok")
    visitor.form("/services/toggle", id="tiktok", state="inherit", scope=f"group:{group}")
    assert service_edit.service(visitor.engine(), "tiktok").toggles == ()


def test_with_htmx_the_changed_line_alone_comes_back(visitor: Any) -> None:
    changed = visitor.tap("/services/toggle", id="tiktok", state="on")
    assert changed.text.count("<li") == 1 and "Let be<span" in changed.text
    assert '<p id="services-blocked" hx-swap-oob="true">1 service is blocked for the house.' in changed.text
    assert '<p id="blocked-social" hx-swap-oob="true">1 blocked</p>' in changed.text
    page = visitor.get("/services").text
    assert '<p id="services-blocked">1 service is' in page and '<p id="blocked-social">1 blocked</p>' in page


def test_a_search_finds_titles_and_names(visitor: Any) -> None:
    page = visitor.get("/services?q=fbcdn").text
    assert "list-service_3a_facebook" in page and "list-service_3a_tiktok" not in page
    assert "No service is called so" in visitor.get("/services?q=friendster").text
    assert "<script>" not in visitor.get("/services?q=<script>").text.partition("<main")[2]


def test_a_schedule_can_be_chosen_where_there_is_one(visitor: Any) -> None:
    assert "Make a schedule" in visitor.get("/services/roblox").text
    window = {"days": ["mon"], "from": "21:00", "to": "06:00"}
    night = schedules.add_schedule(visitor.engine(), "<i>Night</i>", [window])
    visitor.form("/services/toggle", id="roblox", state="on", schedule=str(night))
    page = visitor.get("/services/roblox").text
    assert f'<option value="{night}" selected>&lt;i&gt;Night&lt;/i&gt;' in page
    assert "blocked for the house (inside &lt;i&gt;Night&lt;/i&gt;)" in page
    assert "inside &lt;i&gt;Night" in item(visitor.get("/services").text, "list-service_3a_roblox")
    visitor.form("/services/toggle", id="roblox", state="on", schedule="")
    assert service_edit.service(visitor.engine(), "roblox").toggles[0].schedule is None


def test_safe_search_by_engine_and_for_all(visitor: Any) -> None:
    visitor.form("/services/safe-search", engine="youtube", state="moderate")
    assert [(view.engine, view.level) for view in safe_search_edit.safe_search(visitor.engine())] == [
        ("youtube", "moderate")
    ]
    assert '<option value="moderate" selected>' in item(visitor.get("/services").text, "engine-youtube")
    visitor.form("/services/safe-search", engine="all", state="on")
    assert len(safe_search_edit.safe_search(visitor.engine())) == 8
    changed = visitor.tap("/services/safe-search", engine="bing", state="off")
    assert changed.text.count("<li") == 1 and '<option value="off" selected>' in changed.text
    visitor.form("/services/safe-search", engine="all", state="inherit")
    assert safe_search_edit.safe_search(visitor.engine()) == []


def test_one_that_is_gone_comes_first_and_says_so(visitor: Any) -> None:
    gone = BlocklistSeed("service:friendster", ListKind.SERVICE, "<b>Friendster</b>", "")
    lists.sync_blocklists(visitor.engine(), [*seed_lists.seeds(), gone])
    service_edit.set_service(visitor.engine(), "friendster", True)
    lists.sync_blocklists(visitor.engine(), seed_lists.seeds())
    page = visitor.get("/services").text
    assert page.index("<h2>No longer known") < page.index("<h2>Social networks")
    assert "&lt;b&gt;Friendster&lt;/b&gt;" in page and "it blocks nothing" in page
    assert visitor.form("/services/toggle", id="friendster", state="off").status_code == 303


def test_what_makes_no_sense_is_refused(visitor: Any) -> None:
    assert visitor.get("/services?scope=group:9").status_code == 404
    assert visitor.form("/services/toggle", id="friendster", state="on").status_code == 404
    assert visitor.form("/services/toggle", id="tiktok", state="perhaps").status_code == 422
    assert visitor.form("/services/toggle", id="tiktok", state="on", schedule="x").status_code == 422
    assert visitor.form("/services/safe-search", engine="altavista", state="on").status_code == 422


def test_a_device_s_page_shows_what_is_on_or_said_for_it_and_leads_to_the_rest(visitor: Any) -> None:
    service_edit.set_service(visitor.engine(), "roblox", True)
    page = visitor.get("/devices/1").text
    assert 'href="/services?scope=device:1"' in page
    assert "Roblox" in page and "toggle-list-service_3a_tiktok" not in page
    changed = visitor.tap("/devices/1/toggle", list="service:tiktok", on="on")
    assert changed.status_code == 200 and "toggle-list-service_3a_tiktok" in visitor.get("/devices/1").text
    assert "TikTok" in visitor.tap("/devices/1/toggle", list="service:tiktok", on="inherit").text
    assert "toggle-list-service_3a_tiktok" not in visitor.get("/devices/1?lists=all").text
