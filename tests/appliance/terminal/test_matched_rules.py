# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that match a name and hops of an answer, on a line each and as JSON."""

from dataclasses import replace

import pytest

from appliance.terminal import printing
from appliance.terminal.matched_rules import hop_json, hop_line, rule_json, rule_line
from blocklists.explain.lines import Line
from blocklists.explain.matching_rules import MatchedRule
from blocklists.history.rule_dates import Since
from blocklists.index.precedence import match_of
from blocklists.rules.rule import Kind
from resolver.answer.inspect import Hop
from resolver.answer.judge import PASSED, Judgement
from store.config.choices import RuleKind
from store.household.policy import Rule
from store.log.records import Verdict

MATCH = match_of(Kind.BLOCK_SUFFIX, 0, "a.test")
LISTED = MatchedRule(MATCH, False, "||a.test^", "list", "List", 0, line=Line(7, "||a.test^\x1b[2J"), standing="wins")
OWN = MatchedRule(Rule(1, RuleKind.ALLOW, "a.test", False, "mine"), True, "@@a.test", standing="loses")


def test_a_rule_says_where_it_stands_and_what_became_of_it() -> None:
    assert rule_line(LISTED) == "    block  ||a.test^  list, line 7: ||a.test^?[2J  (decides)"
    assert rule_line(OWN) == "    allow  @@a.test  own, mine"


def test_dates_are_as_sure_as_they_are() -> None:
    dated = MatchedRule(MATCH, False, "x", "l", "L", 0, since=Since(86_400, exact=True))
    by_then = replace(dated, since=Since(86_400, exact=False), standing="off", why="why")
    assert rule_line(by_then) == "    block  x  l, since at least 1970-01-02  (off: why)"
    assert rule_line(dated) == "    block  x  l, since 1970-01-02"


def test_a_rule_that_the_text_does_not_hold_is_no_fact() -> None:
    doubted = MatchedRule(MATCH, False, "x", "l", "L", 0, confirmed=False)
    assert "another name of the same hash" in rule_line(doubted)
    assert "another name of the same hash" in rule_json(doubted)["note"]


def test_a_rule_as_json() -> None:
    assert rule_json(replace(LISTED, since=Since(86_400, exact=True))) == {
        "verdict": "BLOCK", "rule": "||a.test^", "list": "list", "title": "List", "standing": "wins", "why": "",
        "level": None, "line_number": 7, "line": "||a.test^\x1b[2J", "since": "1970-01-02T00:00:00Z",
        "since_exact": True, "note": "",
    }  # fmt: skip
    assert rule_json(OWN) == {
        "verdict": "ALLOW", "rule": "@@a.test", "list": "own", "title": "Your own rule", "standing": "loses", "why": "",
        "level": None, "line_number": None, "line": None, "since": None, "since_exact": False, "note": "mine",
    }  # fmt: skip


def test_hops() -> None:
    blocked = Hop("CNAME", "a.t.test", Judgement(Verdict.BLOCK, "l", "||t.test^"))
    passed = Hop("address", "192.0.2.1", PASSED)
    assert hop_json(blocked) == {
        "by": "CNAME", "to": "a.t.test", "verdict": "BLOCK", "rule": "||t.test^", "list": "l",
    }  # fmt: skip
    assert hop_json(passed) == {"by": "address", "to": "192.0.2.1", "verdict": "PASS", "rule": "", "list": ""}
    assert [hop_line(blocked), hop_line(passed)] == [
        "    CNAME a.t.test: BLOCK, ||t.test^ of l",
        "    address 192.0.2.1: PASS",
    ]


def test_where_an_answer_leads_is_told_with_its_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    international = Hop("CNAME", "xn--bcher-kva.example", PASSED)
    for shows_all, letters in ((True, " (bücher.example)"), (False, "")):
        monkeypatch.setattr(printing, "shows_all", lambda shows=shows_all: shows)
        assert hop_line(international) == f"    CNAME xn--bcher-kva.example{letters}: PASS"
