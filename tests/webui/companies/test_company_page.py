# SPDX-License-Identifier: GPL-3.0-or-later
"""A company's page: what it counts are SQL counts over the view `queries`, tracking apart from use."""

from __future__ import annotations

import html
import re
import time
from contextlib import closing
from dataclasses import replace
from datetime import datetime

import pytest
from lived_in_home import Visitor

from evidence.base import evidence_file
from evidence.findings import finding_rows
from evidence.findings.finding import Finding, FindingKind
from store.config import edit
from store.household import changes

pytestmark = pytest.mark.process  # pages ask the system for its addresses

BLOCKED = "COALESCE(sum(verdict = 'BLOCK'), 0)"


def words(page: str) -> str:
    """The page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def card(page: str, anchor: str) -> str:
    return words(page.partition(f'id="{anchor}"')[2].partition("</section>")[0])


def test_a_companys_page(looker: Visitor) -> None:
    page = looker.get("/companies/xiaomi?range=7d")
    assert page.status_code == 200 and "<h1><bdi" in page.text and "Xiaomi" in page.text
    shown = words(page.text)
    rows = looker.home.lookups(
        f"device, kind, count(*), {BLOCKED}", "company = 'Xiaomi'", "GROUP BY 1, 2 ORDER BY 3 DESC"
    )
    for device, kind, lookups, _ in rows:
        assert str(device) in card(page.text, "devices") and f"{lookups:,}" in card(page.text, "devices"), kind
    names = looker.home.sql(
        f"SELECT name, kind, purpose, count(*), {BLOCKED} FROM queries WHERE company = 'Xiaomi' GROUP BY 1"
    )
    for name, kind, _, queries, blocked in names:
        assert re.search(f"{re.escape(str(name))} .*?{kind}: .*? {queries:,} {blocked:,} ", card(page.text, "names"))
    [(lookups, blocked)] = looker.home.lookups(f"count(*), {BLOCKED}", "company = 'Xiaomi' AND kind = 'tracking'")
    become = "all stopped" if blocked == lookups else f"{blocked:,} stopped and"
    assert f"tried {lookups:,} times to report to Xiaomi: {become}" in shown


def test_a_company_that_nobody_asked_is_none(looker: Visitor) -> None:
    for name in ("Nobody & Sons", "", "%3Cscript%3E", "a/b"):
        missing = looker.get(f"/companies/{name}")
        assert missing.status_code == 404 and "<script>" not in missing.text.partition("<main")[2]


def test_what_stands_beside_a_name_is_who_says_so(looker: Visitor) -> None:
    names = card(looker.get("/companies/Xiaomi?range=7d").text, "names")
    assert "pack:xiaomi" in names


def test_a_time_without_queries_is_said_to_be_quiet(visitor: Visitor) -> None:
    page = words(visitor.get("/companies/Wikimedia?range=7d").text)
    assert "no device asked Wikimedia for what is known as tracking." in page
    assert "look-ups were for use." in page


def test_its_tracking_is_blocked_by_one_change_and_undone_by_one(visitor: Visitor) -> None:
    visitor.form("/devices/1/toggle", list="pack:xiaomi", on="inherit")
    visitor.form("/blocklists/level", id="pack:xiaomi", level="off")
    page = visitor.get("/companies/Xiaomi?range=7d").text
    assert "Block tracking by Xiaomi for the whole house" in words(page) and "The pack" in card(page, "block")
    answer = visitor.form("/companies/block", company="xiaomi", what="tracking", scope="house")
    assert (answer.status_code, answer.headers["location"]) == (303, "/companies/Xiaomi#block")
    assert "Every name for tracking that was asked for is blocked" in visitor.get("/companies/Xiaomi?range=7d").text
    change = changes.changes(visitor.engine())[0]
    assert change.what == "Tracking by Xiaomi is blocked for the whole house."
    visitor.form("/changes/undo", id=str(change.id), back="/companies/Xiaomi")
    assert "Block tracking by Xiaomi" in words(visitor.get("/companies/Xiaomi?range=7d").text)
    again = visitor.form("/companies/block", company="Xiaomi", scope="device:99")
    assert again.status_code == 404


def test_all_of_it_for_one_device(visitor: Visitor) -> None:
    before = visitor.get("/companies/Wikimedia?range=7d").text
    assert "This is used by Anna's laptop" in card(before, "block")
    answer = visitor.form("/companies/block", company="Wikimedia", what="all", scope="device:3")
    assert answer.status_code == 303
    rules = [(rule.scope_kind, rule.scope_id, rule.name) for rule in edit.rules(visitor.engine())]
    assert rules == [("device", 3, "wikipedia.org")]
    left = visitor.form("/companies/block", company="Wikimedia", what="all", scope="device:3")
    assert left.status_code == 422 and "Nothing of Wikimedia is left to block there." in left.text


def test_what_it_would_change_is_asked_beside_the_button(visitor: Visitor) -> None:
    answer = visitor.tap("/companies/whatif", company="Wikimedia", what="all", scope="house")
    assert answer.status_code == 200 and 'class="whatif"' in answer.text
    nothing = visitor.tap("/companies/whatif", company="Xiaomi", what="tracking", scope="house")
    assert "Nothing of Xiaomi is left to block there." in nothing.text
    assert visitor.form("/companies/whatif", company="Xiaomi").headers["location"] == "/companies/Xiaomi#block"
    assert edit.rules(visitor.engine()) == []


def test_the_picture_of_hours_is_of_the_company(looker: Visitor) -> None:
    part = looker.get("/companies/xiaomi?part=hours").text
    cells = re.findall(r'data-label="(?:Stopped|Got through|Failed)">([\d,]+)<', part)
    [(lookups,)] = looker.home.lookups("count(*)", "company = 'Xiaomi' AND kind = 'tracking'")
    assert sum(int(count.replace(",", "")) for count in cells) == lookups
    assert "No look-up for tracking" in looker.get("/companies/Nobody?part=hours").text


def test_its_timeline_is_of_its_look_ups(looker: Visitor) -> None:
    page = looker.get("/companies/Xiaomi?range=7d").text
    steps = page.partition('id="timeline"')[2].partition("</section>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", steps)
    columns = [[int(each.replace(",", "")) for each in re.findall(r'class="num">([\d,]+)<', row)] for row in rows]
    stopped, through, rest, failed = map(sum, zip(*columns, strict=True))
    [(tracking, blocked)] = looker.home.lookups(f"count(*), {BLOCKED}", "company = 'Xiaomi' AND kind = 'tracking'")
    [(others,)] = looker.home.lookups("count(*)", "company = 'Xiaomi' AND kind != 'tracking'")
    assert (stopped, stopped + through + failed, rest) == (blocked, tracking, others)
    assert 'aria-label="Look-ups over time"' in steps and "company=Xiaomi" in steps


def test_when_each_device_asked_first_is_looked_up_after_the_page(looker: Visitor) -> None:
    at_once = card(looker.get("/companies/Xiaomi?range=7d").text, "devices")
    assert "is being looked up" in at_once
    whole = looker.get("/companies/Xiaomi?range=7d&part=since").text
    part = looker.get("/companies/Xiaomi?range=7d&part=since", headers={"HX-Request": "true"}).text
    assert "<h1" in whole and "<h1" not in part and "is being looked up" not in part
    rows = looker.home.sql("SELECT device, min(time_us), max(time_us) FROM queries WHERE company = 'Xiaomi' GROUP BY 1")
    for name, first, last in rows:
        line = next(line for line in part.partition("<tbody>")[2].split("<tr>") if str(name) in html.unescape(line))
        moments = [round(datetime.fromisoformat(at).timestamp()) for at in re.findall(r'datetime="([^"]+)"', line)]
        assert moments == [round(int(str(at)) / 1e6) for at in (first, last)], name


def test_its_findings_stand_there_and_lead_back(visitor: Visitor) -> None:
    leak = Finding(FindingKind.LEAK, 1, "Xiaomi", "Xiaomi", ("a.example",), 1, 2, 7)
    with closing(evidence_file.open_writer(visitor.home.state)) as con:
        finding_rows.keep(con, [leak, replace(leak, company="Other", key="Other")], time.time_ns() // 1000)
    page = visitor.get("/companies/Xiaomi").text
    assert "Tracking by Xiaomi was answered" in page and "Tracking by Other" not in page
    done = visitor.form("/evidence/findings/state", id="1", state="done", back="/companies/Xiaomi")
    assert done.status_code == 303 and done.headers["location"].startswith("/companies/Xiaomi")
    assert "Tracking by Xiaomi was answered" not in visitor.get("/companies/Xiaomi").text
