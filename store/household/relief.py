# SPDX-License-Identifier: GPL-3.0-or-later
"""What is let through at a moment although it is blocked: by a pause, or as a name that is excepted. Plain sqlite3.

Whatever pauses or excepts for any of the scopes that a device is in holds for it: a relief takes nothing away that
another gives. How a query is let through by it: `resolver.answer.let_through`.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from store.config.scopes import Scope
from store.household.holding import Holding, earliest_edge


@dataclass(frozen=True, slots=True)
class Relief:
    """`everything`: blocking is paused; `lists`: ids of blocklists that are; `names`: let through, with all below them.

    Both are sorted, so that equal reliefs are equal.
    """

    everything: bool = False
    lists: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


NO_RELIEF = Relief()


def joined(reliefs: Iterable[Relief | None]) -> Relief:
    """All of them together."""
    there = [relief for relief in reliefs if relief is not None]
    if len(there) < 2:
        return there[0] if there else NO_RELIEF
    return Relief(
        any(relief.everything for relief in there),
        tuple(sorted({blocklist for relief in there for blocklist in relief.lists})),
        tuple(sorted({name for relief in there for name in relief.names})),
    )


def holding(con: sqlite3.Connection, now_s: int) -> Holding[dict[Scope, Relief]]:
    """What each scope has of its own at `now_s`, Unix seconds."""
    paused: dict[Scope, set[str | None]] = {}
    names: dict[Scope, set[str]] = {}
    edges: list[int | None] = []
    for kind, number, blocklist, until in con.execute(
        "SELECT scope_kind, scope_id, blocklist_id, until FROM pause WHERE until IS NULL OR until > ?", (now_s,)
    ):
        paused.setdefault(Scope.of_row(kind, number), set()).add(blocklist)
        edges.append(until)
    for kind, number, name, until in con.execute(
        "SELECT scope_kind, scope_id, name, until FROM exception WHERE until > ?", (now_s,)
    ):
        names.setdefault(Scope.of_row(kind, number), set()).add(name)
        edges.append(until)
    reliefs = {
        scope: _relief(paused.get(scope, set()), names.get(scope, set())) for scope in paused.keys() | names.keys()
    }
    return Holding(reliefs, earliest_edge(edges))


def _relief(paused: set[str | None], names: set[str]) -> Relief:
    lists = sorted(blocklist for blocklist in paused if blocklist is not None)
    return Relief(None in paused, tuple(lists), tuple(sorted(names)))
