# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: one click in the log, a form, an undo."""

import re
from typing import Any

import pytest

from store import edit


def rules(visitor: Any) -> list[tuple[str, str]]:
    return [(rule.kind, rule.name) for rule in edit.rules(visitor.engine())]


def test_add_by_form_and_see_it(visitor: Any) -> None:
    response = visitor.form("/rules", kind="block", name="Ads.Example.COM.", comment="<u>noisy</u>")
    assert response.headers["location"] == "/blocklists#own-rules"
    assert rules(visitor) == [("block", "ads.example.com")]
    page = visitor.get("/blocklists").text
    assert "ads.example.com" in page
    assert "&lt;u&gt;noisy&lt;/u&gt;" in page


def test_one_click_in_the_log_and_undo(visitor: Any) -> None:
    done = visitor.tap("/rules", kind="block", name="example.org", **{"from": "log"}).text
    assert "now blocked" in done
    assert rules(visitor) == [("block", "example.org")]
    rule_id = re.search(r'name="id" value="(\d+)"', done)
    assert rule_id
    again = visitor.tap("/rules/remove", id=rule_id[1], kind="block", name="example.org", **{"from": "log"}).text
    assert rules(visitor) == []
    assert 'name="kind" value="block"' in again


def test_remove_from_the_list(visitor: Any) -> None:
    number = edit.add_rule(visitor.engine(), "allow", "example.net")
    response = visitor.tap("/rules/remove", id=str(number))
    assert rules(visitor) == []
    assert "<li" not in response.text
    assert visitor.form("/rules/remove", id=str(number)).status_code == 404


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "", "x" * 300, "a..b"])
def test_a_name_that_is_none_is_refused_in_words(visitor: Any, name: str) -> None:
    response = visitor.form("/rules", kind="block", name=name)
    assert response.status_code == 422
    assert "data-problem" in response.text
    assert "<script>alert" not in response.text
    assert rules(visitor) == []


def test_a_rule_blocks_or_allows(visitor: Any) -> None:
    assert visitor.form("/rules", kind="maybe", name="example.org").status_code == 422
