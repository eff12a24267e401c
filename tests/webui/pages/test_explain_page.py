# SPDX-License-Identifier: GPL-3.0-or-later
"""Explain: the verdict and every rule that matches, for the house or one device."""

from typing import Any

import pytest

from store.config import edit


def test_without_a_name_there_is_the_form(looker: Any) -> None:
    page = looker.get("/explain").text
    assert "Why is a name blocked, or not?" in page
    assert "Living room TV" in page


def test_an_own_rule_matches(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "block", "example.org")
    page = visitor.get("/explain?name=WWW.example.org.").text
    assert "Blocked by a rule of your own: ||example.org^" in page
    assert '<td data-label="Here">decides</td>' in page
    assert "since <time" in page and "at least" not in page
    assert "Telltale does not run here" not in page


def test_a_rule_for_one_device_holds_for_it_alone(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "block", "example.org", scope="device:1")
    house = visitor.get("/explain?name=example.org").text
    assert "Nothing blocks it" in house
    assert '<td data-label="Here">not on<br><small class="wrap">it is for others</small></td>' in house
    assert "Your own rule, for " in house
    assert "Telltale does not run here, so the name alone was judged" in house
    assert "Blocked by a rule of your own" in visitor.get("/explain?name=example.org&client=192.168.1.21").text


def test_lists_match_with_their_line_and_packs_with_their_note(looker: Any) -> None:
    page = looker.get("/explain?name=data.mistat.xiaomi.com").text
    assert "blocked</span></header>" in page
    assert "line 2: <code>||mistat.xiaomi.com^</code>" in page
    assert "HaGeZi Light" in page
    assert "Xiaomi, Redmi and POCO, at safe and above" in page
    assert '<td data-label="Here">decides</td>' in page and '<td data-label="Here">outweighed</td>' in page
    assert "since at least <time" in page


def test_a_list_that_is_off_still_matches(visitor: Any) -> None:
    for off in ("pack:xiaomi", "hagezi-light"):
        edit.set_toggle(visitor.engine(), off, "house", False)
    page = visitor.get("/explain?name=data.mistat.xiaomi.com").text
    assert "Nothing blocks it" in page
    assert "line 2: <code>||mistat.xiaomi.com^</code>" in page
    assert '<td data-label="Here">not on<br><small class="wrap">its list is off</small></td>' in page


def test_a_name_of_ours_is_answered_here(looker: Any) -> None:
    assert "Telltale answers this name by itself" in looker.get("/explain?name=telltale").text


def test_a_refusal_says_whether_it_is_for_who_asks_or_for_what_is_asked(looker: Any) -> None:
    stranger = looker.get("/explain?name=example.org&client=203.0.113.9").text
    assert "This address is not of the home, so it gets REFUSED, whatever it asks." in stranger
    transfer = looker.get("/explain?name=example.org&type=AXFR").text
    assert "AXFR is no question for data, so it gets NOTIMP, whoever asks." in transfer
    assert "not of the home" not in transfer


def test_for_which_devices_it_is_blocked_is_said_of_each(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "block", "only.example", scope="device:1")
    page = visitor.get("/explain?name=only.example").text
    assert "/explain/devices?name=only.example" in page
    part = visitor.get("/explain/devices?name=only.example").text
    rows = part.partition("<tbody>")[2].split("<tr>")[1:]
    blocked = [row for row in rows if "blocked" in row.partition("</td>")[0]]
    assert len(blocked) == 1 and 'href="/devices/1"' in blocked[0] and rows[0] is blocked[0]
    for_it = visitor.get("/explain?name=only.example&device=1").text
    assert "Blocked by" in for_it and "Blocked by" not in page
    assert visitor.get("/explain/devices?name=a..b").status_code == 422


def test_each_row_with_a_name_leads_to_why(looker: Any) -> None:
    for path in ("/numbers?range=7d", "/devices/1?range=7d", "/companies/Xiaomi?range=7d"):
        assert 'class="why" href="/explain?name=data.mistat.xiaomi.com' in looker.get(path).text, path
    hits = looker.get("/search/hits?q=data.mistat.xiaomi.com").text
    assert "Why is" in hits and 'href="/explain?name=data.mistat.xiaomi.com"' in hits


@pytest.mark.parametrize("address", ["name=%3Cscript%3E", "name=a..b", "name=x&type=NOPE", "name=x&client=nowhere"])
def test_what_cannot_be_judged_is_said(looker: Any, address: str) -> None:
    response = looker.get(f"/explain?{address}")
    assert response.status_code == 200
    assert "data-problem" in response.text
    assert "<script>" not in response.text.replace('<script src="', "")
