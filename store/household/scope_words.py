# SPDX-License-Identifier: GPL-3.0-or-later
"""What the house, each group and each device say themselves, before any of it is combined. Plain sqlite3."""

import json
import sqlite3
import time
from collections.abc import Set
from dataclasses import dataclass, field

from store.config.choices import RuleForm, RuleKind
from store.config.rule_text import reread
from store.config.scopes import Scope, group
from store.household import safe_search_words
from store.household.policy_values import Rule
from store.household.safe_search_words import Words

Toggles = dict[str, tuple[bool, str | None]]  # blocklist id → on, and the level that is named there


@dataclass(slots=True)
class ScopeWords:
    """What one scope says itself now; `modes`: of the wall's switches; `engines`: of safe search.

    Of a group also its name, the answer to what is blocked, its upstreams, and the name of the schedule by which its
    devices have no access now.
    """

    toggles: Toggles = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    modes: dict[str, str] = field(default_factory=dict)
    name: str = ""
    answer: str = ""
    upstreams: tuple[str, ...] = ()
    closed: str = ""
    engines: Words = field(default_factory=dict)


def read(
    con: sqlite3.Connection, in_force: Set[int] = frozenset(), now_s: int | None = None
) -> dict[Scope, ScopeWords]:
    """Every scope that says anything. What has a schedule counts only where that is `in_force` (ids of schedules), a
    rule that is off or over at `now_s` (Unix seconds, None: by the clock of this machine) not at all.

    Raises sqlite3.Error.
    """
    now_s = int(time.time()) if now_s is None else now_s
    words: dict[Scope, ScopeWords] = {}
    for kind, number, blocklist, on, level, schedule in con.execute(
        'SELECT scope_kind, scope_id, blocklist_id, "on", level, schedule_id FROM toggle'
    ):
        if schedule is None or schedule in in_force:
            _of(words, Scope.of_row(kind, number)).toggles[blocklist] = (bool(on), level)
    _read_rules(con, words, in_force, now_s)
    for kind, number, switch, mode in con.execute("SELECT scope_kind, scope_id, switch, mode FROM wall_switch"):
        _of(words, Scope.of_row(kind, number)).modes[switch] = mode
    for scope, engines in safe_search_words.read(con, in_force).items():
        _of(words, scope).engines = engines
    for number, name, answer, upstreams, schedule, title in con.execute(
        """SELECT g.id, g.name, g.answer, g.upstreams, g.schedule_id, s.name
           FROM "group" g LEFT JOIN schedule s ON s.id = g.schedule_id"""
    ):
        own = _of(words, group(number))
        own.name, own.answer, own.upstreams = name, answer, _specs(upstreams)
        own.closed = title if schedule in in_force else ""
    return words


def next_end(con: sqlite3.Connection, now_s: int) -> int | None:
    """When the next of the home's own rules ends by itself, Unix seconds; None: none does."""
    row = con.execute('SELECT min(until) FROM rule WHERE "on" AND until > ?', (now_s,)).fetchone()
    return None if row[0] is None else int(row[0])


def _read_rules(con: sqlite3.Connection, words: dict[Scope, ScopeWords], in_force: Set[int], now_s: int) -> None:
    rows = con.execute(
        """SELECT scope_kind, scope_id, id, kind, name, subdomains, comment, form, types, inverted, answer, created_at,
               schedule_id FROM rule WHERE "on" AND (until IS NULL OR until > ?) ORDER BY id""",
        (now_s,),
    )
    for kind, number, rule_id, what, name, subdomains, comment, form, types, inverted, answer, at, schedule in rows:
        if schedule is not None and schedule not in in_force:
            continue
        if form == RuleForm.REGEX:
            name, types, inverted, answer = reread(name, types, bool(inverted), answer)
        rule = Rule(
            rule_id, RuleKind(what), name, bool(subdomains), comment, RuleForm(form), types, bool(inverted), answer, at
        )  # fmt: skip
        _of(words, Scope.of_row(kind, number)).rules.append(rule)


def _of(words: dict[Scope, ScopeWords], scope: Scope) -> ScopeWords:
    return words.setdefault(scope, ScopeWords())


def _specs(text: str) -> tuple[str, ...]:
    """A JSON list of SPECs; what is none, as an older or newer Telltale may leave it, is no list."""
    try:
        specs = json.loads(text)
    except ValueError:
        return ()
    return tuple(spec for spec in specs if isinstance(spec, str)) if isinstance(specs, list) else ()
