# SPDX-License-Identifier: GPL-3.0-or-later
"""A text of rules taken apart: what is understood, what not and why, what stands twice."""

import json

import pytest

from store.config.choices import RuleKind
from store.config.session import EditError
from store.rules import pasted_rules
from store.rules.pasted_rules import read

TEXT = """# mine
[Adblock Plus 2.0]
||ads.example^  # why
0.0.0.0 a.example B.example  # pests
! telltale: scope=device:3 on=no until=1900000000
192.168.1.2 nas
x.com##.ad
/ads[0-9]+/$dnstype=A|AAAA,answer=nxdomain
@@||ok.example^
ads.example
(((
"""


def test_every_notation_and_what_none_is() -> None:
    pasted = read(TEXT)
    shown = [(each.line, each.new.rule.kind, each.new.rule.name, each.new.scope, each.new.on) for each in pasted.rules]
    assert shown == [
        (3, "block", "ads.example", "house", True), (4, "block", "a.example", "house", True),
        (4, "block", "b.example", "house", True), (8, "block", "ads[0-9]+", "device:3", False),
        (9, "allow", "ok.example", "device:3", False), (10, "block", "ads.example", "device:3", False),
    ]  # fmt: skip
    assert [each.new.rule.comment for each in pasted.rules[:3]] == ["why", "pests", "pests"]
    assert [(line.line, line.why.split(";")[0]) for line in pasted.odd] == [
        (6, "It gives a name the address of a machine"), (7, "It hides a part of web pages"),
        (11, "'(((' is no regular expression: missing )."),
    ]  # fmt: skip
    assert (pasted.lines, pasted.comments) == (11, 3)


def test_a_line_that_may_do_what_is_not_meant_is_told_of() -> None:
    pasted = read("ads.example\n# why\nxiaomi\nlan\n")
    assert [(line, name) for line, name, _ in pasted.hints] == [(3, "xiaomi")]


def test_what_one_line_said_is_not_said_again() -> None:
    pasted = read("ads.example\n||ads.example^\nads.example ads.example\n", scope="house")
    assert len(pasted.rules) == 1 and [(line.line, line.first) for line in pasted.twice] == [(2, 1)]
    assert [line.line for line in pasted.odd] == [3]


def test_what_a_line_means_that_does_not_say_so() -> None:
    (each,) = read("ads.example", RuleKind.ALLOW, subdomains=False, scope="group:2").rules
    assert (each.new.rule.kind, each.new.rule.subdomains, each.new.scope) == ("allow", False, "group:2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "begins as JSON"), ("{}", "no export of rules"), ('{"rules": 3}', "no export of rules"),
        ("a.example\n" * 10_001, "10,000 lines"), ("x" * ((1 << 20) + 1), "characters"),
    ],
)  # fmt: skip
def test_what_is_no_text_of_rules_is_refused_in_a_sentence(text: str, words: str) -> None:
    with pytest.raises(EditError, match=words):
        read(text)


@pytest.mark.parametrize(
    "row",
    [3, {"name": 3}, {"name": "a.example", "kind": 7}, {"name": "a.example", "scope": "x"},
     {"name": "a.example", "until": "soon"}, {"name": "a.example", "on": True, "schedule": True}],
)  # fmt: skip
def test_a_row_of_json_that_is_no_rule_is_odd(row: object) -> None:
    pasted = read(json.dumps({"rules": [row, {"name": "ok.example"}]}))
    assert [line.line for line in pasted.odd] == [1] and [each.line for each in pasted.rules] == [2]


def test_ten_thousand_lines_are_taken() -> None:
    text = "\n".join(f"ads{number}.example" for number in range(10_000))
    assert len(read(text).rules) == 10_000 == pasted_rules.MAX_TOGETHER


def test_what_is_no_scope_is_refused_as_such() -> None:
    with pytest.raises(EditError, match="'the moon' is no scope") as refused:
        read("ads.example", scope="the moon")
    assert refused.value.field == "scope"
