# SPDX-License-Identifier: GPL-3.0-or-later
"""The people who may log in, and what each may: added, named, given a role, removed. One of them is always an admin."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Iterable

from store.base.sentences import say
from store.config import account
from store.config.account import MAX_NAME, Person
from store.config.choices import Role
from store.config.engine import Engine
from store.config.session import EditError, NotFound, looking, reading, selected, writing
from store.history.notes import Note
from store.rows import orm, tables

MAX_PEOPLE = 50  # more than a home has; shown on one page
MAX_DEVICES = 200  # of one person
_FINAL = say("Who may log in stands in no history: change it where it is shown.")


def people(e: Engine) -> list[Person]:
    """All of them, the first first."""
    with looking(e) as con:
        return [account.shown_row(con, row) for row in selected(con, "SELECT * FROM account ORDER BY id")]


def person(e: Engine, account_id: int) -> Person:
    """One of them, or NotFound."""
    with looking(e) as con:
        known = selected(con, "SELECT * FROM account WHERE id = ?", (account_id,))
        if not known:
            raise NotFound(say("There is no user {number}.", number=account_id))
        return account.shown_row(con, known[0])


def find(e: Engine, name: str) -> Person:
    """The one of this name, or NotFound."""
    with reading(e) as session:
        row = account.named(session, name)
        if row is None:
            raise NotFound(say("There is no user '{name}'.", name=name[:MAX_NAME]))
        return account.shown(session, row)


def add(e: Engine, name: str, role: str, password: str, devices: Iterable[int] = ()) -> int:
    """One more; the number. Somebody has to have come first: see `account.set_first_password`."""
    name, role = checked_name(name), checked_role(role)
    hashed = account.hashed_password(password)
    with writing(e, Note(say("The user {name} is added.", name=name), final=_FINAL)) as session:
        if account.lookup(session) is None:
            raise EditError(say("Set a password first: `telltale password`, or the first run in a browser."))
        if len(_rows(session)) >= MAX_PEOPLE:
            raise EditError(say("There are {most} users already; remove one first.", most=MAX_PEOPLE))
        _refuse_taken(session, name, None)
        row = tables.Account(name=name, role=role, password_hash=hashed, changed_at=int(time.time()))
        session.add(row)
        session.flush()
        assert row.id is not None
        _put_devices(session, row.id, role, devices)
        return row.id


def change(
    e: Engine, account_id: int, *, name: str | None = None, role: str | None = None,
    devices: Iterable[int] | None = None, keep: str = "",
) -> None:  # fmt: skip
    """Give somebody another name, role or devices. Another role ends their sessions, but the one of the hash `keep`."""
    name = None if name is None else checked_name(name)
    role = None if role is None else checked_role(role)
    with writing(e, Note(_changed(e, account_id, name, role), final=_FINAL)) as session:
        row = _need(session, account_id)
        if name is not None and name != row.name:
            _refuse_taken(session, name, account_id)
            row.name = name
        if role is not None and role != row.role:
            _refuse_last_admin(session, row)
            row.role = role
            account.end_sessions(session, account_id, keep)
        session.add(row)
        if devices is not None or role is not None:
            kept = _devices(session, account_id) if devices is None else devices
            _put_devices(session, account_id, row.role, kept)


def remove(e: Engine, account_id: int) -> None:
    """They are logged out at once. What they changed stays, with their name."""
    who = person(e, account_id).name
    with writing(e, Note(say("The user {name} is removed.", name=who), final=_FINAL)) as session:
        row = _need(session, account_id)
        _refuse_last_admin(session, row)
        account.end_sessions(session, account_id)
        session.flush()  # the sessions are gone before the row that takes them along
        session.delete(row)


def set_password(e: Engine, account_id: int, password: str) -> None:
    """Somebody else sets it: all of their sessions end."""
    account.set_password(e, password, account_id)


def checked_name(name: str) -> str:
    """The name as it is kept: one form of each letter, single spaces. Raises EditError, in plain words."""
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not name or len(name) > MAX_NAME or not name.isprintable() or not account.name_key(name):
        raise EditError(say("A user has a name of 1 to {most} printable characters.", most=MAX_NAME))
    return name


def checked_role(role: str) -> str:
    if role not in tuple(Role):
        raise EditError(say("'{role}' is no role: choose {choices}.", role=role[:MAX_NAME], choices=", ".join(Role)))
    return str(Role(role))


def _changed(e: Engine, account_id: int, name: str | None, role: str | None) -> str:
    before = person(e, account_id)
    if role is not None and role != before.role:
        return say("The user {name} has the role {role} now.", name=name or before.name, role=role)
    if name is not None and name != before.name:
        return say("The user {name} is called {other} now.", name=before.name, other=name)
    return say("The user {name} is changed.", name=before.name)


def _rows(session: orm.Session) -> list[tables.Account]:
    return list(session.exec(orm.select(tables.Account).order_by(orm.col(tables.Account.id))).all())


def _need(session: orm.Session, account_id: int) -> tables.Account:
    row = session.get(tables.Account, account_id)
    if row is None:
        raise NotFound(say("There is no user {number}.", number=account_id))
    return row


def _refuse_taken(session: orm.Session, name: str, but: int | None) -> None:
    taken = account.named(session, name)
    if taken is not None and taken.id != but:
        raise EditError(say("There is a user '{name}' already; choose another name.", name=taken.name))


def _refuse_last_admin(session: orm.Session, row: tables.Account) -> None:
    admins = [each for each in _rows(session) if each.role == Role.ADMIN]
    if row.role == Role.ADMIN and len(admins) == 1:
        raise EditError(say(
            "{name} is the only admin, and somebody has to be one: make somebody else an admin first.", name=row.name
        ))


def _devices(session: orm.Session, account_id: int) -> list[int]:
    rows = session.exec(orm.select(tables.AccountDevice).filter_by(account_id=account_id)).all()
    return [row.device_id for row in rows]


def _put_devices(session: orm.Session, account_id: int, role: str, devices: Iterable[int]) -> None:
    """Only the role own has any: the others see all of them."""
    wanted = set(devices) if role == Role.OWN else set()
    if len(wanted) > MAX_DEVICES:
        raise EditError(say("At most {most} devices.", most=MAX_DEVICES))
    if role == Role.OWN and not wanted:
        raise EditError(say("Choose at least one device that they see."))
    for row in session.exec(orm.select(tables.AccountDevice).filter_by(account_id=account_id)).all():
        session.delete(row)
    session.flush()
    for number in sorted(wanted):
        if session.connection().exec_driver_sql("SELECT 1 FROM device WHERE id = ?", (number,)).first() is None:
            raise NotFound(say("There is no device {number}.", number=number))
        session.add(tables.AccountDevice(account_id=account_id, device_id=number))
