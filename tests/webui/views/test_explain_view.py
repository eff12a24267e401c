# SPDX-License-Identifier: GPL-3.0-or-later
"""A verdict in words."""

from dataclasses import replace

from blocklists.explain.lines import Line
from blocklists.explain.matching_rules import Spoken
from blocklists.history.rule_dates import Since
from resolver.answer.inspect import REBINDING, Hop
from resolver.answer.judge import HOME, PASSED, Judgement
from resolver.explain.explain import LOOKED, Explanation
from store.config.policy import Rule
from store.log.records import Verdict
from webui.views import explain_view
from webui.views.rules_view import RuleView

RULE = RuleView(1, "block", "example.org", True, "", 0, "house", "the house")
SPOKEN = Spoken(False, "a.example", "list", "A list", 3, confirmed=True, line=Line(7, "0.0.0.0 a.example"))


def test_sentences() -> None:
    titles = {"pack:xiaomi": "Xiaomi"}
    blocked = Judgement(Verdict.BLOCK, "pack:xiaomi", "||mistat.xiaomi.com^")
    assert explain_view.sentence(blocked, titles) == "Blocked by Xiaomi: ||mistat.xiaomi.com^"
    assert "rule of your own" in explain_view.sentence(Judgement(Verdict.ALLOW, HOME, "@@x"), titles)
    assert "removed:list" in explain_view.sentence(Judgement(Verdict.BLOCK, "removed:list", "x"), titles)
    for verdict in (Verdict.PASS, Verdict.LOCAL, Verdict.REFUSE):
        assert explain_view.sentence(Judgement(verdict), titles).endswith(".")


def test_a_rule_that_the_text_does_not_bear_out_is_no_fact() -> None:
    assert "may be another name" in explain_view.spoke(replace(SPOKEN, confirmed=False, line=None), {}).note
    shown = explain_view.spoke(SPOKEN, {})
    assert (shown.line_number, shown.line, shown.note) == (7, "0.0.0.0 a.example", "")


def test_what_became_of_a_rule_and_since_when() -> None:
    taken = replace(SPOKEN, standing="taken away", why="badfilter in B takes it away", since=Since(5, exact=False))
    shown = explain_view.spoke(taken, {})
    assert (shown.stands, shown.why) == ("taken away", "badfilter in B takes it away")
    assert (shown.since, shown.since_exact) == (5, False)
    assert explain_view.spoke(replace(SPOKEN, standing="wins"), {}).stands == "decides"


def test_an_own_rule_says_for_whom() -> None:
    own = Spoken(False, "||example.org^", "", "", -1, True, own=Rule(3, "block", "example.org", True, "mine"))
    tv = replace(RULE, id=3, scope="device:2", scope_title="TV")
    assert explain_view.spoke(own, {3: tv}).source == "Your own rule, for TV"
    assert explain_view.spoke(own, {3: replace(tv, scope="house")}).source == "Your own rule"
    assert explain_view.spoke(own, {}).note == "mine"


def test_where_the_answer_leads() -> None:
    block = Judgement(Verdict.BLOCK, "list", "||t.example^")
    hops = (Hop("CNAME", "x.t.example", block), Hop("address", "192.0.2.1", PASSED))
    found = Explanation("a.example", 1, Judgement(Verdict.BLOCK, "list", "||t.example^ through CNAME x.t.example"),
                        (), hops, LOOKED)  # fmt: skip
    shown = explain_view.answer(found, {}, {"list": "A list"})
    assert shown.said == "Blocked by A list: ||t.example^ through CNAME x.t.example"
    assert [(one.to, one.verdict, one.source) for one in shown.hops] == [
        ("x.t.example", "BLOCK", "A list"),
        ("192.0.2.1", "PASS", ""),
    ]
    assert shown.looked == LOOKED
    assert explain_view.answer(Explanation("a", 1, block), {}, {}).looked == ""
    private = Judgement(Verdict.BLOCK, REBINDING, "private address 10.0.0.1 in a public name")
    taken_out = Judgement(Verdict.PASS, REBINDING, "private address 10.0.0.1 in a public name, taken out")
    assert explain_view.sentence(taken_out, {}).endswith("in a public name, taken out.")
    assert "by the protection of this home" in explain_view.sentence(private, {})
