# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules: counted in a sentence, searched, in pages."""

from __future__ import annotations

from typing import Any

import pytest

from store.config import edit
from webui.rules import own_rules_page

pytestmark = [pytest.mark.web, pytest.mark.database]


def test_rules_are_counted_and_found(visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = visitor.engine()
    assert "no rules of your own yet" in visitor.get("/blocklists/rules").text
    for number in range(4):
        edit.add_rule(engine, "block", f"ads{number}.example", comment="noisy" if number == 2 else "")
    edit.add_rule(engine, "allow", "good.example", scope="device:1")
    page = visitor.get("/blocklists/rules").text
    assert "4 rules of yours block, 1 allows; they win over every list." in page
    found = visitor.get("/blocklists/rules?q=NOISY").text
    assert "ads2.example" in found and "ads1.example" not in found and "1 of 5 rules" in found
    assert "good.example" in visitor.get("/blocklists/rules?q=redmi").text
    monkeypatch.setattr(own_rules_page, "PER_PAGE", 2)
    last = visitor.get("/blocklists/rules?page=9").text
    assert "page 3 of 3" in last and "ads0.example" in last and "ads1.example" not in last


@pytest.mark.parametrize(
    ("name", "told"), [("xiaomi", "end in .xiaomi alone"), ("@@com", "every name that ends in .com"), ("lan", ""),
                       ("ads.example", ""), ("", ""), ("(((", ""), ("<b>", "")],
)  # fmt: skip
def test_the_end_of_names_is_told_of_while_it_is_written(name: str, told: str, looker: Any) -> None:
    hint = looker.get("/blocklists/rules/hint", params={"name": name}).text
    assert told in hint and ("class=" in hint) is bool(told)


def test_what_is_told_while_a_rule_is_written_stands_beside_it_later(visitor: Any) -> None:
    edit.add_rule(visitor.engine(), "block", "xiaomi")
    edit.add_rule(visitor.engine(), "block", "xn--bcher-kva.example")
    page = visitor.get("/blocklists/rules").text
    assert page.count("This is about names that end in .xiaomi alone") == 1
    assert '<bdi class="letters">(bücher.example)</bdi>' in page


def test_a_name_comes_in_by_the_address(looker: Any) -> None:
    page = looker.get("/blocklists/rules", params={"name": "<b>.example", "scope": "device:1"}).text
    assert 'value="&lt;b&gt;.example"' in page and '<option value="device:1" selected>' in page


@pytest.mark.parametrize(("scopes", "rules"), [(0, 100), (40, 100), (500, 100), (1_000, 50), (5_000, 10), (50_000, 10)])
def test_with_thousands_of_devices_fewer_rules_stand_on_a_page(scopes: int, rules: int) -> None:
    assert own_rules_page.per_page(scopes) == rules
