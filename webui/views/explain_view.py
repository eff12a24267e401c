# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name in words, with every rule that spoke: the home's own, and those of installed lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blocklists.explain.matching_rules import Spoken
from blocklists.explain.outcome import LOSES, OFF, TAKEN, UNMET, WINS
from resolver.answer.inspect import REBINDING
from resolver.answer.inspect import Hop as HopOf
from resolver.answer.judge import HOME, Judgement
from resolver.explain.explain import Explanation
from store.base.sentences import say, together
from store.config.choices import PackLevel
from store.config.scopes import HOUSE
from store.log.records import Verdict
from webui.views import formatting
from webui.views.labels import label
from webui.views.rules_view import RuleView


@dataclass(frozen=True, slots=True)
class Spoke:
    """One rule that holds for the name. `stands`: what became of it; `since`: in Unix seconds, 0: unknown.

    `since_exact` False: its list held it by then, and maybe before. `line`: as the list has it.
    """

    verdict: str
    rule: str
    source: str
    stands: str
    why: str = ""
    line_number: int = 0
    line: str = ""
    note: str = ""
    since: int = 0
    since_exact: bool = True


@dataclass(frozen=True, slots=True)
class Hop:
    """Where the answer leads, and which rule spoke for that, if any."""

    by: str
    to: str
    verdict: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`said`: the verdict and its reason in a sentence; `looked`: whether an upstream was asked."""

    name: str
    verdict: str
    said: str
    spoke: tuple[Spoke, ...]
    hops: tuple[Hop, ...] = ()
    looked: str = ""


def answer(found: Explanation, own: Mapping[int, RuleView], titles: Mapping[str, str]) -> Answer:
    """`own`: the home's rules by id; `titles`: blocklist id → title."""
    asked_for = found.hops or found.judgement.verdict == Verdict.PASS
    return Answer(
        found.name,
        found.judgement.verdict.name,
        sentence(found.judgement, titles),
        tuple(spoke(one, own) for one in found.spoke),
        tuple(_hop(one, titles) for one in found.hops),
        found.looked if asked_for else "",
    )


def sentence(found: Judgement, titles: Mapping[str, str]) -> str:
    """What was decided and by what."""
    if found.verdict == Verdict.REFUSE:
        return say("This address is not of the home, so it gets no answer at all.")
    if found.verdict == Verdict.LOCAL:
        return say("Telltale answers this name by itself; it never leaves the home.")
    if found.verdict == Verdict.PASS and found.rule:
        rule = formatting.visible(found.rule)
        return say("Nothing blocks it, but what it leads to was looked at: {rule}.", rule=rule)
    if found.verdict == Verdict.PASS:
        return say("Nothing blocks it, so it is asked for at the upstream.")
    named = {"source": _source(found, titles), "rule": formatting.visible(found.rule)}
    blocked, allowed = say("Blocked by {source}: {rule}", **named), say("Allowed by {source}: {rule}", **named)
    return blocked if found.verdict == Verdict.BLOCK else allowed


def spoke(one: Spoken, own: Mapping[int, RuleView]) -> Spoke:
    """One rule, of a list or of the home's own."""
    mine = own.get(one.own.id) if one.own else None
    return Spoke(
        verdict="ALLOW" if one.allow else "BLOCK",
        rule=one.rule,
        source=_of_home(mine) if one.own else _of_list(one),
        stands=_STANDS.get(one.standing, one.standing),
        why=one.why,
        line_number=one.line.number if one.line else 0,
        line=one.line.text if one.line else "",
        note=one.own.comment if one.own else _note(one),
        since=one.since.time if one.since else 0,
        since_exact=one.since.exact if one.since else True,
    )


# How the page says `blocklists.explain.outcome`'s words.
_STANDS: Mapping[str, str] = {
    WINS: say("decides"),
    LOSES: say("outweighed"),
    OFF: say("not on"),
    TAKEN: say("taken away"),
    UNMET: say("not met"),
}


def _of_home(mine: RuleView | None) -> str:
    if mine is None or mine.scope == str(HOUSE):
        return say("Your own rule")
    return say("Your own rule, for {scope}", scope=mine.scope_title)


def _of_list(one: Spoken) -> str:
    if not one.level:
        return one.title
    if one.level == PackLevel.EVERYTHING:
        return say("{list}, at everything", list=one.title)
    return say("{list}, at {level} and above", list=one.title, level=label(one.level))


def _hop(one: HopOf, titles: Mapping[str, str]) -> Hop:
    judged = one.judgement
    source = _source(judged, titles) if judged.rule else ""
    return Hop(_BY.get(one.by, one.by), one.to, judged.verdict.name, judged.rule, source)


_BY: Mapping[str, str] = {
    "CNAME": say("leads to (CNAME)"),
    "HTTPS record to": say("leads to (HTTPS record)"),
    "address": say("has the address"),
}


def _source(found: Judgement, titles: Mapping[str, str]) -> str:
    if found.blocklist == REBINDING:
        return say("the protection of this home")
    own = found.blocklist in ("", HOME)
    return say("a rule of your own") if own else titles.get(found.blocklist, found.blocklist)


def _note(one: Spoken) -> str:
    """What the pack says of the name, or a doubt where the list's text does not bear the rule out."""
    if not one.confirmed:
        return say("Not found in the list's own text, so this may be another name with the same hash.")
    if one.entry is None:
        return ""
    purpose = label(one.entry.purpose) if one.entry.purpose != "unknown" else ""
    return together(*filter(None, [purpose, _RISKS.get(one.entry.breakage), one.entry.note]), between="; ")


_RISKS = {"low": say("blocking it may break something small"), "high": say("blocking it breaks something")}
