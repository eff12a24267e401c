# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules that match a name, and hops of its answer, as the command line shows them: one line, or one JSON object."""

from datetime import UTC, datetime
from typing import Any

from appliance.terminal import printing
from blocklists.explain.matching_rules import MatchedRule
from blocklists.explain.outcome import LOSES, WINS
from blocklists.history.rule_dates import Since
from resolver.answer.inspect import Hop
from resolver.answer.judge import HOME
from store.base.languages import tell_here
from store.base.sentences import say


def rule_json(rule: MatchedRule) -> dict[str, Any]:
    """`list` is a blocklist's id, or `own`; `since` in ISO 8601; `since_exact` False: by then, and maybe before."""
    return {
        "verdict": rule.verdict,
        "rule": rule.rule,
        "list": rule.blocklist or HOME,
        "title": rule.title or say("Your own rule"),
        "standing": rule.standing,
        "why": rule.why,
        "level": rule.level,
        "line_number": rule.line_number,
        "line": rule.line.text if rule.line else None,
        "since": _iso(rule.since),
        "since_exact": rule.since_exact,
        "note": _note(rule),
    }


def hop_json(hop: Hop) -> dict[str, Any]:
    judgement = hop.judgement
    return {
        "by": hop.by,
        "to": hop.to,
        "verdict": judgement.verdict.name,
        "rule": judgement.rule,
        "list": judgement.blocklist,
    }


def rule_line(rule: MatchedRule) -> str:
    """The rule on one line: what it says, where it stands, since when, and what became of it."""
    facts: list[str] = []
    if rule.line:
        text = printing.harmless(rule.line.text)
        facts.append(say("line {number}: {line}", number=rule.line.number, line=text))
    if rule.level:
        facts.append(say("level {level}", level=str(rule.level)))
    if note := _note(rule):
        facts.append(printing.harmless(tell_here(note)))
    if day := _iso(rule.since):
        since, least = say("since {day}", day=day[:10]), say("since at least {day}", day=day[:10])
        facts.append(since if rule.since_exact else least)
    place = ", ".join([rule.blocklist or HOME, *map(tell_here, facts)])
    return f"    {rule.verdict.lower()}  {rule.rule}  {place}{_outcome(rule)}"


def hop_line(hop: Hop) -> str:
    """The hop on one line."""
    verdict, blocklist, rule, _ = hop.judgement
    by_rule = say("{verdict}, {rule} of {list}", verdict=verdict.name, rule=rule, list=blocklist)
    judged = tell_here(by_rule) if rule else verdict.name
    return f"    {hop.by} {printing.lettered(hop.to)}: {judged}"


def _outcome(rule: MatchedRule) -> str:
    if rule.standing in (LOSES, ""):
        return ""
    if rule.standing == WINS:
        return f"  ({tell_here(say('decides'))})"
    return f"  ({rule.standing}: {tell_here(rule.why)})"


def _note(rule: MatchedRule) -> str:
    if rule.entry:
        return ": ".join(filter(None, (rule.entry.purpose, rule.entry.note)))
    if not rule.confirmed:
        return say("but the list's copy does not hold it: another name of the same hash does")
    return rule.comment


def _iso(since: Since | None) -> str | None:
    return datetime.fromtimestamp(since.time, UTC).isoformat().replace("+00:00", "Z") if since else None
