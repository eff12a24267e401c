# SPDX-License-Identifier: GPL-3.0-or-later
import pytest

from blocklists.index.own_rules import RuleTable, asks, own_text
from store.household.policy import Rule


def test_a_rule_for_one_type_comes_before_one_for_all() -> None:
    table = RuleTable.build(
        [Rule(1, "block", "a.test", True, ""), Rule(2, "block", "a.test", True, "", types="AAAA", answer="nodata")]
    )
    found = {qtype: table.find("x.a.test", qtype) for qtype in (1, 28)}
    assert {qtype: rule and rule.id for qtype, rule in found.items()} == {1: 1, 28: 2}
    assert table.find("b.test", 28) is None


@pytest.mark.parametrize(
    ("types", "asked"), [("", [1, 28, 65]), ("A", [1]), ("AAAA,TYPE65", [28, 65]), ("~A,AAAA", [65])]
)
def test_types(types: str, asked: list[int]) -> None:
    rule = Rule(1, "block", "a.test", True, "", types=types)
    assert [qtype for qtype in (1, 28, 65) if asks(rule, qtype)] == asked


def test_rules_are_written_as_people_write_them() -> None:
    assert own_text(Rule(1, "allow", "a.test", True, "")) == "@@||a.test^"
    assert own_text(Rule(1, "block", "a.test", True, "", types="~A,AAAA")) == "||a.test^$dnstype=~A|~AAAA"
    assert own_text(Rule(1, "block", "^ads", False, "", form="regex", answer="refused")) == "/^ads/$answer=refused"
