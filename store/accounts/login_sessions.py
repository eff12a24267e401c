# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is logged in, and where: one row a browser, under the SHA-256 of its cookie. It outlives a restart."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from store.base.sentences import say
from store.config import account
from store.config.choices import Role
from store.config.engine import Engine
from store.config.session import EditError, NotFound, Unnoted, connection, looking, reading, selected, writing
from store.rows import orm, tables

MAX_SESSIONS = 100  # the longest unseen goes first; more browsers than a home has
MAX_ALIKE = 20  # of one person, address and agent: a program that logs in for each call must not push people out
MAX_UNWRITTEN = 20  # of those that only memory has; the oldest goes first, few people make room on a disk
TOUCH_SECONDS = 3600  # a visit is noted at most once an hour: every note is a write to the card
MAX_AGENT = 300  # of what a browser says that it is
ID_DIGITS = 16  # by which a session is named on pages: the beginning of the hash, which opens nothing

_NO_DECISION = Unnoted("that a browser comes and goes is no decision")


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Seconds: without a visit, and in all."""

    idle: int = 30 * 86_400
    longest: int = 365 * 86_400

    def end(self, created_at: int, last_seen: int) -> int:
        return min(created_at + self.longest, last_seen + self.idle)


USUAL = Lifetime()


@dataclass(frozen=True, slots=True)
class NewSession:
    """`id` goes into the cookie and is shown this once; `csrf` into the pages."""

    id: str
    csrf: str


@dataclass(frozen=True, slots=True)
class SessionView:
    """A session that holds. Times: Unix seconds. `id` names it and opens nothing; `alone`: nobody else may log in."""

    id: str
    csrf: str
    account_id: int
    name: str
    role: str
    alone: bool
    created_at: int
    last_seen: int
    expires_at: int
    address: str
    agent: str
    two_step: bool


@dataclass(frozen=True, slots=True)
class _Unwritten:
    """A session that only memory has, and the password's hash that it was begun with: another password ends it."""

    view: SessionView
    password_hash: str


_unwritten: dict[Engine, OrderedDict[str, _Unwritten]] = {}  # bounded by the engines, see store.config.session


def create_session(
    e: Engine, address: str, now: int | None = None, *, account_id: int | None = None, agent: str = "",
    life: Lifetime = USUAL,
) -> NewSession:  # fmt: skip
    """Begin a session for a browser at this address; one that cannot be written holds in memory.

    `account_id`: whose; the first admin's without one.
    """
    now = int(time.time()) if now is None else now
    made, agent = NewSession(secrets.token_urlsafe(32), secrets.token_urlsafe(32)), agent[:MAX_AGENT]
    with reading(e) as session:
        whose = account.lookup(session, account_id)
        person = (whose.id or 1, whose.name, whose.role, whose.password_hash) if whose else (1, "", Role.ADMIN, "")
        alone, two_step = _alone(connection(session)), whose is not None and whose.totp_since is not None
    try:
        _write_session(e, tables.Session(
            id_hash=_digest(made.id), account_id=person[0], csrf=made.csrf, created_at=now, last_seen=now,
            expires_at=life.end(now, now), address=address, agent=agent,
        ))  # fmt: skip
    except EditError:
        # A full disk must not keep the person out who is to make room: it holds in memory, until there is room.
        view = SessionView(_digest(made.id)[:ID_DIGITS], made.csrf, *person[:3], alone, now, now, life.end(now, now),
                           address, agent, two_step=two_step)  # fmt: skip
        sessions = _unwritten.setdefault(e, OrderedDict())
        sessions[_digest(made.id)] = _Unwritten(view, person[3])
        while len(sessions) > MAX_UNWRITTEN:
            sessions.popitem(last=False)
    return made


def _write_session(e: Engine, row: tables.Session) -> None:
    with writing(e, _NO_DECISION) as session:
        session.execute(orm.delete(tables.Session).where(orm.col(tables.Session.expires_at) <= row.created_at))
        alike = orm.select(tables.Session).filter_by(account_id=row.account_id, address=row.address, agent=row.agent)
        for longest_unseen in session.exec(_latest_first(alike).offset(MAX_ALIKE - 1)).all():
            session.delete(longest_unseen)
        session.flush()
        for longest_unseen in session.exec(_latest_first(orm.select(tables.Session)).offset(MAX_SESSIONS - 1)).all():
            session.delete(longest_unseen)
        session.add(row)


def _latest_first(which: orm.SelectOfScalar[tables.Session]) -> orm.SelectOfScalar[tables.Session]:
    return which.order_by(orm.col(tables.Session.last_seen).desc(), orm.col(tables.Session.created_at).desc())


