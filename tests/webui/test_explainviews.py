# SPDX-License-Identifier: GPL-3.0-or-later
"""A verdict in words."""

from dataclasses import replace

from blocklists.explain import Spoken
from blocklists.lines import Line
from blocklists.since import Since
from resolver.explained import LOOKED, Explanation
from resolver.inspect import REBINDING, Hop
from resolver.judge import HOME, PASSED, Judgement
from store.policy import Rule
from store.records import Verdict
from webui import explainviews
from webui.rulesviews import RuleView

RULE = RuleView(1, "block", "example.org", True, "", 0, "house", "the house")
SPOKEN = Spoken(False, "a.example", "list", "A list", 3, confirmed=True, line=Line(7, "0.0.0.0 a.example"))


def test_sentences() -> None:
    titles = {"pack:xiaomi": "Xiaomi"}
    blocked = Judgement(Verdict.BLOCK, "pack:xiaomi", "||mistat.xiaomi.com^")
    assert explainviews.sentence(blocked, titles) == "Blocked by Xiaomi: ||mistat.xiaomi.com^"
    assert "rule of your own" in explainviews.sentence(Judgement(Verdict.ALLOW, HOME, "@@x"), titles)
    assert "removed:list" in explainviews.sentence(Judgement(Verdict.BLOCK, "removed:list", "x"), titles)
    for verdict in (Verdict.PASS, Verdict.LOCAL, Verdict.REFUSE):
        assert explainviews.sentence(Judgement(verdict), titles).endswith(".")


def test_a_rule_that_the_text_does_not_bear_out_is_no_fact() -> None:
    assert "may be another name" in explainviews.spoke(replace(SPOKEN, confirmed=False, line=None), {}).note
    shown = explainviews.spoke(SPOKEN, {})
    assert (shown.line_number, shown.line, shown.note) == (7, "0.0.0.0 a.example", "")


def test_what_became_of_a_rule_and_since_when() -> None:
    taken = replace(SPOKEN, standing="taken away", why="badfilter in B takes it away", since=Since(5, exact=False))
    shown = explainviews.spoke(taken, {})
    assert (shown.stands, shown.why) == ("taken away", "badfilter in B takes it away")
    assert (shown.since, shown.since_exact) == (5, False)
    assert explainviews.spoke(replace(SPOKEN, standing="wins"), {}).stands == "decides"


def test_an_own_rule_says_for_whom() -> None:
    own = Spoken(False, "||example.org^", "", "", -1, True, own=Rule(3, "block", "example.org", True, "mine"))
    tv = replace(RULE, id=3, scope="device:2", scope_title="TV")
    assert explainviews.spoke(own, {3: tv}).source == "Your own rule, for TV"
    assert explainviews.spoke(own, {3: replace(tv, scope="house")}).source == "Your own rule"
    assert explainviews.spoke(own, {}).note == "mine"


def test_where_the_answer_leads() -> None:
    block = Judgement(Verdict.BLOCK, "list", "||t.example^")
    hops = (Hop("CNAME", "x.t.example", block), Hop("address", "192.0.2.1", PASSED))
    found = Explanation("a.example", 1, Judgement(Verdict.BLOCK, "list", "||t.example^ through CNAME x.t.example"),
                        (), hops, LOOKED)  # fmt: skip
    shown = explainviews.answer(found, {}, {"list": "A list"})
    assert shown.said == "Blocked by A list: ||t.example^ through CNAME x.t.example"
    assert [(one.to, one.verdict, one.source) for one in shown.hops] == [
        ("x.t.example", "BLOCK", "A list"),
        ("192.0.2.1", "PASS", ""),
    ]
    assert shown.looked == LOOKED
    assert explainviews.answer(Explanation("a", 1, block), {}, {}).looked == ""
    private = Judgement(Verdict.BLOCK, REBINDING, "private address 10.0.0.1 in a public name")
    taken_out = Judgement(Verdict.PASS, REBINDING, "private address 10.0.0.1 in a public name, taken out")
    assert explainviews.sentence(taken_out, {}).endswith("in a public name, taken out.")
    assert "by the protection of this home" in explainviews.sentence(private, {})
