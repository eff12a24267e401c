# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules as their page has them: filtered, sorted, each with what it did. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from resolver.answer.judge import HOME
from store.base.sentences import say, say_count
from store.config.choices import RuleForm, RuleKind
from store.rules.rule_hit import RuleHit
from webui.views.rules_view import RuleView

STATES: tuple[tuple[str, str], ...] = (("", say("on, off, over")), ("on", say("on")), ("off", say("off")),
                                       ("ending", say("with an end")), ("over", say("over")))  # fmt: skip
KINDS: tuple[tuple[str, str], ...] = (("", say("block and allow")), ("block", say("block")), ("allow", say("allow")))
SORTS: tuple[tuple[str, str], ...] = (("", say("newest first")), ("name", say("by name")), ("whom", say("for whom")),
                                      ("hits", say("most used first")))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the rules is shown, and how they are sorted; "" everywhere: all, newest first."""

    q: str = ""
    kind: str = ""
    scope: str = ""
    state: str = ""
    sort: str = ""

    @property
    def query(self) -> str:
        """As an address has it."""
        named = {"q": self.q, "kind": self.kind, "whom": self.scope, "state": self.state, "sort": self.sort}
        return urlencode({key: value for key, value in named.items() if value})


def fitting(rules: Sequence[RuleView], wanted: Wanted, now: float, hits: Mapping[str, RuleHit]) -> list[RuleView]:
    """Those that are wanted, in the order that is wanted."""
    shown = [rule for rule in rules if _fits(rule, wanted, now)]
    order: dict[str, Callable[[RuleView], tuple[object, ...]]] = {
        "name": lambda rule: (rule.name.split(".")[::-1],),
        "whom": lambda rule: (rule.scope != "house", rule.scope_title.casefold(), rule.name),
        "hits": lambda rule: (-hits[rule.text].queries if rule.text in hits else 0, rule.name),
    }
    return sorted(shown, key=order[wanted.sort]) if wanted.sort in order else shown


def rows_of(rule: RuleView) -> str:
    """The page of the queries that it decided, as near as the log's filters come to it."""
    named = {"list": HOME} | ({"name": rule.name} if rule.form == RuleForm.NAME else {})
    return f"/queries?{urlencode(named)}"


def headline(rules: Sequence[RuleView], now: float) -> str:
    """The page's first sentence."""
    if not rules:
        return say("You have no rules of your own yet; lists and packs decide alone.")
    there = [rule for rule in rules if rule.in_force(now)]
    counts = {kind: sum(rule.kind == kind for rule in there) for kind in RuleKind}
    block = say_count(counts[RuleKind.BLOCK], "{count:,} rule of yours blocks", "{count:,} rules of yours block")
    allow = say_count(counts[RuleKind.ALLOW], "{count:,} allows", "{count:,} allow")
    resting = len(rules) - len(there)
    if resting:
        rest = say_count(resting, "{count:,} is off or over", "{count:,} are off or over")
        return say("{block}, {allow}; they win over every list. {rest}.", block=block, allow=allow, rest=rest)
    return say("{block}, {allow}; they win over every list.", block=block, allow=allow)


def _fits(rule: RuleView, wanted: Wanted, now: float) -> bool:
    text = " ".join((rule.name, rule.comment, rule.scope_title, rule.kind, rule.answer, rule.text)).lower()
    over = rule.over(now)
    states = {"on": rule.in_force(now), "off": not rule.on, "ending": bool(rule.until) and not over, "over": over}
    return (
        all(word in text for word in wanted.q.lower().split())
        and wanted.kind in ("", rule.kind) and wanted.scope in ("", rule.scope) and states.get(wanted.state, True)
    )  # fmt: skip
