# SPDX-License-Identifier: GPL-3.0-or-later
"""Names as the network, or whoever means ill, may give them are text on every page of the household, and stay what they
are."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest
from lived_in_home import Visitor

from store.base import db
from store.household import groups, requests, schedules
from store.local import record_edit
from store.local.device_names import label_of

pytestmark = pytest.mark.process  # pages ask the system for its addresses
HOSTILE = ("<img src=x onerror=alert(1)>", "=cmd|'/c calc'!A0", "\u202egnp.exe\u2066", "🙂" * 20, "a" * 80, "{{7*7}}")
PAGES = ("/services", "/services/tiktok", "/groups", "/times", "/names", "/dhcp", "/changes", "/requests", "/my")


@pytest.fixture
def met(visitor: Visitor) -> Visitor:
    """A home in which a device, a group, times, a record and a request have such a name each."""
    engine = visitor.engine()
    window = {"days": ["mon"], "from": "21:00", "to": "06:00"}
    for number, name in enumerate(HOSTILE):
        if name.isprintable():  # what a person types; others are refused
            schedules.add_schedule(engine, name[:60], [window])
            groups.add_group(engine, name[:60])
            requests.ask_for(engine, 1, f"n{number}.example", name)
        record_edit.add_record(engine, f"r{number}.lan", "TXT", "x", name)
    with closing(db.connect(visitor.home.state / "config.db")) as con, con:
        con.execute("UPDATE device SET name = NULL, found_name = ?, found_from = 'mdns' WHERE id = 1", (HOSTILE[0],))
        con.execute("UPDATE device SET name = ? WHERE id = 2", (HOSTILE[2],))
    return visitor


@pytest.mark.parametrize("path", PAGES)
def test_they_are_text(met: Any, path: str) -> None:
    shown = met.get(path)
    assert shown.status_code in (200, 404)
    body = shown.text.partition("<main")[2]
    assert "<img src=x" not in body
    assert "\u202e" not in body and "\u2066" not in body
    assert "{{7*7}}" in body or path not in ("/groups", "/times", "/names", "/requests")


def test_a_name_that_leaves_nothing_for_dns_is_told(met: Any) -> None:
    assert label_of("🙂" * 20) == ""
    with closing(db.connect(met.home.state / "config.db")) as con, con:
        con.execute("UPDATE device SET name = NULL, found_name = ?, found_from = 'mdns' WHERE id = 1", ("🙂" * 20,))
    assert "Nothing of its name can stand in DNS." in met.get("/names").text


def test_a_spreadsheet_gets_no_formula(met: Any) -> None:
    lines = met.get("/changes/export.csv").text.splitlines()
    assert not any(cell.lstrip('"').startswith(("=", "+", "@")) for line in lines for cell in line.split(","))
