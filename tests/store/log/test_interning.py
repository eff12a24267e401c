# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest
from told_facts import ToldFacts

from store.log import interning
from store.log.batches import key_columns
from store.log.interning import Interner
from store.log.records import Key
from store.names.purpose import Purpose

pytestmark = pytest.mark.database


def _company(name: str) -> str | None:
    return "Acme" if name.endswith("acme.example") else None


FACTS = ToldFacts(_company, {"a.acme.example": Purpose.ADS, "ads.example": Purpose.ADS}.get)


def test_a_word_has_one_id_also_after_the_cache_was_full(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interning, "MAX_CACHED", 3)
    interner = Interner(log, FACTS)
    first = [interner.name(f"{number}.example") for number in range(10)]
    assert [interner.name(f"{number}.example") for number in range(10)] == first
    assert len(interner._names) <= 3
    assert log.execute("SELECT count(*) FROM names").fetchone() == (10,)


def test_a_client_has_one_id_with_each_of_its_devices_also_after_the_cache_was_full(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interning, "MAX_CACHED", 7)
    crowd = [(f"10.0.0.{number}", device) for number in range(5) for device in (0, number)]
    interner = Interner(log, FACTS)
    first = interner.clients(crowd)
    assert [interner.client(*client) for client in crowd] == first == Interner(log, FACTS).clients(crowd)
    assert dict(zip(crowd, first, strict=True)) == {
        (address, device): number
        for number, address, device in log.execute("SELECT id, address, noted_id FROM clients")
    }
    assert len(set(crowd)) == len(set(first)) == 9 and len(interner._clients) <= 9


def test_a_name_carries_its_company(log: sqlite3.Connection) -> None:
    interner = Interner(log, FACTS)
    for name in ("a.acme.example", "b.acme.example", "other.example"):
        interner.name(name)
    found = log.execute("SELECT n.name, c.name FROM names n LEFT JOIN companies c ON c.id = n.company_id ORDER BY n.id")
    assert found.fetchall() == [("a.acme.example", "Acme"), ("b.acme.example", "Acme"), ("other.example", None)]


def test_a_company_is_there_once_for_each_kind(log: sqlite3.Connection) -> None:
    names = ["a.acme.example", "b.acme.example", "c.acme.example", "ads.example", "other.example"]
    Interner(log, FACTS).names(names[:2])
    Interner(log, FACTS).names(names)
    rows = log.execute(
        """SELECT n.name, c.name, c.kind, p.name FROM names n LEFT JOIN companies c ON c.id = n.company_id
           JOIN purposes p ON p.id = n.purpose ORDER BY n.id"""
    ).fetchall()
    assert rows == [
        ("a.acme.example", "Acme", 1, "ads"), ("b.acme.example", "Acme", 0, "unknown"),
        ("c.acme.example", "Acme", 0, "unknown"), ("ads.example", "", 1, "ads"),
        ("other.example", None, None, "unknown"),
    ]  # fmt: skip
    assert log.execute("SELECT count(*) FROM companies WHERE name = 'Acme'").fetchone() == (2,)


def test_equal_outcomes_are_one_row(log: sqlite3.Connection) -> None:
    interner = Interner(log, FACTS)
    key = Key("a.example", 1, 1, 4, "ads", "example", 0, "9.9.9.9")
    assert interner.outcome(key[1:]) == interner.outcome(key._replace(name="b.example")[1:])
    assert Interner(log, FACTS).outcome(key[1:]) == interner.outcome(key[1:])
    others = {interner.outcome(key._replace(**{field: value})[1:]) for field, value in (
        ("qtype", 28), ("verdict", 2), ("origin", 0), ("blocklist", ""), ("rule", ""), ("rcode", 3), ("upstream", ""),
    )}  # fmt: skip
    assert len(others | {interner.outcome(key[1:])}) == 8


def test_outcomes_of_keys_are_the_same_rows_with_their_rules_apart(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interning, "MAX_CACHED", 3)
    cases = [(1, "a"), (28, "b"), (1, "a"), (1, ""), (1, "b"), (1, "c")]
    keys = [Key(f"{number}.example", qtype, 1, 4, "ads", rule, 0, "") for number, (qtype, rule) in enumerate(cases)]
    together, apart = Interner(log, FACTS), Interner(log, FACTS)
    _, rules, outcomes, outcome_of = key_columns(keys)
    for _ in range(2):
        numbers = together.outcomes(outcomes, outcome_of, rules)
        assert numbers == [apart.outcome(key[1:]) for key in keys] and len({*numbers}) == 5
    rows = log.execute("SELECT o.id, COALESCE(n.name, '') FROM outcomes o LEFT JOIN names n ON n.id = o.rule_id")
    assert dict(rows) == dict(zip(numbers, rules, strict=True))


def test_while_new_names_and_outcomes_are_stored_others_get_their_turn(log: sqlite3.Connection) -> None:
    turns = list[None]()
    interner = Interner(log, FACTS, lambda: turns.append(None))
    rules = [f"{number}.ads.example" for number in range(1000)]
    interner.names(rules)
    assert len(turns) >= 9
    turns.clear()
    outcome = Key("", 1, 1, 4, "ads", "", 0, "")[1:]
    interner.outcomes([outcome], [0] * 1000, rules)
    assert len(turns) == 1000 // interning.AT_ONCE
    interner.outcomes([outcome], [0] * 1000, rules)
    assert len(turns) == 1000 // interning.AT_ONCE, "what is known is no work to speak of"


def test_an_outcome_is_one_row_wherever_it_is_known_from(
    log: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interning, "MAX_RECENT_OUTCOMES", 3)
    outcomes = [Key("a.example", number, 1, 4, "ads", "example", 0, "")[1:] for number in range(10)]
    first = [Interner(log, FACTS).outcome(outcome) for outcome in outcomes]  # each knows but what the log tells
    interner = Interner(log, FACTS)
    assert [interner.outcome(outcome) for outcome in outcomes] == first == sorted(set(first))
    assert log.execute("SELECT count(*) FROM outcomes").fetchone() == (10,)
    assert log.execute("SELECT count(*) FROM known_outcomes").fetchone() == (9,)


def test_ids_are_forgotten_when_rows_were_purged(log: sqlite3.Connection) -> None:
    interner = Interner(log, FACTS)
    interner.refresh()
    interner.name("a.example")
    log.execute("DELETE FROM names")
    log.execute("UPDATE marks SET value = value + 1 WHERE key = 'names_purged'")
    interner.refresh()
    number = interner.name("a.example")
    assert log.execute("SELECT name FROM names WHERE id = ?", (number,)).fetchone() == ("a.example",)
