# SPDX-License-Identifier: GPL-3.0-or-later
"""The details of a look-up: then and now, what was around it, and what can be done for whom."""

from typing import Any

import pytest

from store.config import edit
from store.household import exceptions

XIAOMI = "data.mistat.xiaomi.com"


def blocked(home: Any) -> int:
    sql = "SELECT max(time_us) FROM queries WHERE name = ? AND verdict = 'BLOCK'"
    return int(home.sql(sql.replace("?", f"'{XIAOMI}'"))[0][0])


def test_it_says_all_that_is_known_and_offers_each_scope(looker: Any) -> None:
    page = looker.get(f"/queries/row/{blocked(looker.home)}").text
    assert XIAOMI in page and "blocked" in page
    assert "Allow for Redmi Note 13" in page and "Allow for the whole house" in page
    assert f"/evidence/names?name={XIAOMI}" in page and "What would it have changed?" in page


def test_then_and_now(looker: Any) -> None:
    same = looker.get(f"/queries/row/{blocked(looker.home)}/why").text
    assert "Today the same would become of it." in same
    passed = looker.home.sql("SELECT max(time_us) FROM queries WHERE verdict = 'PASS' AND name LIKE 'pool.ntp%'")[0][0]
    assert "Nothing blocks it" in looker.get(f"/queries/row/{passed}/why").text


def test_what_would_be_otherwise_now_is_told(visitor: Any) -> None:
    engine = edit.engine(visitor.home.state)
    edit.add_rule(engine, "allow", XIAOMI, True, "", "house")
    why = visitor.get(f"/queries/row/{blocked(visitor.home)}/why").text
    assert "Then it was blocked; today it would not be." in why


def test_around_it(looker: Any) -> None:
    page = looker.get(f"/queries/row/{blocked(looker.home)}/around").text
    assert "Within 60 seconds of it" in page and "Who else asked for it" in page
    assert "<script>alert" not in page


def test_fifteen_minutes_for_whom_the_button_says(visitor: Any) -> None:
    told = visitor.tap("/queries/let-through", name=XIAOMI, scope="device:1")
    assert "let through for Redmi Note 13 for 15 minutes" in told.text
    (row,) = exceptions.exceptions(edit.engine(visitor.home.state))
    assert (row.scope, row.name) == ("device:1", XIAOMI)


@pytest.mark.parametrize("part", ["", "/why", "/around"])
def test_a_query_that_is_gone_is_said_to_be(looker: Any, part: str) -> None:
    response = looker.get(f"/queries/row/5{part}")
    assert response.status_code == 404 and "no longer in the log" in response.text
