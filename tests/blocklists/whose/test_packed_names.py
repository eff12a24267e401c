# SPDX-License-Identifier: GPL-3.0-or-later
"""Packed, the tables say what they said."""

import pytest

from blocklists.whose.packed_names import PackedNames, StatementLines
from blocklists.whose.statement import Heed, Statement
from store.names.purpose import Purpose

TABLE = {
    "a.test": Statement("companies", "Ä & Sons\t\n", "a\"b", Purpose.ADS, Heed.NONE, doubtful=True),
    "b.test": Statement("public-suffix", hosted=True),
    "c.b.test": Statement("companies", "C", None, Purpose.UPDATE, Heed.TRACKING),
    "d.test": Statement("public-suffix", hosted=True),
}


@pytest.fixture(name="packed")
def the_same_packed() -> PackedNames:
    statements = list(dict.fromkeys(TABLE.values()))
    places = {statement: place for place, statement in enumerate(statements)}
    return PackedNames.of(TABLE, StatementLines.of(statements), places)


def test_each_name_says_what_it_said_and_no_other_says_anything(packed: PackedNames) -> None:
    assert {name: packed[name] for name in TABLE} == TABLE and len(packed) == len(TABLE)
    for name in ("", "test", "e.test", "a.a.test"):
        assert packed.get(name) is None
        with pytest.raises(KeyError):
            packed[name]


def test_each_statement_is_told_once(packed: PackedNames) -> None:
    assert list(packed.values()) == list(dict.fromkeys(TABLE.values()))


def test_of_nothing_nothing_is_said() -> None:
    nothing = PackedNames.of({}, StatementLines.of([]), {})
    assert nothing.get("a.test") is None and not len(nothing) and not list(nothing.values())
