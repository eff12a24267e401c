# SPDX-License-Identifier: GPL-3.0-or-later
"""A device's page: its numbers are SQL counts; odd devices have a page, too."""

import html
import re
from contextlib import closing
from typing import Any

import pytest

from store.base import db
from store.config import lists
from store.devices import device_edits
from webui.devices import device_page


def words(page: str) -> str:
    """The page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def card(page: str, anchor: str) -> str:
    return words(page.partition(f'id="{anchor}"')[2].partition("</section>")[0])


def test_a_device_says_who_it_reports_to(looker: Any) -> None:
    page = looker.get("/devices/1?range=7d").text
    every = looker.home.count(client="192.168.1.21")
    assert f"<dt>Queries</dt><dd>{every:,}" in page
    [(tried,)] = looker.home.lookups("count(*)", "kind = 'tracking' AND device_id = 1")
    assert f"it tried {tried:,} times to report to Xiaomi" in page
    assert "Latest look-ups" in page


def test_hostile_names_of_a_device_are_text(looker: Any) -> None:
    page = looker.get("/devices/1").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;.example" in page
    assert "<script>alert" not in page
    assert "\u202e" not in re.sub(r'value="[^"]*"', "", page)
    assert "49.example" not in page


@pytest.mark.parametrize("path", ["/devices/999", "/devices/0", "/devices/x"])
def test_no_such_device(looker: Any, path: str) -> None:
    response = looker.get(path)
    assert response.status_code in (404, 422)
    assert "data-problem" in response.text


def test_each_company_that_it_reports_to_counts(looker: Any) -> None:
    shown = card(looker.get("/devices/1?range=7d").text, "reports")
    rows = looker.home.lookups(
        "company, count(*), COALESCE(sum(verdict = 'BLOCK'), 0)",
        "kind = 'tracking' AND device_id = 1 AND company IS NOT NULL", "GROUP BY 1",
    )
    assert rows
    for company, lookups, blocked in rows:
        line = shown.partition(str(company))[2]
        assert f" {lookups:,} " in line, company
        assert not blocked or f"{blocked:,} stopped" in line, company
        assert blocked == lookups or f"{lookups - blocked:,} got through" in line, company


def test_the_picture_of_hours_counts_each_look_up_once(looker: Any) -> None:
    part = looker.get("/devices/1?part=hours").text
    assert part.count("<svg") == 2 and "<html" not in part  # the picture, and the sign of the table
    cells = re.findall(r'data-label="(Stopped|Got through|Failed)">([\d,]+)<', part)
    total = sum(int(count.replace(",", "")) for _, count in cells)
    [(lookups,)] = looker.home.lookups("count(*)", "kind = 'tracking' AND device_id = 1")
    assert total == lookups > 0


def test_a_device_without_tracking_says_so(looker: Any) -> None:
    page = looker.get("/devices/5?range=7d").text
    assert "for nothing that is known as tracking" in words(page)
    assert "No look-up for tracking of a known company in this time." in page
    assert "No look-up for tracking in the last 30 days." in looker.get("/devices/5?part=hours").text


def test_a_device_that_asked_nothing_has_a_page(visitor: Any) -> None:
    with closing(db.connect(visitor.home.state / "config.db")) as con:
        con.execute("INSERT INTO device (id, first_seen) VALUES (77, 1)")
        con.commit()
    page = visitor.get("/devices/77").text
    assert "it has asked nothing." in page and "Device 77" in page


def test_who_was_made_one_with_another_leads_there(visitor: Any) -> None:
    device_edits.merge_devices(visitor.engine(), 3, 1)
    response = visitor.get("/devices/3")
    assert (response.status_code, response.headers["location"]) == (303, "/devices/1")


def test_all_names_on_demand(looker: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_page, "NAMES", 3)
    few, every = (looker.get(f"/devices/1?range=7d{more}").text for more in ("", "&names=all"))
    [(names,)] = looker.home.sql("SELECT count(DISTINCT name) FROM queries WHERE device_id = 1")
    cards = [page.partition('id="names"')[2].partition("</section>")[0] for page in (few, every)]
    assert [each.count("/queries?name") for each in cards] == [3, names] and f"Show all {names:,} names" in few


def test_what_is_decided_is_said_with_whose_word(visitor: Any) -> None:
    page = visitor.get("/devices/1").text
    assert "Pause 15 minutes for Redmi Note 13" in page
    assert "safe, set for the house" in card(page, "packs")
    visitor.form("/pause", scope="device:1", minutes="15", back="/devices/1#decided")
    assert "Blocking is paused for Redmi Note 13" in card(visitor.get("/devices/1").text, "decisions")


def test_all_lists_on_demand(looker: Any) -> None:
    few, every = looker.get("/devices/1").text, looker.get("/devices/1?lists=all").text
    assert few.count('name="on"') < every.count('name="on"') == len(lists.blocklists(looker.engine()))


def test_doors_and_chapters_lead_somewhere(looker: Any) -> None:
    page = looker.get("/devices/1").text
    for door in ("/evidence/tests?device=1", "/evidence/reports?device=1", "/evidence?device=1", "/queries?device=1"):
        assert f'href="{door}"' in page and looker.get(door).status_code == 200
    for chapter in re.findall(r'href="#([a-z]+)"', page):
        assert f'id="{chapter}"' in page


def test_what_does_not_work_is_folded_until_wanted(visitor: Any) -> None:
    assert re.search(r'<details class="card help" id="help">', visitor.get("/devices/1").text)
    visitor.form("/exceptions/add", name="a.example", scope="device:1", back="/devices/1#culprits")
    page = visitor.get("/devices/1").text
    assert re.search(r'<details class="card help" id="help" open>', page) and "a.example" in page
