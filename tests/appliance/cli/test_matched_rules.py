# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that spoke and hops of an answer, on a line each."""

from dataclasses import replace

from appliance.cli.matched_rules import Shown, hop_line, line, shown, speaker
from blocklists.explain.lines import Line
from blocklists.explain.matching_rules import Spoken
from blocklists.history.rule_dates import Since
from resolver.answer.inspect import Hop
from resolver.answer.judge import PASSED, Judgement
from store.config.policy import Rule
from store.log.records import Verdict

SAID = Spoken(False, "||a.test^", "list", "List", 0, confirmed=True, line=Line(7, "||a.test^\x1b[2J"), standing="wins")


def test_a_rule_says_where_it_stands_and_what_became_of_it() -> None:
    assert line(speaker(SAID)) == "    block  ||a.test^  list, line 7: ||a.test^?[2J  (decides)"
    own = Spoken(True, "@@a.test", "", "Own", -1, True, own=Rule(1, "allow", "a.test", False, "mine"), standing="loses")
    assert line(speaker(own)) == "    allow  @@a.test  own, mine"


def test_dates_are_as_sure_as_they_are() -> None:
    dated = Spoken(False, "x", "l", "L", 0, confirmed=True, since=Since(86_400, exact=True))
    by_then = replace(dated, since=Since(86_400, exact=False), standing="off", why="why")
    assert line(speaker(by_then)) == "    block  x  l, since at least 1970-01-02  (off: why)"
    exact = speaker(dated)
    assert (exact.since, line(exact)) == ("1970-01-02T00:00:00Z", "    block  x  l, since 1970-01-02")


def test_a_rule_that_the_text_does_not_hold_is_no_fact() -> None:
    assert "another name of the same hash" in line(speaker(Spoken(False, "x", "l", "L", 0, confirmed=False)))


def test_hops() -> None:
    block = Judgement(Verdict.BLOCK, "l", "||t.test^")
    found = shown([Hop("CNAME", "a.t.test", block), Hop("address", "192.0.2.1", PASSED)])
    assert found[0] == Shown("CNAME", "a.t.test", "BLOCK", "||t.test^", "l")
    assert found[1] == Shown("address", "192.0.2.1", "PASS", "", "")
    assert list(map(hop_line, found)) == ["    CNAME a.t.test: BLOCK, ||t.test^ of l", "    address 192.0.2.1: PASS"]
