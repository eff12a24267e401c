# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest
from told_facts import NOTHING, ToldFacts

from store.log import name_facts
from store.names.purpose import Kind, Purpose


@pytest.mark.parametrize(
    ("company", "purpose", "stored"),
    [
        ("Acme", Purpose.ADS, (("Acme", 1), 2)),
        ("Acme", Purpose.FUNCTION, (("Acme", 2), 10)),
        (None, Purpose.CONTENT, (("", 2), 8)),
        (None, None, (name_facts.NOBODY, 0)),
    ],
)
def test_what_is_stored_of_a_fact(company: str | None, purpose: Purpose | None, stored: name_facts.Stored) -> None:
    facts = ToldFacts(lambda name: company, lambda name: purpose)
    assert name_facts.stored(facts.of("a.example")) == stored


def test_nobody_is_known_to_facts_that_say_nothing() -> None:
    assert name_facts.stored(NOTHING.of("a.example")) == (name_facts.NOBODY, 0)


def test_a_kind_has_its_word_in_sql() -> None:
    sql = name_facts.kind_sql("c")
    con = sqlite3.connect(":memory:")
    rows = con.execute(f"SELECT {sql} FROM (SELECT value kind FROM json_each('[0, 1, 2, null]')) c")
    assert [word for (word,) in rows] == [Kind.UNKNOWN.word, Kind.TRACKING.word, Kind.USE.word, Kind.UNKNOWN.word]
    con.close()
