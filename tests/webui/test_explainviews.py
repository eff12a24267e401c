# SPDX-License-Identifier: GPL-3.0-or-later
"""A verdict in words."""

from dataclasses import replace

from blocklists.explain import Line, Spoken
from resolver.judge import HOME, Judgement
from store.records import Verdict
from webui import explainviews
from webui.rulesviews import RuleView

RULE = RuleView(1, "block", "example.org", True, "", 0, "house", "the house")


def test_sentences() -> None:
    titles = {"pack:xiaomi": "Xiaomi"}
    blocked = Judgement(Verdict.BLOCK, "pack:xiaomi", "||mistat.xiaomi.com^")
    assert explainviews.sentence(blocked, titles) == "Blocked by Xiaomi: ||mistat.xiaomi.com^"
    assert "rule of your own" in explainviews.sentence(Judgement(Verdict.ALLOW, HOME, "@@x"), titles)
    assert "removed:list" in explainviews.sentence(Judgement(Verdict.BLOCK, "removed:list", "x"), titles)
    for verdict in (Verdict.PASS, Verdict.LOCAL, Verdict.REFUSE):
        assert explainviews.sentence(Judgement(verdict), titles).endswith(".")


def test_a_rule_that_the_text_does_not_bear_out_is_no_fact() -> None:
    spoken = Spoken(False, "a.example", "list", "A list", 3, confirmed=False)
    [shown] = explainviews.list_rules([spoken], 0b1000)
    assert shown.active
    assert "may be another name" in shown.note
    [shown] = explainviews.list_rules([replace(spoken, confirmed=True, line=Line(7, "0.0.0.0 a.example"))], 0b0111)
    assert not shown.active
    assert (shown.line_number, shown.line, shown.note) == (7, "0.0.0.0 a.example", "")


def test_own_rules_speak_for_their_name_and_below() -> None:
    alone = replace(RULE, id=2, subdomains=False, kind="allow")
    for name, ids in (("example.org", 2), ("a.example.org", 1), ("notexample.org", 0), ("org", 0)):
        assert len(explainviews.own_rules(name, [RULE, alone], frozenset())) == ids


def test_an_own_rule_says_for_whom_and_whether_it_holds() -> None:
    tv = replace(RULE, id=3, scope="device:2", scope_title="TV")
    house, device = explainviews.own_rules("example.org", [RULE, tv], frozenset({1}))
    assert (house.source, house.active, house.rule) == ("Your own rule", True, "||example.org^")
    assert (device.source, device.active) == ("Your own rule, for TV", False)
