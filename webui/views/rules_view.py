# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules as the pages show them, and what people call a scope."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from blocklists.index.own_rules import own_text
from store.base.sentences import say
from store.config import devices, scopes
from store.config.choices import RuleForm, RuleKind, ScopeKind
from store.config.scopes import Scope
from store.household.policy import Rule
from store.rows import tables
from store.rules import rule_hint
from webui.views import formatting


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule with its scope as written (`house`, `device:3`) and as people call it."""

    id: int
    kind: str
    name: str
    subdomains: bool
    comment: str
    created_at: int
    scope: str
    scope_title: str
    form: str = "name"
    types: str = ""
    inverted: bool = False
    answer: str = ""
    on: bool = True
    until: int | None = None
    times: str = ""

    @property
    def text(self) -> str:
        """As the log and other blockers write it."""
        return own_text(_rule(self))

    def over(self, now: float) -> bool:
        """Whether it has ended by itself."""
        return self.until is not None and self.until <= now

    def in_force(self, now: float) -> bool:
        """Whether it decides; one that has times may be outside of them."""
        return self.on and not self.over(now)

    @property
    def hint(self) -> str:
        """What it does that may not be meant by it."""
        return rule_hint.hint(self)

    @property
    def reach(self) -> str:
        """Which queries it is about, in words."""
        if self.form == RuleForm.REGEX:
            matching, missed = say("every name in which it is found"), say("every name in which it is not found")
            reach = missed if self.inverted else matching
        else:
            reach = say("and every name under it") if self.subdomains else say("this name only")
        if not self.types:
            return reach
        if self.types.startswith("~"):
            return say("{reach}, all types but {types}", reach=reach, types=self.types[1:])
        return say("{reach}, type {types}", reach=reach, types=self.types)


def rules(
    rows: Iterable[tables.Rule], names: Mapping[str, str], times: Mapping[int, str] | None = None
) -> list[RuleView]:
    """Newest first. `names`: of scopes; `times`: of schedules, by their numbers."""
    shown = [_view(row, names, times or {}) for row in rows if row.id is not None]
    return sorted(shown, key=lambda rule: (rule.created_at, rule.id), reverse=True)


def scope_names(config: sqlite3.Connection) -> dict[str, str]:
    """`device:3` and `group:1` → the name that people know; the house is "the house"."""
    named = {str(scopes.device(number)): name for number, name in devices.names(config).items()}
    groups = config.execute('SELECT id, name FROM "group"').fetchall()
    return named | {str(scopes.group(number)): name for number, name in groups} | {str(scopes.HOUSE): say("the house")}


def now(kind: RuleKind, whom: str, outdone: str) -> str:
    """What a rule that was just made does, and for whom; `outdone`: the name of the rule that keeps it from that."""
    if outdone:
        return say(
            "blocked for {scope}, with all names below it; but your rule that allows {rule} still wins",
            scope=formatting.visible(whom), rule=formatting.visible(outdone),
        )  # fmt: skip
    if kind == RuleKind.BLOCK:
        return say("now blocked for {scope}, with all names below it", scope=formatting.visible(whom))
    return say("now allowed for {scope}, with all names below it", scope=formatting.visible(whom))


def outdone_by(rows: Sequence[tables.Rule], number: int) -> str:
    """The name of a rule that allows all that rule `number` blocks, for all that it is for; "" for none."""
    made = next((row for row in rows if row.id == number), None)
    if made is None or made.kind != RuleKind.BLOCK:
        return ""
    now = time.time()
    scopes_over = {(ScopeKind.HOUSE, 0), (made.scope_kind, made.scope_id)}
    for row in rows:
        over = row.name == made.name or (row.subdomains and made.name.endswith("." + row.name))
        plain = row.kind == RuleKind.ALLOW and row.form == RuleForm.NAME and not row.types
        plain = plain and is_in_force(row, now)
        if plain and over and (row.scope_kind, row.scope_id) in scopes_over:
            return row.name
    return ""


def is_in_force(row: tables.Rule, now: float) -> bool:
    """Whether it is on and not over."""
    return row.on and (row.until is None or row.until > now)


def as_held(rows: Iterable[tables.Rule]) -> list[Rule]:
    """Those that are on and not over, as a policy holds them."""
    now = time.time()
    return [
        Rule(
            row.id, RuleKind(row.kind), row.name, row.subdomains, row.comment, RuleForm(row.form), row.types,
            row.inverted, row.answer, row.created_at,
        )
        for row in rows if row.id is not None and is_in_force(row, now)
    ]  # fmt: skip


def _rule(view: RuleView) -> Rule:
    return Rule(
        view.id, RuleKind(view.kind), view.name, view.subdomains, view.comment, RuleForm(view.form), view.types,
        view.inverted, view.answer, view.created_at,
    )  # fmt: skip


def _view(row: tables.Rule, names: Mapping[str, str], times: Mapping[int, str]) -> RuleView:
    scope = str(Scope.of_row(row.scope_kind, row.scope_id))
    assert row.id is not None
    return RuleView(
        row.id, row.kind, row.name, row.subdomains, row.comment, row.created_at, scope, names.get(scope, scope),
        row.form, row.types, row.inverted, row.answer, row.on, row.until, times.get(row.schedule_id or 0, ""),
    )  # fmt: skip
