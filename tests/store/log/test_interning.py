# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.log import interning
from store.log.interning import Interner
from store.log.records import Key

pytestmark = pytest.mark.database


def _company(name: str) -> str | None:
    return "Acme" if name.endswith("acme.example") else None


def test_a_word_has_one_id_also_after_the_cache_was_full(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interning, "MAX_CACHED", 3)
    interner = Interner(log, _company)
    first = [interner.name(f"{number}.example") for number in range(10)]
    assert [interner.name(f"{number}.example") for number in range(10)] == first
    assert len(interner._names) <= 3
    assert log.execute("SELECT count(*) FROM names").fetchone() == (10,)


def test_a_name_carries_its_company(log: sqlite3.Connection) -> None:
    interner = Interner(log, _company)
    for name in ("a.acme.example", "b.acme.example", "other.example"):
        interner.name(name)
    found = log.execute("SELECT n.name, c.name FROM names n LEFT JOIN companies c ON c.id = n.company_id ORDER BY n.id")
    assert found.fetchall() == [("a.acme.example", "Acme"), ("b.acme.example", "Acme"), ("other.example", None)]
    assert log.execute("SELECT count(*) FROM companies").fetchone() == (1,)


def test_equal_outcomes_are_one_row(log: sqlite3.Connection) -> None:
    interner = Interner(log, _company)
    key = Key("a.example", 1, 1, 4, "ads", "example", 0, "9.9.9.9")
    assert interner.outcome(key[1:]) == interner.outcome(key._replace(name="b.example")[1:])
    assert Interner(log, _company).outcome(key[1:]) == interner.outcome(key[1:])
    others = {interner.outcome(key._replace(**{field: value})[1:]) for field, value in (
        ("qtype", 28), ("verdict", 2), ("origin", 0), ("blocklist", ""), ("rule", ""), ("rcode", 3), ("upstream", ""),
    )}  # fmt: skip
    assert len(others | {interner.outcome(key[1:])}) == 8


def test_an_outcome_is_one_row_wherever_it_is_known_from(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interning, "MAX_RECENT_OUTCOMES", 3)
    outcomes = [Key("a.example", number, 1, 4, "ads", "example", 0, "")[1:] for number in range(10)]
    first = [Interner(log, _company).outcome(outcome) for outcome in outcomes]  # each knows but what the log tells
    interner = Interner(log, _company)
    assert [interner.outcome(outcome) for outcome in outcomes] == first == sorted(set(first))
    assert log.execute("SELECT count(*) FROM outcomes").fetchone() == (10,)
    assert log.execute("SELECT count(*) FROM known_outcomes").fetchone() == (9,)


def test_ids_are_forgotten_when_rows_were_purged(log: sqlite3.Connection) -> None:
    interner = Interner(log, _company)
    interner.refresh()
    interner.name("a.example")
    log.execute("DELETE FROM names")
    log.execute("UPDATE marks SET value = value + 1 WHERE key = 'names_purged'")
    interner.refresh()
    number = interner.name("a.example")
    assert log.execute("SELECT name FROM names WHERE id = ?", (number,)).fetchone() == ("a.example",)
