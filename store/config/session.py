# SPDX-License-Identifier: GPL-3.0-or-later
"""How config.db is edited: one engine a state directory, one short transaction an edit."""

from __future__ import annotations

import contextlib
import functools
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

from store.base.db import transaction
from store.base.file_faults import Fault, cure, fault_of, words
from store.base.sentences import Sentence, say
from store.config.engine import Engine
from store.history import acting, called, notes, recording
from store.history.acting import Acting
from store.history.notes import Note
from store.rows import orm


class EditError(Exception):
    """An edit that is refused; the text is a sentence that says why.

    `field`: which part of what was asked for is wrong, by the name that the API has for it; "" where none alone is.
    """

    def __init__(self, sentence: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Unnoted:
    """An edit that does not go into the history, and why."""

    reason: str


class NotFound(EditError):  # noqa: N818 - as HTTP says it
    """What was to be edited does not exist."""


@contextlib.contextmanager
def about(field: str) -> Iterator[None]:
    """What is refused inside is about that part of what was asked for. As a decorator, too."""
    try:
        yield
    except EditError as error:
        error.field = error.field or field
        raise


LINE_SECONDS = 30.0  # far more than the threads of the web UI need for an edit each
MAX_ENGINES = 64  # one in production; tests make one each


# SQLite's integers have 64 bits; no id of ours is near them.
_TOO_LARGE = say("Nothing here has a number that large.")


def engine(state: Path) -> Engine:
    """The engine for STATE/config.db, the same one for the same directory. config.db must be migrated already."""
    return _engine(state.resolve())


@contextlib.contextmanager
def writing(e: Engine, what: str | Note | Unnoted) -> Iterator[orm.Session]:
    """A session that holds the write lock from its beginning and commits once, at the end; EditError when it cannot.

    `what`: the sentence of the change for the history, with things by `store.history.called`; a Note that says more; or
    why none is written. What alters nothing is no change. Inside another `writing` it is a part of that one's change.
    """
    outer = _open.get()
    if outer is not None and outer.engine is e:
        with outer.session.begin_nested():
            yield outer.session
        return
    try:
        with _in_line(e), orm.Session(e.sql.execution_options(writes=True)) as session:
            mark = _open.set(_Open(e, session))
            try:
                noted = None if isinstance(what, Unnoted) else _begin_noting(connection(session), what)
                untouched = connection(session).total_changes
                yield session
                session.flush()
                if noted is not None and connection(session).total_changes != untouched:
                    _note(connection(session), *noted)
                session.commit()
            finally:
                _open.reset(mark)
    except OverflowError:
        raise EditError(_TOO_LARGE) from None
    except orm.DBAPIError as error:
        raise EditError(_not_stored(error.orig)) from error
    except sqlite3.Error as error:
        raise EditError(_not_stored(error)) from error


def _not_stored(error: BaseException | None) -> Sentence:
    """With the cure, where a person has one."""
    fault = fault_of(error) if isinstance(error, sqlite3.OperationalError) else None
    if fault in (Fault.BUSY, Fault.FULL, Fault.READ_ONLY, Fault.FORBIDDEN):
        return say("The change could not be stored: {why}. {cure} The state before it holds.", why=words(fault),
                   cure=cure(fault))  # fmt: skip
    return say("The change could not be stored ({error}); the state before it holds.", error=error)


@contextlib.contextmanager
def reading(e: Engine) -> Iterator[orm.Session]:
    """A session that only reads, in one consistent look; inside `writing`, that one."""
    outer = _open.get()
    if outer is not None and outer.engine is e:
        yield outer.session
        return
    try:
        with orm.Session(e.sql) as session:
            yield session
    except OverflowError:
        raise EditError(_TOO_LARGE) from None
    except orm.DBAPIError as error:
        raise EditError(say(
            "config.db cannot be read ({error}); 'telltale doctor' says more.", error=error.orig
        )) from error


@contextlib.contextmanager
def looking(e: Engine) -> Iterator[sqlite3.Connection]:
    """The same for plain SQL: what pages show needs no SQLModel."""
    outer = _open.get()
    if outer is not None and outer.engine is e:
        outer.session.flush()
        yield connection(outer.session)
        return
    try:
        with contextlib.closing(e.connect()) as con, transaction(con, "DEFERRED"):
            yield con
    except OverflowError:
        raise EditError(_TOO_LARGE) from None
    except sqlite3.Error as error:
        raise EditError(say("config.db cannot be read ({error}); 'telltale doctor' says more.", error=error)) from error


def selected(
    con: sqlite3.Connection, sql: str, values: Sequence[object] = (), truths: Collection[str] = ()
) -> list[Any]:
    """What a SELECT gives, each row with its columns by name, as a table's class has them.

    `truths`: columns that are true or false, which SQLite keeps as 1 and 0.
    """
    cursor = con.execute(sql, values)
    names = [column[0] for column in cursor.description]
    rows = (dict(zip(names, row, strict=True)) for row in cursor)
    return [SimpleNamespace(**row | {name: bool(row[name]) for name in truths}) for row in rows]


def connection(session: orm.Session) -> sqlite3.Connection:
    """The connection beneath a session, inside its transaction: for what is written in plain SQL."""
    beneath = session.connection().connection.driver_connection
    assert isinstance(beneath, sqlite3.Connection)
    return beneath


def bump(session: orm.Session, key: str = "policy_version") -> None:
    """Say that answers may change: whoever watches config.db builds its policy anew."""
    session.execute(orm.text("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = :key"), {"key": key})


@dataclass(frozen=True, slots=True)
class _Open:
    engine: Engine
    session: orm.Session


_open: ContextVar[_Open | None] = ContextVar("open", default=None)
_lines: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()  # as many as engines


@contextlib.contextmanager
def _in_line(e: Engine) -> Iterator[None]:
    """One edit after the other, of the threads of this process.

    SQLite has no line: whoever waits looks again now and then, and of many some give up, although each edit is quick.
    """
    lock = _lines.setdefault(e, threading.Lock())
    if not lock.acquire(timeout=LINE_SECONDS):
        raise EditError(say("Too many changes are being made at once; this one was not. Try again in a moment."))
    try:
        yield
    finally:
        lock.release()


def _begin_noting(con: sqlite3.Connection, what: str | Note) -> tuple[Acting, str, Note]:
    """Who, and the note with its things by their names: those that they have before the edit."""
    note = what if isinstance(what, Note) else Note(what)
    recording.begin(con)
    by = acting.current()
    return by, called.resolve(con, by.who), replace(note, what=called.resolve(con, note.what))


def _note(con: sqlite3.Connection, by: Acting, who: str, note: Note) -> None:
    rows = recording.altered(con)
    if rows or note.final or note.taken_back:
        notes.write(con, by, who, note, rows)


@functools.lru_cache(maxsize=MAX_ENGINES)
def _engine(state: Path) -> Engine:
    return Engine(state)
