# SPDX-License-Identifier: GPL-3.0-or-later
"""All companies: their look-ups are SQL counts; what is searched is found; odd names are text."""

from __future__ import annotations

import html
import re

import pytest
from lived_in_home import Visitor

pytestmark = pytest.mark.process  # pages ask the system for its addresses


def words(page: str) -> str:
    """The page as people read it."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())


def card(page: str, anchor: str) -> str:
    return words(page.partition(f'id="{anchor}"')[2].partition("</section>")[0])


def test_each_company_with_its_look_ups_and_devices(looker: Visitor) -> None:
    page = looker.get("/companies?range=7d").text
    rows = looker.home.lookups(
        "company, count(*), COALESCE(sum(verdict = 'BLOCK'), 0), count(DISTINCT device_id)",
        "kind = 'tracking' AND company IS NOT NULL", "GROUP BY 1",
    )
    assert rows
    for company, lookups, blocked, devices in rows:
        line = card(page, "tracking").partition(str(company))[2]
        assert f" {lookups:,} " in line and f"by {devices} device" in line, company
        assert not blocked or f"{blocked:,} stopped" in line
    [(companies,)] = looker.home.sql("SELECT count(DISTINCT company) FROM queries")
    assert page.count('company-line">') == companies
    assert f"talked to {companies} companies" in words(page)


def test_searching(looker: Visitor) -> None:
    assert looker.get("/companies?range=7d&q=xiao").text.count('company-line">') == 1
    nothing = looker.get("/companies?range=7d&q=%3Cscript%3E").text
    assert "No company is called so." in nothing and "<script>" not in nothing.partition("<main")[2]


def test_without_a_query_there_is_none(newcomer: Visitor) -> None:
    assert "No company yet" in newcomer.get("/companies").text
