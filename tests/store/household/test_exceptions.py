# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import pytest

from store.config import edit
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.devices import sightings_store
from store.household import exceptions, policy

pytestmark = pytest.mark.database

NOW = 1_800_000_000
UNTIL = NOW + exceptions.USUAL_SECONDS


@pytest.fixture
def home(engine: Engine, con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Devices 1 and 2, now."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))
    for address in ("10.0.0.2", "10.0.0.3"):
        sightings_store.sighted(con, address)
    return engine


def test_a_name_is_let_through_for_one_device(home: Engine, con: sqlite3.Connection) -> None:
    made = exceptions.let_through(home, "device:1", " Shop.Example. ", UNTIL, "Anna's phone")
    assert (made.scope, made.name, made.until, made.who) == ("device:1", "shop.example", UNTIL, "Anna's phone")
    assert exceptions.exceptions(home) == exceptions.exceptions(home, "device:1") == [made]
    assert exceptions.exceptions(home, "device:2") == []
    policies = policy.load(con, now_s=NOW)
    assert [policies.of(f"10.0.0.{end}").relief.names for end in (2, 3)] == [("shop.example",), ()]
    assert policies.next_edge_s == UNTIL
    assert policy.load(con, now_s=UNTIL).of("10.0.0.2").relief.names == ()


def test_the_same_name_again_ends_when_it_was_asked_for_last(home: Engine) -> None:
    exceptions.let_through(home, "device:1", "shop.example", UNTIL)
    exceptions.let_through(home, "device:1", "shop.example", NOW + 60)
    exceptions.let_through(home, "device:2", "shop.example", UNTIL)
    assert [(each.scope, each.until) for each in exceptions.exceptions(home)] == [
        ("device:2", UNTIL), ("device:1", NOW + 60),
    ]  # fmt: skip


def test_it_can_be_undone_by_its_own_device_alone(home: Engine) -> None:
    number = exceptions.let_through(home, "device:1", "shop.example", UNTIL).id
    with pytest.raises(NotFound, match="it is over"):
        exceptions.end_exception(home, number, "device:2")
    exceptions.end_exception(home, number, "device:1")
    with pytest.raises(NotFound, match="it is over"):
        exceptions.end_exception(home, number)


def test_kept_it_is_a_rule_of_the_same_scope(home: Engine, con: sqlite3.Connection) -> None:
    number = exceptions.let_through(home, "device:1", "shop.example", UNTIL).id
    rule = exceptions.keep(home, number)
    assert exceptions.exceptions(home) == []
    assert [(each.id, each.kind, each.name, each.scope_id) for each in edit.rules(home)] == [
        (rule, "allow", "shop.example", 1)
    ]
    assert exceptions.let_through_for_good(home, "device:1", "shop.example") == rule, "there is one already"
    assert policy.load(con, now_s=UNTIL).of("10.0.0.2").rules[0].name == "shop.example"


@pytest.mark.parametrize(
    ("edit_", "error", "words"),
    [
        (lambda e: exceptions.let_through(e, "device:9", "a.example", UNTIL), NotFound, "device 9"),
        (lambda e: exceptions.let_through(e, "device:1", "a b", UNTIL), EditError, "no valid name"),
        (lambda e: exceptions.let_through(e, "device:1", "", UNTIL), EditError, "is empty"),
        (lambda e: exceptions.let_through(e, "device:1", "<script>.example", UNTIL), EditError, "no valid name"),
        (lambda e: exceptions.let_through(e, "device:1", "a.example", NOW), EditError, "is over"),
        (lambda e: exceptions.let_through(e, "device:1", "a.example", NOW * 2), EditError, "a year"),
        (lambda e: exceptions.keep(e, 7), NotFound, "exception 7"),
        (lambda e: exceptions.let_through_for_good(e, "nobody", "a.example"), EditError, "no scope"),
    ],
)
def test_what_makes_no_sense_is_refused(
    home: Engine, edit_: Callable[[Engine], Any], error: type[EditError], words: str
) -> None:
    with pytest.raises(error, match=words):
        edit_(home)
    assert exceptions.exceptions(home) == []


def test_there_is_an_end_of_exceptions(home: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exceptions, "MAX_OF_SCOPE", 1)
    monkeypatch.setattr(exceptions, "MAX_EXCEPTIONS", 2)
    exceptions.let_through(home, "device:1", "a.example", UNTIL)
    with pytest.raises(EditError, match="1 names are let through there"):
        exceptions.let_through(home, "device:1", "b.example", UNTIL)
    exceptions.let_through(home, "device:2", "a.example", UNTIL)
    with pytest.raises(EditError, match="2 names are let through already"):
        exceptions.let_through(home, "house", "a.example", UNTIL)


def test_with_a_device_its_exceptions_go(home: Engine, con: sqlite3.Connection) -> None:
    exceptions.let_through(home, "device:1", "a.example", UNTIL)
    con.execute("DELETE FROM device WHERE id = 1")
    assert con.execute("SELECT count(*) FROM exception").fetchone() == (0,)
