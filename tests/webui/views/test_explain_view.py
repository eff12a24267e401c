# SPDX-License-Identifier: GPL-3.0-or-later
"""An explanation in words."""

from dataclasses import replace

from blocklists.explain.lines import Line
from blocklists.explain.matching_rules import MatchedRule
from blocklists.index.precedence import match_of
from blocklists.packs import vendor_packs
from blocklists.rules.rule import Kind
from resolver.answer.inspect import REBINDING, Hop
from resolver.answer.judge import HOME, PASSED, Judgement
from resolver.explain import explanation
from resolver.explain.explanation import Explanation
from store.config.choices import RuleKind
from store.household.policy import Rule
from store.log.records import Verdict
from webui.views import explain_view

MATCH = match_of(Kind.BLOCK_EXACT, 3, "a.example")
LISTED = MatchedRule(MATCH, False, "a.example", "list", "A list", 3, line=Line(7, "0.0.0.0 a.example"))
OWN = MatchedRule(Rule(3, RuleKind.BLOCK, "example.org", True, "mine"), False, "||example.org^")


def told(judgement: Judgement, title: str | None = None, looked: str = explanation.DECIDED) -> Explanation:
    return Explanation("a.example", 1, None, judgement, title, None, looked)


def test_sentences() -> None:
    blocked = Judgement(Verdict.BLOCK, "pack:xiaomi", "||mistat.xiaomi.com^")
    assert explain_view.sentence(told(blocked, "Xiaomi")) == "Blocked by Xiaomi: ||mistat.xiaomi.com^"
    own = Judgement(Verdict.ALLOW, HOME, "@@x")
    assert explain_view.sentence(told(own)) == "Allowed by a rule of your own: @@x"
    assert "removed:list" in explain_view.sentence(told(Judgement(Verdict.BLOCK, "removed:list", "x")))
    for verdict in (Verdict.PASS, Verdict.LOCAL):
        assert explain_view.sentence(told(Judgement(verdict))).endswith(".")


def test_a_refusal_is_said_as_it_was_decided() -> None:
    refused = Judgement(Verdict.REFUSE)
    for why in (explanation.stranger("REFUSED"), explanation.no_data(252, "NOTIMP")):
        assert explain_view.sentence(told(refused, looked=why)) == why
        assert explain_view.looked(told(refused, looked=why)) == ""


def test_a_rule_that_the_text_does_not_bear_out_is_no_fact() -> None:
    assert "may be another name" in explain_view.rule_note(replace(LISTED, confirmed=False, line=None))
    assert explain_view.rule_note(LISTED) == ""


def test_what_a_pack_says_of_a_name() -> None:
    entry = next(name for pack in vendor_packs.load() for name in pack.names if name.purpose != "unknown")
    risky = replace(entry, breakage="low", note="the shop")
    note = explain_view.rule_note(replace(LISTED, entry=risky, level="safe"))
    assert note == f"{entry.purpose}; blocking it may break something small; the shop"
    quiet = replace(entry, purpose="unknown", breakage="none", note="")
    assert explain_view.rule_note(replace(LISTED, entry=quiet)) == ""


def test_what_became_of_a_rule() -> None:
    standings = [explain_view.rule_standing(replace(LISTED, standing=word)) for word in ("wins", "loses", "taken away")]
    assert standings == ["decides", "outweighed", "taken away"]


def test_whose_a_rule_is() -> None:
    assert explain_view.rule_source(OWN, {3: "TV"}) == "Your own rule, for TV"
    assert explain_view.rule_source(OWN, {}) == "Your own rule"
    assert explain_view.rule_note(OWN) == "mine"
    assert explain_view.rule_source(LISTED, {3: "TV"}) == "A list"
    assert explain_view.rule_source(replace(LISTED, level="strict"), {}) == "A list, at strict and above"
    assert explain_view.rule_source(replace(LISTED, level="everything"), {}) == "A list, at everything"


def test_where_the_answer_leads() -> None:
    titles = {"list": "A list"}
    block = Judgement(Verdict.BLOCK, "list", "||t.example^")
    hops = (Hop("CNAME", "x.t.example", block), Hop("address", "192.0.2.1", PASSED))
    through = Judgement(Verdict.BLOCK, "list", "||t.example^ through CNAME x.t.example")
    shop = replace(told(through, "A list", explanation.LOOKED), hops=hops)
    assert explain_view.sentence(shop) == "Blocked by A list: ||t.example^ through CNAME x.t.example"
    assert [explain_view.hop_by(hop) for hop in hops] == ["leads to (CNAME)", "has the address"]
    assert explain_view.hop_source(hops[0], titles) == "A list"
    assert explain_view.looked(shop) == explanation.LOOKED
    assert explain_view.looked(told(PASSED, looked=explanation.SILENT)) == explanation.SILENT
    assert explain_view.looked(told(block, "A list")) == ""
    private = Judgement(Verdict.BLOCK, REBINDING, "private address 10.0.0.1 in a public name")
    taken_out = Judgement(Verdict.PASS, REBINDING, "private address 10.0.0.1 in a public name, taken out")
    assert explain_view.sentence(told(taken_out)).endswith("in a public name, taken out.")
    assert "by the protection of this home" in explain_view.sentence(told(private))
