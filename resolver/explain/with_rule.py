# SPDX-License-Identifier: GPL-3.0-or-later
"""What would hold with a rule that there is not yet: today's snapshot with one rule of the home's own more.

The rule goes into a copy of config.db in memory, by whose policy is judged then: so it holds for whom it would hold.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

from resolver.answer.snapshot import Snapshot
from resolver.kept.client_seats import ClientSeats
from store.base import db
from store.config.rule_input import RuleInput
from store.config.scopes import Scope
from store.household import policy

_COLUMNS = ("scope_kind", "scope_id", "kind", "form", "name", "subdomains", "types", "inverted", "answer", "comment")


def with_rule(base: Snapshot, state: Path, rule: RuleInput, scope: Scope, *, without: int = 0) -> Snapshot:
    """The snapshot with this rule for a scope; `without`: the number of a rule that it takes the place of.

    Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        with closing(db.connect(state / "config.db", read_only=True)) as con:
            con.backup(copy)
        _put(copy, rule, scope, without)
        policies = policy.load(copy, base.settings)
    return replace(
        base, policies=replace(policies, records=base.policies.records, forwards=base.policies.forwards),
        by_client=ClientSeats(), by_address=ClientSeats(), _seats={}, _tables=type(base._tables)(),
        space=type(base.space)(),
    )  # fmt: skip


def _put(con: sqlite3.Connection, rule: RuleInput, scope: Scope, without: int) -> None:
    """The same rule that is there already gives way: it is this one then, and on."""
    con.execute("DELETE FROM rule WHERE id = ?", (without,))
    values = {"scope_kind": scope.kind, "scope_id": scope.number, **asdict(rule)}
    same = [column for column in _COLUMNS if column not in ("answer", "comment")]
    con.execute(f"DELETE FROM rule WHERE {' AND '.join(f'{column} = ?' for column in same)}",  # noqa: S608 - fixed text
                [values[column] for column in same])  # fmt: skip
    marks = ", ".join("?" * (len(_COLUMNS) + 1))
    con.execute(f"INSERT INTO rule ({', '.join(_COLUMNS)}, created_at) VALUES ({marks})",  # noqa: S608 - the same
                [*(values[column] for column in _COLUMNS), 0])  # fmt: skip
