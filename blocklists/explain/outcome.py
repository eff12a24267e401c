# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of each rule that holds for a name: the one that decided, and why the others did not. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from blocklists.explain.matching_rules import Case, MatchedRule
from blocklists.index.index import Index, Match
from blocklists.index.match import Decision
from blocklists.index.own_rules import asks
from store.base.sentences import say

WINS, LOSES, OFF, TAKEN, UNMET = "wins", "loses", "off", "taken away", "not met"


def with_outcomes(rules: Sequence[MatchedRule], case: Case, decision: Decision | None) -> list[MatchedRule]:
    """Return `rules`, each with its standing and a few words on why; `decision` is what was decided by them."""
    own = {rule.id for rule in case.rules}
    taking = {
        rule.complex_rule.answer
        for rule in rules
        if rule.complex_rule and rule.complex_rule.unrewrites and _on(rule, case) and not _unmet(rule, case)
    }

    def outcome(rule: MatchedRule) -> tuple[str, str]:
        if rule.own and rule.own.id not in own:
            return OFF, say("it is for others")
        if not _on(rule, case):
            return OFF, say("its list is at a lower level") if _partly(rule, case) else say("its list is off")
        if rule.complex_rule and rule.complex_rule.rewrite and ("" in taking or rule.complex_rule.answer in taking):
            return TAKEN, say("a rule without rewrites for this name takes it away")
        if why := _unmet(rule, case):
            return UNMET, why
        if takers := _takers(rule, case.index, case.mask):
            return TAKEN, say("badfilter in {lists} takes it away", lists=takers)
        return (WINS, "") if decision and _decided(rule, decision) else (LOSES, "")

    outcomes = [(rule, *outcome(rule)) for rule in rules]
    return [replace(rule, standing=standing, why=why) for rule, standing, why in outcomes]


def _on(rule: MatchedRule, case: Case) -> bool:
    return rule.slot < 0 or bool(case.mask >> rule.slot & 1)


def _partly(rule: MatchedRule, case: Case) -> bool:
    """Whether another level of this pack is on."""
    slots = enumerate(case.index.slots)
    return any(case.mask >> number & 1 for number, slot in slots if slot.blocklist_id == rule.blocklist)


def _unmet(rule: MatchedRule, case: Case) -> str:
    """Which condition of the rule this query does not meet; nothing: it meets all."""
    if rule.own:
        return "" if asks(rule.own, case.qtype) else say("it is about other query types")
    when = rule.complex_rule.when if rule.complex_rule else None
    if when is None:
        return ""
    if case.qtype in when.types_out or (when.types and case.qtype not in when.types):
        return say("it is about other query types")
    if when.personal and not when.asks(case.client):
        return say("it is about other devices")
    return "" if when.holds(case.name, case.qtype, case.client) else say("it spares this name")


def _takers(rule: MatchedRule, index: Index, mask: int) -> str:
    """The titles of the lists that are on and take the rule back by `badfilter`."""
    complex_rules = index.complex_rules
    if rule.slot < 0 or complex_rules.allowing >> rule.slot & 1:
        return ""
    if rule.complex_rule:
        bits = complex_rules.takes(rule.complex_rule) & mask
    else:
        bits = complex_rules.takes_name(rule.by.name, rule.by.kind) & mask if isinstance(rule.by, Match) else 0
    return ", ".join(slot.title for number, slot in enumerate(index.slots) if bits >> number & 1)


def _decided(rule: MatchedRule, decision: Decision) -> bool:
    if rule.own:
        return decision.own is not None and decision.own.id == rule.own.id
    if rule.complex_rule:
        return decision.complex_rule == rule.complex_rule and decision.blocklist == rule.blocklist
    return decision.match == rule.by
