# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules filtered and sorted, and what is said of all of them."""

import pytest

from store.rules.rule_hit import RuleHit
from webui.rules.rules_shown import Wanted, fitting, headline, rows_of
from webui.views.rules_view import RuleView

NOW = 1_900_000_000
RULES = [
    RuleView(4, "block", "z.example", True, "noisy", 4, "house", "the house"),
    RuleView(3, "allow", "a.example", False, "", 3, "device:1", "Phone", until=NOW + 60),
    RuleView(2, "block", "^ads", False, "", 2, "house", "the house", form="regex", on=False),
    RuleView(1, "block", "b.example", True, "", 1, "group:1", "Children", until=NOW - 60),
]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [4, 3, 2, 1]), (Wanted(q="NOISY z"), [4]), (Wanted(q="phone"), [3]), (Wanted(kind="allow"), [3]),
        (Wanted(scope="house"), [4, 2]), (Wanted(state="on"), [4, 3]), (Wanted(state="off"), [2]),
        (Wanted(state="ending"), [3]), (Wanted(state="over"), [1]), (Wanted(sort="name"), [2, 3, 1, 4]),
        (Wanted(sort="whom"), [2, 4, 1, 3]), (Wanted(sort="hits"), [1, 2, 3, 4]), (Wanted(sort="no"), [4, 3, 2, 1]),
    ],
)  # fmt: skip
def test_which_and_in_which_order(wanted: Wanted, numbers: list[int]) -> None:
    hits = {"||b.example^": RuleHit(9, NOW)}
    assert [rule.id for rule in fitting(RULES, wanted, NOW, hits)] == numbers


def test_the_first_sentence() -> None:
    assert str(headline(RULES, NOW)) == "1 rule of yours blocks, 1 allows; they win over every list. 2 are off or over."
    assert "no rules of your own" in str(headline([], NOW))


def test_where_its_rows_are() -> None:
    assert rows_of(RULES[0]) == "/queries?list=own&name=z.example" and rows_of(RULES[2]) == "/queries?list=own"
    assert Wanted(q="a b", scope="device:1").query == "q=a+b&whom=device%3A1"
