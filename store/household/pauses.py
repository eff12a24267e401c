# SPDX-License-Identifier: GPL-3.0-or-later
"""Pauses: blocking stopped for a scope, or one list there, until a moment or until it is resumed.

There is one pause at most of the same list for the same scope: a new one takes the place of that before it, so its end
is the one that was asked for last. Each is a row with its end in it, so a restart neither forgets nor lengthens it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from store.base.sentences import say
from store.config.engine import Engine
from store.config.existing import scope as scope_in
from store.config.scopes import HOUSE, Scope
from store.config.session import EditError, NotFound, bump, looking, selected, writing
from store.history import called
from store.rows import orm, tables

MAX_PAUSES = 1000  # a home has a few at a time; each is read whenever a policy is built
MAX_SECONDS = 366 * 86_400  # whoever means longer means for good
MAX_WHO = 80  # characters of who it was


@dataclass(frozen=True, slots=True)
class PauseView:
    """A pause that holds. `until`, `created_at`: Unix seconds; until None: until it is resumed; blocklist None: all."""

    id: int
    scope: str
    blocklist: str | None
    until: int | None
    created_at: int
    who: str


def pause(
    e: Engine, scope: str = str(HOUSE), blocklist: str | None = None, until: int | None = None, who: str = "",
) -> PauseView:  # fmt: skip
    """Stop blocking there until `until`, Unix seconds, or until it is resumed. Raises EditError."""
    now = int(time.time())
    check_until(until, now)
    named = {"list": called.blocklist(blocklist or ""), "scope": called.scope(scope)}
    everything = say("Blocking is paused for {scope}.", **named)
    one_list = say("{list} is paused for {scope}.", **named)
    with writing(e, everything if blocklist is None else one_list) as session:
        kind, number = scope_in(session, scope)
        if blocklist is not None:
            _check_list(session, blocklist)
        session.execute(orm.delete(tables.Pause).where(orm.col(tables.Pause.until) <= now))
        same = orm.delete(tables.Pause)
        session.execute(same.filter_by(scope_kind=kind, scope_id=number, blocklist_id=blocklist))
        if session.exec(orm.select(orm.func.count()).select_from(tables.Pause)).one() >= MAX_PAUSES:
            raise EditError(say("There are {most} pauses already; end some of them first.", most=MAX_PAUSES))
        row = tables.Pause(
            scope_kind=kind, scope_id=number, blocklist_id=blocklist, until=until, created_at=now, who=who[:MAX_WHO]
        )
        session.add(row)
        session.flush()
        bump(session)
        return _view(row)


def resume(e: Engine, scope: str | None = None, blocklist: str | None = None) -> int:
    """Block again: end the pause of this list, or of everything, for a scope; without a scope, every pause.

    Returns how many ended, 0 where nothing was paused.
    """
    now = int(time.time())
    named = {"list": called.blocklist(blocklist or ""), "scope": called.scope(scope or str(HOUSE))}
    everything, one_list = say("Blocking goes on for {scope}.", **named), say("{list} goes on for {scope}.", **named)
    with writing(e, everything if blocklist is None else one_list) as session:
        paused = _held(session, now)
        if scope is not None:
            kind, number = scope_in(session, scope)
            paused = [row for row in paused if (row.scope_kind, row.scope_id) == (kind, number)]
            paused = [row for row in paused if row.blocklist_id == blocklist]
        elif blocklist is not None:
            paused = [row for row in paused if row.blocklist_id == blocklist]
        for row in paused:
            session.delete(row)
        if paused:
            bump(session)
        return len(paused)


def end_pause(e: Engine, number: int) -> None:
    """End one pause. Raises NotFound where there is none of that number, or it is over."""
    with writing(e, say("A pause is ended: blocking goes on.")) as session:
        row = session.get(tables.Pause, number)
        if row is None or (row.until is not None and row.until <= time.time()):
            raise NotFound(say("There is no pause {number}; it is over.", number=number))
        session.delete(row)
        bump(session)


def pauses(e: Engine) -> list[PauseView]:
    """All that hold now: those of the house first, then by scope, the one that was made first before others."""
    with looking(e) as con:
        paused = selected(con, "SELECT * FROM pause WHERE until IS NULL OR until > ?", (int(time.time()),))
        views = [_view(row) for row in paused]
    return sorted(views, key=lambda view: (view.scope != str(HOUSE), view.scope, view.blocklist or "", view.id))


def check_until(until: int | None, now: int) -> None:
    """Raise EditError for an end that is over, or too far away."""
    if until is not None and until <= now:
        raise EditError(say("That moment is over; choose one that is still to come."))
    if until is not None and until > now + MAX_SECONDS:
        raise EditError(say("That is too long: a year is the most."))


def _held(session: orm.Session, now: int) -> list[tables.Pause]:
    until = orm.col(tables.Pause.until)
    return list(session.exec(orm.select(tables.Pause).where(until.is_(None) | (until > now))).all())


def _check_list(session: orm.Session, blocklist: str) -> None:
    row = session.get(tables.Blocklist, blocklist)
    if row is None:
        raise NotFound(say("There is no blocklist '{id}'; 'telltale lists' shows all.", id=blocklist))
    if row.allow:
        raise EditError(say("'{id}' allows names and blocks none, so there is nothing to pause.", id=blocklist))


def _view(row: tables.Pause) -> PauseView:
    assert row.id is not None
    scope = str(Scope.of_row(row.scope_kind, row.scope_id))
    return PauseView(row.id, scope, row.blocklist_id, row.until, row.created_at, row.who)
