# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests: somebody at a device asks the admin for a name; granted, it becomes an exception for that device."""

from __future__ import annotations

import time
from dataclasses import dataclass

from store.base.sentences import say
from store.config import scopes
from store.config.engine import Engine
from store.config.scopes import Scope
from store.config.session import EditError, NotFound, bump, looking, selected, writing
from store.history import called
from store.household.exceptions import allow, checked_name
from store.household.pauses import MAX_WHO, check_until
from store.rows import orm, tables

MAX_WAITING = 500  # of a home: further ones must wait until some are decided
MAX_OF_DEVICE = 20  # that wait: a person asks for a few
MAX_NOTE = 200  # characters of what somebody writes beside it
KEEP_SECONDS = 7 * 86_400  # for which a device is shown what became of what it asked for
FOR_EVER = -1  # `granted`: it became a rule


@dataclass(frozen=True, slots=True)
class RequestView:
    """Times: Unix seconds. `granted` None: it waits; 0: refused; FOR_EVER: by a rule; else until when."""

    id: int
    device_id: int
    name: str
    note: str
    created_at: int
    decided_at: int | None
    granted: int | None
    word: str = ""


def ask_for(e: Engine, device_id: int, name: str, note: str = "") -> RequestView:
    """Put down a request; the same again while it waits is the same one. Raises EditError."""
    name, note, now = checked_name(name), _checked_note(note), int(time.time())
    what = say("{device} asks for {name} to be let through.", device=called.device(device_id), name=name)
    with writing(e, what) as session:
        if session.get(tables.Device, device_id) is None:
            raise NotFound(say("There is no device {number}.", number=device_id))
        decided = orm.col(tables.LetThroughRequest.decided_at)
        session.execute(orm.delete(tables.LetThroughRequest).where(decided < now - KEEP_SECONDS))
        waiting = orm.select(tables.LetThroughRequest).where(decided.is_(None))
        row = session.exec(waiting.filter_by(device_id=device_id, name=name)).first()
        if row is None:
            _check_room(session, device_id)
            row = tables.LetThroughRequest(device_id=device_id, name=name, created_at=now)
        row.note = note or row.note
        session.add(row)
        session.flush()
        return _view(row)


def grant(e: Engine, number: int, until: int | None, who: str = "", word: str = "") -> RequestView:
    """Let the name through for that device until `until`, Unix seconds, None: for good; `word`: said to who asked.

    Raises NotFound, EditError.
    """
    now, word = int(time.time()), _checked_word(word)
    check_until(until, now)
    with writing(e, say("{name} is let through, as was asked.", name=called.request(number))) as session:
        row = _waiting(session, number)
        scope = scopes.device(row.device_id)
        same = orm.delete(tables.NameException)
        session.execute(same.filter_by(scope_kind=scope.kind, scope_id=scope.number, name=row.name))
        if until is None:
            allow(session, scope, row.name)
        else:
            session.add(_exception(scope, row.name, until, now, who))
        row.decided_at, row.granted, row.word = now, FOR_EVER if until is None else until, word
        session.add(row)
        bump(session)
        return _view(row)


def refuse(e: Engine, number: int, word: str = "") -> RequestView:
    """Say no, with a word why. Raises NotFound where it was decided already."""
    word = _checked_word(word)
    with writing(e, say("{name} stays blocked, though asked for.", name=called.request(number))) as session:
        row = _waiting(session, number)
        row.decided_at, row.granted, row.word = int(time.time()), 0, word
        session.add(row)
        session.flush()
        return _view(row)


def waiting(e: Engine) -> list[RequestView]:
    """Those that nobody has decided, the oldest first."""
    with looking(e) as con:
        waiting = selected(con, "SELECT * FROM request WHERE decided_at IS NULL")
        return sorted((_view(row) for row in waiting), key=lambda view: view.id)


def decided(e: Engine) -> list[RequestView]:
    """Those that were decided within KEEP_SECONDS, the latest first."""
    since = int(time.time()) - KEEP_SECONDS
    with looking(e) as con:
        of_late = selected(con, "SELECT * FROM request WHERE decided_at >= ?", (since,))
        return sorted((_view(row) for row in of_late), key=lambda view: -(view.decided_at or 0))


def of_device(e: Engine, device_id: int) -> list[RequestView]:
    """Those of one device that wait or were decided of late, the newest first."""
    since = int(time.time()) - KEEP_SECONDS
    with looking(e) as con:
        asked = selected(con, "SELECT * FROM request WHERE device_id = ?", (device_id,))
        views = [_view(row) for row in asked if row.decided_at is None or row.decided_at >= since]
    return sorted(views, key=lambda view: -view.id)


def _exception(scope: Scope, name: str, until: int, now: int, who: str) -> tables.NameException:
    return tables.NameException(
        scope_kind=scope.kind, scope_id=scope.number, name=name, until=until, created_at=now, who=who[:MAX_WHO]
    )


def _check_room(session: orm.Session, device_id: int) -> None:
    requests = tables.LetThroughRequest
    count = orm.select(orm.func.count()).select_from(requests).where(orm.col(requests.decided_at).is_(None))
    if session.exec(count.filter_by(device_id=device_id)).one() >= MAX_OF_DEVICE:
        raise EditError(say("{most} names of this device wait already to be decided.", most=MAX_OF_DEVICE))
    if session.exec(count).one() >= MAX_WAITING:
        raise EditError(say("{most} requests wait already; they must be decided first.", most=MAX_WAITING))


def _checked_note(text: str) -> str:
    note = " ".join(text.split())
    if len(note) > MAX_NOTE or not note.isprintable():
        raise EditError(say("A note has at most {most} printable characters.", most=MAX_NOTE), "note")
    return note


def _checked_word(text: str) -> str:
    word = " ".join(text.split())
    if len(word) > MAX_NOTE or not word.isprintable():
        raise EditError(say("A word to who asked has at most {most} printable characters.", most=MAX_NOTE), "word")
    return word


def _waiting(session: orm.Session, number: int) -> tables.LetThroughRequest:
    row = session.get(tables.LetThroughRequest, number)
    if row is None:
        raise NotFound(say("There is no request {number}.", number=number))
    if row.decided_at is not None:
        answered = (say("Request {number} was answered already: {name} was let through.", number=number, name=row.name)
                    if row.granted else
                    say("Request {number} was answered already: {name} was refused.", number=number, name=row.name))
        raise NotFound(answered)
    return row


def _view(row: tables.LetThroughRequest) -> RequestView:
    assert row.id is not None
    return RequestView(row.id, row.device_id, row.name, row.note, row.created_at, row.decided_at, row.granted,
                       row.word)  # fmt: skip
