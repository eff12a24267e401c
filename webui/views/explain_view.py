# SPDX-License-Identifier: GPL-3.0-or-later
"""How the page says what an explanation holds: the verdict in a sentence, whose a rule is, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from blocklists.explain.matching_rules import MatchedRule
from blocklists.explain.outcome import LOSES, OFF, TAKEN, UNMET, WINS
from resolver.answer.inspect import REBINDING, Hop
from resolver.answer.judge import HOME
from resolver.answer.let_through import EXCEPTION, PAUSE
from resolver.answer.safe_search import LIST as SAFE_SEARCH
from resolver.explain.explanation import Explanation
from store.base.sentences import recall, say, together
from store.config.choices import PackLevel
from store.log.records import Verdict
from webui.views import formatting, labels
from webui.views.labels import label

# How the page says `blocklists.explain.outcome`'s words.
_STANDINGS: Mapping[str, str] = {
    WINS: say("decides"),
    LOSES: say("outweighed"),
    OFF: say("not on"),
    TAKEN: say("taken away"),
    UNMET: say("not met"),
}
_BY: Mapping[str, str] = {
    "CNAME": say("leads to (CNAME)"),
    "HTTPS record to": say("leads to (HTTPS record)"),
    "address": say("has the address"),
}
# What the author of a pack fears where a name is blocked.
_RISKS = {"low": say("blocking it may break something small"), "high": say("blocking it breaks something")}


def sentence(explanation: Explanation) -> str:
    """What was decided and by what."""
    verdict, blocklist, rule, _ = explanation.judgement
    if verdict is Verdict.REFUSE:
        return explanation.looked
    if verdict is Verdict.LOCAL:
        return say("Telltale answers this name by itself; it never leaves the home.")
    if verdict is Verdict.PASS and rule:
        return say("Nothing blocks it, but what it leads to was looked at: {rule}.", rule=formatting.visible(rule))
    if verdict is Verdict.PASS:
        return say("Nothing blocks it, so it is asked for at the upstream.")
    if explanation.judgement.blocklist == PAUSE:
        rule = formatting.visible(rule)
        return say("Blocking is paused here, so it is let through; else {rule} would block it.", rule=rule)
    if explanation.judgement.blocklist == EXCEPTION:
        return say("It is let through for a while, before every rule: {rule}", rule=formatting.visible(rule))
    if explanation.judgement.blocklist == SAFE_SEARCH:
        return say("Safe search: {rule}, so that the engine hides what is not for children.", rule=rule)
    named = {"source": _whose(blocklist, explanation.list_title), "rule": formatting.visible(rule)}
    blocked, allowed = say("Blocked by {source}: {rule}", **named), say("Allowed by {source}: {rule}", **named)
    return blocked if verdict is Verdict.BLOCK else allowed


def looked(explanation: Explanation) -> str:
    """Whether an upstream was asked, where that matters."""
    return explanation.looked if explanation.hops or explanation.judgement.verdict is Verdict.PASS else ""


def signatures(explanation: Explanation) -> str:
    """What is known of the answer's signatures, where something is."""
    if not explanation.signatures:
        return ""
    state = labels.SIGNATURES[explanation.signatures]
    if explanation.fault:
        return say("Signatures (DNSSEC): {state}; {fault}.", state=state, fault=labels.FAULTS[explanation.fault])
    return say("Signatures (DNSSEC): {state}.", state=state)


def rule_source(rule: MatchedRule, scopes: Mapping[int, str]) -> str:
    """Whose a rule is. `scopes`: what people call the device or the group, by id of those own rules that have one."""
    if rule.own:
        scope = scopes.get(rule.own.id)
        return say("Your own rule, for {scope}", scope=scope) if scope else say("Your own rule")
    if not rule.level:
        return rule.title
    if rule.level == PackLevel.EVERYTHING:
        return say("{list}, at everything", list=rule.title)
    return say("{list}, at {level} and above", list=rule.title, level=label(rule.level))


def rule_note(rule: MatchedRule) -> str:
    """What its author says of it, or a doubt where the list's text does not bear the rule out."""
    if not rule.confirmed:
        return say("Not found in the list's own text, so this may be another name with the same hash.")
    if rule.entry is None:
        return rule.comment
    purpose = label(rule.entry.purpose) if rule.entry.purpose != "unknown" else ""
    return together(*filter(None, [purpose, _RISKS.get(rule.entry.breakage), recall(rule.entry.note)]), between="; ")


def rule_standing(rule: MatchedRule) -> str:
    """What became of it."""
    return _STANDINGS.get(rule.standing, rule.standing)


def hop_by(hop: Hop) -> str:
    """By which kind of record the answer leads there."""
    return _BY.get(hop.by, hop.by)


def hop_source(hop: Hop, titles: Mapping[str, str]) -> str:
    """Whose the rule is that matches the hop. `titles`: blocklist id → title."""
    blocklist = hop.judgement.blocklist
    return _whose(blocklist, titles.get(blocklist))


def _whose(blocklist: str, title: str | None) -> str:
    if blocklist == REBINDING:
        return say("the protection of this home")
    return say("a rule of your own") if blocklist in ("", HOME) else title or blocklist
