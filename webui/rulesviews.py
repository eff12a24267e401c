# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules as the pages show them, and what people call a scope."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from store import devices, tables


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


def rules(rows: Iterable[tables.Rule], names: Mapping[str, str]) -> list[RuleView]:
    """Newest first."""
    shown = [_view(row, names) for row in rows if row.id is not None]
    return sorted(shown, key=lambda rule: (rule.created_at, rule.id), reverse=True)


def scope_names(config: sqlite3.Connection) -> dict[str, str]:
    """`device:3` and `group:1` → the name that people know; the house is "the house"."""
    named = {f"device:{number}": name for number, name in devices.names(config).items()}
    groups = config.execute('SELECT id, name FROM "group"').fetchall()
    return named | {f"group:{number}": name for number, name in groups} | {"house": "the house"}


def _view(row: tables.Rule, names: Mapping[str, str]) -> RuleView:
    scope = "house" if row.scope_kind == "house" else f"{row.scope_kind}:{row.scope_id}"
    assert row.id is not None
    return RuleView(
        row.id, row.kind, row.name, row.subdomains, row.comment, row.created_at, scope, names.get(scope, scope)
    )
