# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts with what a home's people corrected."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from blocklists.whose import home_facts
from blocklists.whose.facts import Kind
from store.base import db

pytestmark = pytest.mark.database

INSERT = "INSERT INTO name_correction (name, scope, company, kind, created_at) VALUES"


@pytest.fixture(name="state")
def corrected_home(tmp_path: Path) -> Path:
    """A state directory whose config.db says that a.example is A's."""
    db.migrate(tmp_path / "config.db")
    with closing(sqlite3.connect(tmp_path / "config.db", isolation_level=None)) as con:
        con.execute(f"{INSERT} ('a.example', 'suffix', 'A', NULL, 0)")
    return tmp_path


def test_they_are_read_from_config_db(state: Path) -> None:
    assert home_facts.load(state).of("x.a.example").company == "A"
    assert home_facts.load(state / "elsewhere").of("x.a.example").company is None


def test_a_process_that_lives_long_takes_each_correction(state: Path) -> None:
    known = home_facts.HomeFacts()
    with closing(sqlite3.connect(state / "config.db", isolation_level=None)) as con:
        first = known.now(con)
        assert first.of("x.a.example").company == "A" and known.now(con) is first
        con.execute(f"{INSERT} ('b.example', 'exact', NULL, 'use', 0)")
        second = known.now(con)
        assert second.of("b.example").kind is Kind.USE and second.version != first.version
        con.execute("DELETE FROM name_correction")
        assert known.now(con).of("x.a.example").company is None


def test_a_home_that_cannot_be_read_keeps_what_was_known(state: Path) -> None:
    known = home_facts.HomeFacts()
    assert known.of_state(state / "elsewhere").of("x.a.example").company is None
    first = known.of_state(state)
    assert first.of("x.a.example").company == "A"
    assert known.of_state(state / "elsewhere") is first
