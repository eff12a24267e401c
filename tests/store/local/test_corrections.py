# SPDX-License-Identifier: GPL-3.0-or-later
"""What people say of names: read as they write it, or refused in plain words."""

import sqlite3

import pytest

from store.base import db
from store.local.corrections import CorrectionScope, NameCorrection, WrongCorrection, check, load
from store.names.purpose import Kind, Purpose


def test_what_is_written_is_read() -> None:
    assert check("*.Acme.Example.", company=" Acme  Ltd ", purpose="crash") == NameCorrection(
        "acme.example", CorrectionScope.SUFFIX, "Acme Ltd", None, Purpose.CRASH
    )
    assert check("a.example", "exact", "", "", "", "use", " mine ") == NameCorrection(
        "a.example", CorrectionScope.EXACT, kind=Kind.USE, note="mine"
    )


@pytest.mark.parametrize(
    ("words", "part", "sentence"),
    [
        ({"name": "a b", "company": "A"}, "name", "no valid name"),
        ({"name": "", "company": "A"}, "name", "empty"),
        ({"name": "a.example"}, "company", "at least one of"),
        ({"name": "a.example", "scope": "all", "company": "A"}, "scope", "neither exact nor suffix"),
        ({"name": "a.example", "company": "A" * 101}, "company", "up to 100 characters"),
        ({"name": "a.example", "product": "A\x07"}, "product", "that cannot be seen"),
        ({"name": "a.example", "purpose": "fun"}, "purpose", "no purpose: choose analytics, ads"),
        ({"name": "a.example", "kind": "good"}, "kind", "no kind: choose unknown, tracking, use"),
        ({"name": "a.example", "company": "A", "note": "x" * 501}, "note", "up to 500 characters"),
    ],
)
def test_what_cannot_be_is_refused(words: dict[str, str], part: str, sentence: str) -> None:
    with pytest.raises(WrongCorrection, match=sentence) as caught:
        check(**words)
    assert caught.value.part == part


def test_a_row_that_is_none_is_passed_over() -> None:
    con = sqlite3.connect(":memory:", isolation_level=None)
    db.migrate_connection(con, "config")
    rows = [("a.example", "exact", "A", "use"), ("b.example", "suffix", "B", "bad")]
    con.executemany("INSERT INTO name_correction (name, scope, company, kind, created_at) VALUES (?, ?, ?, ?, 0)", rows)
    assert [correction.name for correction in load(con)] == ["a.example"]
    con.close()
