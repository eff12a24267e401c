# SPDX-License-Identifier: GPL-3.0-or-later
"""Tracking, use and what is not known: each number on pages and in the API is an SQL count over the view `queries`."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from typing import Any

import pytest
from lived_in_home import Visitor

pytestmark = pytest.mark.process  # pages ask the system for its addresses

KINDS = ("tracking", "use", "unknown")
BLOCKED = "COALESCE(sum(verdict = 'BLOCK'), 0)"


def words(page: str) -> str:
    """The page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def card(page: str, anchor: str) -> str:
    return words(page.partition(f'id="{anchor}"')[2].partition("</section>")[0])


def tried(lookups: int, blocked: int) -> str:
    return f"{lookups:,} {blocked:,} stopped · {lookups - blocked:,} got through"


def outcome(lookups: int, blocked: int) -> str:
    """As lists of devices and of companies tell it."""
    stopped, through = f"{blocked:,} stopped", f"{lookups - blocked:,} got through"
    return " ".join([stopped] * bool(blocked) + [through] * (lookups > blocked))


def test_the_summary_tells_kinds_apart(looker: Visitor) -> None:
    totals = looker.get("/api/v1/stats/summary?from=-7d").json()
    for kind in KINDS:
        [(queries, blocked, companies)] = looker.home.sql(
            f"SELECT count(*), {BLOCKED}, count(DISTINCT company) FROM queries WHERE kind = '{kind}'"
        )
        [(lookups, stopped)] = looker.home.lookups(f"count(*), {BLOCKED}", f"kind = '{kind}'")
        assert totals[kind] == {
            "queries": queries, "blocked": blocked, "companies": companies,
            "lookups": lookups, "lookups_blocked": stopped, "lookups_failed": 0,
        }  # fmt: skip
    assert totals["lookups"] == sum(totals[kind]["lookups"] for kind in KINDS) < totals["queries"]
    assert totals["tracking"]["lookups"] and totals["use"]["lookups"]


@pytest.mark.parametrize(("of", "column"), [("companies", "company"), ("devices", "device_id"), ("names", "name")])
@pytest.mark.parametrize("kind", KINDS)
def test_a_top_of_one_kind_counts_that_kind(looker: Visitor, of: str, column: str, kind: str) -> None:
    tops = looker.get(f"/api/v1/stats/top?of={of}&kind={kind}&limit=200&from=-7d").json()["items"]
    rows = looker.home.sql(
        f"SELECT {column}, count(*), {BLOCKED}, max(time) FROM queries WHERE kind = '{kind}' GROUP BY 1"
    )
    assert {(top["key"], top["queries"], top["blocked"], top["last"]) for top in tops} == set(rows)
    assert {top["kind"] for top in tops} <= {kind}
    if of != "names":
        lookups = looker.home.lookups(f"{column}, count(*), {BLOCKED}", f"kind = '{kind}'", "GROUP BY 1")
        assert {(top["key"], top["lookups"], top["lookups_blocked"]) for top in tops} == set(lookups)
        assert [top["lookups"] for top in tops] == sorted((top["lookups"] for top in tops), reverse=True)


def test_lists_have_no_kind(looker: Visitor) -> None:
    refused = looker.get("/api/v1/stats/top?of=lists&kind=use")
    assert refused.status_code == 422 and "without a kind" in refused.json()["detail"]


def test_the_timeline_holds_all_that_tracks(looker: Visitor) -> None:
    steps = looker.get("/api/v1/stats/timeline?from=-7d").json()["items"]
    [(queries, blocked)] = looker.home.sql(f"SELECT count(*), {BLOCKED} FROM queries WHERE kind = 'tracking'")
    assert sum(step["tracking"] for step in steps) == queries
    assert sum(step["tracking_blocked"] for step in steps) == blocked
    assert all(step["tracking_blocked"] <= step["blocked"] for step in steps)
    assert f"{queries:,} queries were for tracking, {blocked:,} of them blocked." in looker.get("/?range=7d").text


