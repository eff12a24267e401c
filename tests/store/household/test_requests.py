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
from store.household import exceptions, requests

pytestmark = pytest.mark.database

NOW = 1_800_000_000


@pytest.fixture
def home(engine: Engine, con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Devices 1 and 2, now."""
    monkeypatch.setattr(time, "time", lambda: float(NOW))
    for address in ("10.0.0.2", "10.0.0.3"):
        sightings_store.sighted(con, address)
    return engine


def test_a_request_waits_and_is_granted_for_its_device(home: Engine) -> None:
    number = requests.ask_for(home, 1, "Shop.example", "  for my\n homework ").id
    (waiting,) = requests.waiting(home)
    assert (waiting.id, waiting.device_id, waiting.name, waiting.note) == (number, 1, "shop.example", "for my homework")
    assert requests.grant(home, number, NOW + 60, "admin").granted == NOW + 60
    assert requests.waiting(home) == []
    assert [(each.scope, each.name, each.until, each.who) for each in exceptions.exceptions(home)] == [
        ("device:1", "shop.example", NOW + 60, "admin")
    ]
    assert requests.of_device(home, 1)[0].granted == NOW + 60 and requests.of_device(home, 2) == []


def test_what_was_answered_is_told_as_that(home: Engine) -> None:
    number = requests.ask_for(home, 1, "shop.example").id
    requests.grant(home, number, NOW + 60, "admin")
    with pytest.raises(NotFound, match=f"Request {number} was answered already: shop.example was let through"):
        requests.refuse(home, number)
    number = requests.ask_for(home, 1, "film.example").id
    requests.refuse(home, number)
    with pytest.raises(NotFound, match=f"Request {number} was answered already: film.example was refused"):
        requests.grant(home, number, NOW + 60, "admin")
    with pytest.raises(NotFound, match="There is no request 99"):
        requests.refuse(home, 99)


def test_granted_for_good_it_is_a_rule(home: Engine) -> None:
    granted = requests.grant(home, requests.ask_for(home, 1, "shop.example").id, None)
    assert granted.granted == requests.FOR_EVER
    assert [(rule.kind, rule.name, rule.scope_kind, rule.scope_id) for rule in edit.rules(home)] == [
        ("allow", "shop.example", "device", 1)
    ]


def test_refused_it_lets_nothing_through_and_can_be_asked_again(home: Engine) -> None:
    number = requests.ask_for(home, 1, "shop.example").id
    assert requests.refuse(home, number).granted == 0
    assert exceptions.exceptions(home) == [] and requests.of_device(home, 1)[0].granted == 0
    assert requests.ask_for(home, 1, "shop.example").id != number
    for decide in (requests.refuse, lambda e, n: requests.grant(e, n, NOW + 60)):
        with pytest.raises(NotFound, match=f"Request {number} was answered already"):
            decide(home, number)


def test_the_same_request_again_is_the_one_that_waits(home: Engine) -> None:
    first = requests.ask_for(home, 1, "shop.example", "please")
    assert requests.ask_for(home, 1, "shop.example") == first
    assert requests.ask_for(home, 1, "shop.example", "now").note == "now"
    assert len(requests.waiting(home)) == 1


@pytest.mark.parametrize(
    ("edit_", "error", "words"),
    [
        (lambda e: requests.ask_for(e, 9, "a.example"), NotFound, "device 9"),
        (lambda e: requests.ask_for(e, 1, "a b"), EditError, "no valid name"),
        (lambda e: requests.ask_for(e, 1, "a.example", "x" * 201), EditError, "at most 200"),
        (lambda e: requests.ask_for(e, 1, "a.example", "\u202eevil"), EditError, "printable"),
        (lambda e: requests.grant(e, 5, None), NotFound, "request 5"),
    ],
)
def test_what_makes_no_sense_is_refused(
    home: Engine, edit_: Callable[[Engine], Any], error: type[EditError], words: str
) -> None:
    with pytest.raises(error, match=words):
        edit_(home)
    assert requests.waiting(home) == []


def test_one_device_can_not_take_all_the_room(home: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "MAX_OF_DEVICE", 2)
    monkeypatch.setattr(requests, "MAX_WAITING", 3)
    for name in ("a.example", "b.example"):
        requests.ask_for(home, 1, name)
    with pytest.raises(EditError, match="2 names of this device wait"):
        requests.ask_for(home, 1, "c.example")
    requests.ask_for(home, 2, "a.example")
    with pytest.raises(EditError, match="3 requests wait"):
        requests.ask_for(home, 2, "b.example")


def test_what_was_decided_is_forgotten_after_a_week(
    home: Engine, con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests.refuse(home, requests.ask_for(home, 1, "a.example").id)
    monkeypatch.setattr(time, "time", lambda: float(NOW + requests.KEEP_SECONDS + 1))
    assert requests.of_device(home, 1) == []
    requests.ask_for(home, 1, "b.example")
    assert con.execute("SELECT name FROM request").fetchall() == [("b.example",)]


def test_with_a_device_its_requests_go(home: Engine, con: sqlite3.Connection) -> None:
    requests.ask_for(home, 1, "a.example")
    con.execute("DELETE FROM device WHERE id = 1")
    assert requests.waiting(home) == []
