# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules as the pages show them, and what people call a scope."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store.base.sentences import say
from store.config import devices, scopes, tables
from store.config.choices import RuleForm, RuleKind
from store.config.policy import Rule
from store.config.scopes import Scope


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

    @property
    def reach(self) -> str:
        """Which queries it is about, in words."""
        if self.form == RuleForm.REGEX:
            found, missed = say("every name in which it is found"), say("every name in which it is not found")
            reach = missed if self.inverted else found
        else:
            reach = say("and every name under it") if self.subdomains else say("this name only")
        if not self.types:
            return reach
        if self.types.startswith("~"):
            return say("{reach}, all types but {types}", reach=reach, types=self.types[1:])
        return say("{reach}, type {types}", reach=reach, types=self.types)


def rules(rows: Iterable[tables.Rule], names: Mapping[str, str]) -> list[RuleView]:
    """Newest first."""
    shown = [_view(row, names) for row in rows if row.id is not None]
    return sorted(shown, key=lambda rule: (rule.created_at, rule.id), reverse=True)


def scope_names(config: sqlite3.Connection) -> dict[str, str]:
    """`device:3` and `group:1` → the name that people know; the house is "the house"."""
    named = {str(scopes.device(number)): name for number, name in devices.names(config).items()}
    groups = config.execute('SELECT id, name FROM "group"').fetchall()
    return named | {str(scopes.group(number)): name for number, name in groups} | {str(scopes.HOUSE): say("the house")}


def as_held(rows: Iterable[tables.Rule]) -> list[Rule]:
    """The same rules as a policy holds them."""
    return [
        Rule(
            row.id, RuleKind(row.kind), row.name, row.subdomains, row.comment, RuleForm(row.form), row.types,
            row.inverted, row.answer, row.created_at,
        )
        for row in rows if row.id is not None
    ]  # fmt: skip


def _view(row: tables.Rule, names: Mapping[str, str]) -> RuleView:
    scope = str(Scope.of_row(row.scope_kind, row.scope_id))
    assert row.id is not None
    return RuleView(
        row.id, row.kind, row.name, row.subdomains, row.comment, row.created_at, scope, names.get(scope, scope),
        row.form, row.types, row.inverted, row.answer,
    )  # fmt: skip