def test_the_numbers_say_who_tracks_and_who_is_used(looker: Visitor) -> None:
    page = looker.get("/numbers?range=7d").text
    for anchor, kind in (("reports", "tracking"), ("used", "use")):
        rows = looker.home.lookups(f"company, count(*), {BLOCKED}", f"kind = '{kind}'", "GROUP BY 1")
        shown = card(page, anchor)
        for company, lookups, blocked in rows:
            if company is None:
                assert f"{lookups:,} look-ups " in shown
            else:
                assert f"{company} {tried(lookups, blocked) if kind == 'tracking' else f'{lookups:,}'}" in shown  # type: ignore[arg-type]
    devices = looker.home.lookups(f"device, count(*), {BLOCKED}", "kind = 'tracking'", "GROUP BY 1")
    assert devices
    for device, lookups, blocked in devices:
        assert f"{device} {tried(lookups, blocked)}" in card(page, "reporting")  # type: ignore[arg-type]
    [(unknown,)] = looker.home.lookups("count(*)", "kind = 'unknown'")
    assert f"Of {unknown:,} look-ups more nobody knows" in card(page, "used")


def test_who_only_reads_reports_to_nobody(looker: Visitor) -> None:
    """The laptop reads Wikipedia: that is used, and nobody says that it is reported to."""
    [(number,)] = looker.home.sql("SELECT DISTINCT device_id FROM queries WHERE device = 'Anna''s laptop'")
    page = looker.get(f"/devices/{number}?range=7d").text
    used = dict(looker.home.lookups("company, count(*)", f"device_id = {number} AND kind = 'use'", "GROUP BY 1"))
    assert f"Wikimedia {used['Wikimedia']:,}" in card(page, "used") and "Wikimedia" not in card(page, "reports")
    tracking = looker.home.lookups(
        f"company, count(*), {BLOCKED}", f"device_id = {number} AND kind = 'tracking'", "GROUP BY 1"
    )
    for company, lookups, blocked in tracking:
        line = card(page, "reports").partition(str(company))[2]
        assert f" {lookups:,} look-ups of {company} {outcome(lookups, blocked)} " in f"{line} "  # type: ignore[arg-type]


def test_the_devices_page_tells_tracking(looker: Visitor) -> None:
    page = words(looker.get("/devices?range=7d").text)
    rows = looker.home.lookups(
        f"device, count(*), {BLOCKED}", "kind = 'tracking' AND device_id IS NOT NULL", "GROUP BY 1"
    )
    assert rows
    for _, lookups, blocked in rows:
        assert f"{lookups:,} {outcome(lookups, blocked)} " in page  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_the_log_is_filtered_by_kind(looker: Visitor, kind: str) -> None:
    [(count,)] = looker.home.sql(f"SELECT count(*) FROM queries WHERE kind = '{kind}' AND type = 'A'")
    where = f"kind={kind}&type=A&from=-7d"
    lines = looker.get(f"/api/v1/queries.jsonl?{where}").text.splitlines()
    assert len(lines) == count and {json.loads(line)["kind"] for line in lines} == {kind}
    rows = list(csv.DictReader(io.StringIO(looker.get(f"/api/v1/queries.csv?{where}").text)))
    assert len(rows) == count and {row["kind"] for row in rows} == {kind} and all(row["purpose"] for row in rows)
    page = looker.get(f"/queries?{where}").text
    assert f'<option value="{kind}" selected>' in page
    assert set(re.findall(r'<span class="purpose" data-kind="(\w+)"', page)) == {kind}
    found: Any = looker.get(f"/api/v1/queries?{where}&limit=7").json()
    assert len(found["items"]) == 7 and {item["kind"] for item in found["items"]} == {kind}


def test_a_kind_that_is_none_is_refused_in_words(looker: Visitor) -> None:
    assert "kind is one of tracking, use, unknown." in words(looker.get("/queries?kind=fun").text)
    assert looker.get("/api/v1/queries?kind=fun").status_code == 422


def test_a_devices_numbers_tell_kinds_apart(looker: Visitor) -> None:
    [(number, lookups)] = looker.home.lookups(
        "device_id, count(*)", "kind = 'tracking' AND device = 'Redmi Note 13'", "GROUP BY 1"
    )
    stats = looker.get(f"/api/v1/devices/{number}/stats?from=-7d").json()
    assert stats["tracking"]["lookups"] == lookups
    assert {(top["key"], top["kind"]) for top in stats["top_companies"]} >= {("Xiaomi", "tracking")}
