# SPDX-License-Identifier: GPL-3.0-or-later
"""Schedules: named windows of the week, made, changed and removed. What has one holds inside its windows alone.

Each function is one transaction that bumps `policy_version` where an answer may change.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store.base.sentences import say, say_count
from store.config import existing
from store.config.edit import check_name
from store.config.engine import Engine
from store.config.scopes import Scope
from store.config.session import EditError, NotFound, bump, connection, looking, selected, writing
from store.history import called
from store.household.week import Window, windows_of
from store.household.window_input import check_windows, stored
from store.rows import orm, tables

MAX_SCHEDULES = 100  # a home has a few; the edges of each are sought whenever a policy is built


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule and what goes by it: `uses`, sentences such as "the access of Children"."""

    id: int
    name: str
    windows: tuple[Window, ...]
    uses: tuple[str, ...]


def schedules(e: Engine) -> list[Schedule]:
    """All by name."""
    with looking(e) as con:
        return [
            Schedule(row.id, row.name, windows_of(row.windows), tuple(_uses(con, row.id)))
            for row in selected(con, "SELECT * FROM schedule ORDER BY name")
        ]


def add_schedule(e: Engine, name: str, windows: Iterable[Mapping[str, Any]]) -> int:
    """A new schedule; returns its id. `windows` as `window_input.check_windows` takes them. Raises EditError."""
    name, checked = check_name(name), check_windows(windows)
    with writing(e, say("The schedule {name} is made.", name=name)) as session:
        _refuse_same_name(session, name)
        if session.exec(orm.select(orm.func.count()).select_from(tables.Schedule)).one() >= MAX_SCHEDULES:
            raise EditError(say("There are {most} schedules already.", most=MAX_SCHEDULES))
        row = tables.Schedule(name=name, windows=json.dumps(stored(checked)))
        session.add(row)
        session.flush()
        assert row.id is not None
        return row.id


def change_schedule(
    e: Engine, number: int, name: str | None = None, windows: Iterable[Mapping[str, Any]] | None = None
) -> None:
    """Give a schedule another name or other windows; None leaves them. What goes by it follows."""
    checked_name = None if name is None else check_name(name)
    checked = None if windows is None else check_windows(windows)
    named = say("The schedule {schedule} is called {name}.", schedule=called.schedule(number), name=checked_name or "")
    timed = say("The times of the schedule {schedule} are changed.", schedule=called.schedule(number))
    with writing(e, named if windows is None else timed) as session:
        row = existing.schedule(session, number)
        if checked_name is not None and checked_name != row.name:
            _refuse_same_name(session, checked_name)
            row.name = checked_name
        if checked is not None:
            row.windows = json.dumps(stored(checked))
        bump(session)


def remove_schedule(e: Engine, number: int) -> None:
    """Forget a schedule. EditError while anything goes by it: without it, that would hold at all times."""
    with writing(e, say("The schedule {schedule} is removed.", schedule=called.schedule(number))) as session:
        row = existing.schedule(session, number)
        uses = list(_uses(connection(session), number))
        if uses:
            raise EditError(say_count(
                len(uses), "“{name}” is in use by {first}; give that another schedule, or none, first.",
                "“{name}” is in use by {first} and {more} more; give those another schedule, or none, first.",
                name=row.name, first=uses[0], more=len(uses) - 1,
            ))
        session.delete(row)


def find_schedule(e: Engine, text: str) -> int:
    """The id of a schedule that is named by its number or its name. Raises NotFound."""
    with looking(e) as con:
        for number, name in con.execute("SELECT id, name FROM schedule"):
            if text in (str(number), name):
                return int(number)
    raise NotFound(say("There is no schedule '{name}'; `telltale schedules` shows all.", name=text))


def _uses(con: sqlite3.Connection, number: int) -> Iterable[str]:
    for group_ in _rows(con, '"group"', number):
        yield say("the access of {group}", group=group_.name)
    for toggle in _rows(con, "toggle", number):
        named = {"list": called.blocklist(toggle.blocklist_id), "scope": _scope(toggle)}
        yield called.resolve(con, say("{list} for {scope}", **named))
    for rule in _rows(con, "rule", number):
        yield say("the rule for {name}", name=rule.name)
    for search in _rows(con, "safe_search", number):
        named = {"engine": search.engine, "scope": _scope(search)}
        yield called.resolve(con, say("safe search of {engine} for {scope}", **named))


def _scope(row: Any) -> called.Called:
    return called.scope(str(Scope.of_row(row.scope_kind, row.scope_id)))


def _rows(con: sqlite3.Connection, table: str, number: int) -> list[Any]:
    return selected(con, f"SELECT * FROM {table} WHERE schedule_id = ?", (number,))  # noqa: S608


def _refuse_same_name(session: orm.Session, name: str) -> None:
    if session.exec(orm.select(tables.Schedule).filter_by(name=name)).first() is not None:
        raise EditError(say("There is a schedule '{name}' already.", name=name), "name")
