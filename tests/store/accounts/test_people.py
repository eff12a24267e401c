# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.accounts import login_sessions, people
from store.config import account
from store.config.choices import Role
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.devices import sightings_store
from store.household.changes import changes

pytestmark = pytest.mark.database

PASSWORD = "long enough"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.setattr(account, "_N", 2)
    account.set_password(engine, PASSWORD)


def test_the_first_is_an_admin_and_the_only_one_stays(engine: Engine) -> None:
    [first] = people.people(engine)
    assert (first.id, first.name, first.role, first.two_step) == (1, "admin", Role.ADMIN, False)
    for wrong in (lambda: people.remove(engine, 1), lambda: people.change(engine, 1, role=Role.VIEWER)):
        with pytest.raises(EditError, match="only admin"):
            wrong()
    other = people.add(engine, "Berta", Role.ADMIN, PASSWORD)
    people.remove(engine, 1)
    assert [person.id for person in people.people(engine)] == [other]
    assert account.check(engine, PASSWORD), "without a name it is the first admin's"


def test_names_are_one_however_they_are_written(engine: Engine) -> None:
    people.add(engine, "  Zo\u00eb   K ", Role.VIEWER, PASSWORD)
    assert people.find(engine, "ZOE\u0308 k").name == "Zo\u00eb K"
    with pytest.raises(EditError, match="already"):
        people.add(engine, "zo\u00cb K", Role.VIEWER, PASSWORD)
    people.add(engine, "<script>alert(1)</script>", Role.VIEWER, PASSWORD)
    for name in ("", " ", "x" * 41, "a\nb\x00", "\u202e"):
        with pytest.raises(EditError, match="printable"):
            people.add(engine, name, Role.VIEWER, PASSWORD)


def test_own_devices(engine: Engine, con: sqlite3.Connection) -> None:
    tv, phone = (sightings_store.sighted(con, address) for address in ("192.168.1.2", "192.168.1.3"))
    with pytest.raises(EditError, match="at least one device"):
        people.add(engine, "Otto", Role.OWN, PASSWORD)
    with pytest.raises(NotFound, match="no device 99"):
        people.add(engine, "Otto", Role.OWN, PASSWORD, [99])
    otto = people.add(engine, "Otto", Role.OWN, PASSWORD, [tv])
    people.change(engine, otto, devices=[tv, phone])
    assert people.person(engine, otto).devices == (tv, phone)
    people.change(engine, otto, role=Role.VIEWER)
    assert people.person(engine, otto).devices == ()


def test_another_role_or_password_ends_their_sessions_and_nobody_elses(engine: Engine) -> None:
    vera = people.add(engine, "Vera", Role.VIEWER, PASSWORD)
    first = login_sessions.create_session(engine, "10.0.0.2")
    theirs = [login_sessions.create_session(engine, "10.0.0.3", account_id=vera) for _ in range(2)]
    people.set_password(engine, vera, "another one")
    assert not any(login_sessions.find_session(engine, made.id) for made in theirs)
    again = login_sessions.create_session(engine, "10.0.0.3", account_id=vera)
    people.change(engine, vera, name="Wera")
    assert login_sessions.find_session(engine, again.id) is not None
    people.change(engine, vera, role=Role.ADMIN)
    assert login_sessions.find_session(engine, again.id) is None
    last = login_sessions.create_session(engine, "10.0.0.3", account_id=vera)
    people.remove(engine, vera)
    assert login_sessions.find_session(engine, last.id) is None
    assert login_sessions.find_session(engine, first.id) is not None


def test_who_it_is_takes_a_name_and_a_password(engine: Engine) -> None:
    people.add(engine, "Vera", Role.VIEWER, "the one of Vera")
    assert [person and person.name for person in (
        account.check(engine, "the one of Vera", "vera"), account.check(engine, PASSWORD, "vera"),
        account.check(engine, PASSWORD), account.check(engine, PASSWORD, "nobody"),
        account.check(engine, "nobody", "x"),
    )] == ["Vera", None, "admin", None, None]  # fmt: skip


def test_what_becomes_of_people_stands_in_the_history_without_a_secret(engine: Engine) -> None:
    vera = people.add(engine, "Vera", Role.VIEWER, "the one of Vera")
    people.change(engine, vera, role=Role.ADMIN)
    people.remove(engine, vera)
    said = [str(change.what) for change in changes(engine)][:3]
    assert said[::-1] == [f"The user Vera {what}." for what in ("is added", "has the role admin now", "is removed")]
