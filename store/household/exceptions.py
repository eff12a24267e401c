# SPDX-License-Identifier: GPL-3.0-or-later
"""Exceptions: a name, and what it leads to, let through for a scope and for a while.

They end by themselves, by the moment in their row. One for good is an allow rule of the home (`keep`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from store.base.sentences import say, sentence_of
from store.config.choices import RuleForm, RuleKind
from store.config.edit import MAX_RULES
from store.config.engine import Engine
from store.config.existing import parse_scope
from store.config.existing import scope as scope_in
from store.config.scopes import Scope
from store.config.session import EditError, NotFound, bump, looking, selected, writing
from store.history import called
from store.household.pauses import MAX_WHO, check_until
from store.names.rule_names import normalise
from store.rows import orm, tables

USUAL_SECONDS = 15 * 60
MAX_EXCEPTIONS = 2000  # of a home; each is read whenever a policy is built
MAX_OF_SCOPE = 200  # of one scope: whoever needs more means a pause
COMMENT = say("kept from an exception")


@dataclass(frozen=True, slots=True)
class ExceptionView:
    """An exception that holds. Times: Unix seconds."""

    id: int
    scope: str
    name: str
    until: int
    created_at: int
    who: str


def let_through(e: Engine, scope: str, name: str, until: int, who: str = "") -> ExceptionView:
    """Let a name through there until `until`, Unix seconds; again, until then. Raises EditError."""
    now, name = int(time.time()), checked_name(name)
    check_until(until, now)
    named = {"name": name, "scope": called.scope(scope)}
    with writing(e, say("{name} is let through for {scope}, for a while.", **named)) as session:
        kind, number = scope_in(session, scope)
        over, same = orm.delete(tables.NameException), orm.delete(tables.NameException)
        session.execute(over.where(orm.col(tables.NameException.until) <= now))
        session.execute(same.filter_by(scope_kind=kind, scope_id=number, name=name))
        _check_room(session, Scope(kind, number))
        row = tables.NameException(
            scope_kind=kind, scope_id=number, name=name, until=until, created_at=now, who=who[:MAX_WHO]
        )
        session.add(row)
        session.flush()
        bump(session)
        return _view(row)


def end_exception(e: Engine, number: int, scope: str | None = None) -> None:
    """Block the name again. Raises NotFound where there is no such exception (of this scope), or it is over."""
    with writing(e, say("{name} is blocked as before.", name=called.exception(number))) as session:
        session.delete(_held(session, number, scope))
        bump(session)


def number_of(e: Engine, scope: str, name: str) -> int:
    """The number of the exception of a name there. Raises NotFound where there is none."""
    name = checked_name(name)
    numbers = [row.id for row in exceptions(e, str(parse_scope(scope))) if row.name == name]
    if not numbers:
        raise NotFound(say("{name} is not let through for {scope}.", name=name, scope=scope))
    return numbers[0]


def keep(e: Engine, number: int) -> int:
    """Make an exception an allow rule of the home for the same scope; returns the rule's id. Raises NotFound."""
    with writing(e, say("{name} is let through for good.", name=called.exception(number))) as session:
        row = _held(session, number, None)
        rule = allow(session, Scope.of_row(row.scope_kind, row.scope_id), row.name)
        session.delete(row)
        bump(session)
        return rule


def let_through_for_good(e: Engine, scope: str, name: str) -> int:
    """An allow rule for the name and all below it, and no exception any more; returns the rule's id."""
    name = checked_name(name)
    named = {"name": name, "scope": called.scope(scope)}
    with writing(e, say("{name} is let through for {scope}, for good.", **named)) as session:
        kind, number = scope_in(session, scope)
        same = orm.delete(tables.NameException)
        session.execute(same.filter_by(scope_kind=kind, scope_id=number, name=name))
        rule = allow(session, Scope(kind, number), name)
        bump(session)
        return rule


def exceptions(e: Engine, scope: str | None = None) -> list[ExceptionView]:
    """All that hold now, or those of one scope, the newest first."""
    with looking(e) as con:
        views = [_view(row) for row in selected(con, "SELECT * FROM exception WHERE until > ?", (int(time.time()),))]
    return sorted((view for view in views if scope in (None, view.scope)), key=lambda view: -view.id)


def checked_name(text: str) -> str:
    """The name as rules have it. Raises EditError for what is none."""
    try:
        return normalise(text)
    except ValueError as error:
        raise EditError(sentence_of(error)) from None


def allow(session: orm.Session, scope: Scope, name: str) -> int:
    """The allow rule for a name and all below it, made where there is none; its id."""
    same: dict[str, Any] = {"scope_kind": scope.kind, "scope_id": scope.number, "kind": RuleKind.ALLOW}
    same |= {"form": RuleForm.NAME, "name": name, "subdomains": True, "types": "", "inverted": False}
    rule = session.exec(orm.select(tables.Rule).filter_by(**same)).first()
    if rule is None:
        if session.exec(orm.select(orm.func.count()).select_from(tables.Rule)).one() >= MAX_RULES:
            raise EditError(say(
                "There are {most} rules already; remove some, or add a blocklist instead.", most=MAX_RULES
            ))
        rule = tables.Rule(**same, comment=str(COMMENT), created_at=int(time.time()))
    rule.on, rule.until = True, None
    session.add(rule)
    session.flush()
    assert rule.id is not None
    return rule.id


def _check_room(session: orm.Session, scope: Scope) -> None:
    count = orm.select(orm.func.count()).select_from(tables.NameException)
    if session.exec(count.filter_by(scope_kind=scope.kind, scope_id=scope.number)).one() >= MAX_OF_SCOPE:
        raise EditError(say("{most} names are let through there already; a pause would be clearer.", most=MAX_OF_SCOPE))
    if session.exec(count).one() >= MAX_EXCEPTIONS:
        raise EditError(say("{most} names are let through already; end some of them first.", most=MAX_EXCEPTIONS))


def _held(session: orm.Session, number: int, scope: str | None) -> tables.NameException:
    row = session.get(tables.NameException, number)
    if row is None or row.until <= time.time() or scope not in (None, _view(row).scope):
        raise NotFound(say("There is no exception {number}; it is over.", number=number))
    return row


def _view(row: tables.NameException) -> ExceptionView:
    assert row.id is not None
    scope = str(Scope.of_row(row.scope_kind, row.scope_id))
    return ExceptionView(row.id, scope, row.name, row.until, row.created_at, row.who)