def find_session(
    e: Engine, session_id: str, now: int | None = None, life: Lifetime = USUAL, *, is_visit: bool = True
) -> SessionView | None:
    """The session of this cookie while it holds; each visit makes it hold on, up to the longest time. What an open page
    asks by itself is no visit."""
    now = int(time.time()) if now is None else now
    if (kept := _unwritten.get(e, OrderedDict()).get(_digest(session_id))) is not None:
        return kept.view if kept.view.expires_at > now and _same_password(e, kept) else None
    with looking(e) as con:
        row = _only(selected(con, "SELECT * FROM session WHERE id_hash = ?", (_digest(session_id),)))
        whose = _person(con, row.account_id) if row is not None else None
        if row is None or whose is None or _end(row, life) <= now:
            return None
        view = _view(row, whose, life, alone=_alone(con))
    if is_visit and abs(now - view.last_seen) >= min(TOUCH_SECONDS, life.idle // 4):
        _touch_session(e, session_id, now, life)  # or the clock was ahead: the session must not last for years
    return view


def are_unwritten(now: float) -> bool:
    """Whether memory alone has a session that holds, once each was written for which there is room again. While no
    request runs, which might end one."""
    for e, sessions in _unwritten.items():
        for id_hash, kept in list(sessions.items()):
            if kept.view.expires_at <= now or _write_kept(e, id_hash, kept):
                del sessions[id_hash]
    return any(_unwritten.values())


def _write_kept(e: Engine, id_hash: str, kept: _Unwritten) -> bool:
    """Whether memory need not have it any more."""
    view = kept.view
    with contextlib.suppress(EditError):
        if _same_password(e, kept):
            _write_session(e, tables.Session(
                id_hash=id_hash, account_id=view.account_id, csrf=view.csrf, created_at=view.created_at,
                last_seen=view.last_seen, expires_at=view.expires_at, address=view.address, agent=view.agent,
            ))  # fmt: skip
        return True
    return False


def sessions(
    e: Engine, account_id: int | None = None, now: int | None = None, life: Lifetime = USUAL
) -> list[SessionView]:
    """Those that hold, of one person or of all, the latest seen first: MAX_SESSIONS at most."""
    now = int(time.time()) if now is None else now
    with looking(e) as con:
        alone, people = _alone(con), {person.id: person for person in selected(con, "SELECT * FROM account")}
        return [
            _view(row, people[row.account_id], life, alone=alone)
            for row in selected(con, "SELECT * FROM session ORDER BY last_seen DESC")
            if _end(row, life) > now and account_id in (None, row.account_id) and row.account_id in people
        ]  # fmt: skip


def session_addresses(e: Engine, account_id: int | None = None, now: int | None = None) -> set[str]:
    """From where those came in whose sessions hold, of one person or of all: MAX_SESSIONS at most."""
    return {view.address for view in sessions(e, account_id, now)}


def end_session(e: Engine, session_id: str) -> None:
    """Log out; nothing happens when the session is over already."""
    if _unwritten.get(e, OrderedDict()).pop(_digest(session_id), None):
        return
    with writing(e, _NO_DECISION) as session:
        row = session.get(tables.Session, _digest(session_id))
        if row is not None:
            session.delete(row)


def end_named(e: Engine, named: str, account_id: int | None = None) -> None:
    """End the session of this `id`, where it is of this person, or of anybody; NotFound for none."""
    with writing(e, _NO_DECISION) as session:
        for row in session.exec(orm.select(tables.Session)).all():
            if row.id_hash[:ID_DIGITS] == named and account_id in (None, row.account_id):
                session.delete(row)
                return
    raise NotFound(say("That log-in is over already."))


def end_others(e: Engine, account_id: int, keep: str = "") -> int:
    """End all sessions of a person but the one of this `id`; how many."""
    kept_unwritten = _unwritten.get(e, OrderedDict())
    gone = [key for key, kept in kept_unwritten.items() if kept.view.account_id == account_id and kept.view.id != keep]
    for key in gone:
        del kept_unwritten[key]
    with writing(e, _NO_DECISION) as session:
        begun = session.exec(orm.select(tables.Session).filter_by(account_id=account_id)).all()
        others = [row for row in begun if row.id_hash[:ID_DIGITS] != keep]
        for row in others:
            session.delete(row)
    return len(others) + len(gone)


def _touch_session(e: Engine, session_id: str, now: int, life: Lifetime) -> None:
    def touch(session: orm.Session) -> None:
        row = session.get(tables.Session, _digest(session_id))
        if row is not None:
            row.last_seen, row.expires_at = now, life.end(min(row.created_at, now), now)

    _quietly(e, touch)


def _quietly(e: Engine, touch: Callable[[orm.Session], None]) -> None:
    """On a full or read-only disk a visit goes unnoted, but whoever holds the key still comes in."""
    with contextlib.suppress(EditError), writing(e, _NO_DECISION) as session:
        touch(session)


def _same_password(e: Engine, kept: _Unwritten) -> bool:
    with looking(e) as con:
        whose = _person(con, kept.view.account_id)
        return whose is not None and whose.password_hash == kept.password_hash


def _end(row: tables.Session, life: Lifetime) -> int:
    """Both as it was written and as the settings are now: whoever makes it shorter means those that run, too."""
    return min(row.expires_at, life.end(row.created_at, row.last_seen))


def _view(row: tables.Session, whose: tables.Account, life: Lifetime, *, alone: bool) -> SessionView:
    assert whose.id is not None
    return SessionView(
        row.id_hash[:ID_DIGITS], row.csrf, whose.id, whose.name, whose.role, alone, row.created_at, row.last_seen,
        _end(row, life), row.address, row.agent, whose.totp_since is not None,
    )  # fmt: skip


def _alone(con: sqlite3.Connection) -> bool:
    return len(con.execute("SELECT id FROM account LIMIT 2").fetchall()) < 2


def _person(con: sqlite3.Connection, account_id: int) -> Any:
    return _only(selected(con, "SELECT * FROM account WHERE id = ?", (account_id,)))


def _only(rows: Sequence[Any]) -> Any:
    return rows[0] if rows else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
