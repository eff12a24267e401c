# SPDX-License-Identifier: GPL-3.0-or-later
"""A few letters find names and companies, the likeliest first, and never longer than patience lasts."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fresh_state import lay_log

from store.stats import name_search
from store.stats.sqlite_reader import empty_reader, open_reader

pytestmark = pytest.mark.database

NAMES = ["ads.example", "x.ads.example", "bads.example", "ad.example", "new.ads.example"]


@pytest.fixture
def con(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    lay_log(tmp_path)
    with closing(sqlite3.connect(tmp_path / "querylog.db", isolation_level=None)) as opened:
        opened.executemany("INSERT INTO names (id, name) VALUES (?, ?)", enumerate(NAMES, 1))
        opened.execute("INSERT INTO known_names SELECT name, id FROM names WHERE id < 5")
        companies = [("Acme", 0), ("Acme", 1), ("Old Acme", 1)]
        opened.executemany("INSERT INTO companies (name, kind) VALUES (?, ?)", companies)
        yield opened


def test_names_that_begin_with_it_come_first_then_labels_that_do(con: sqlite3.Connection) -> None:
    assert name_search.names(con, "ads", 10) == ["ads.example", "new.ads.example", "x.ads.example", "bads.example"]
    assert name_search.names(con, "ads", 2) == ["ads.example", "new.ads.example"]
    assert name_search.names(con, "ad", 2) == ["ad.example", "ads.example"]


def test_a_name_that_is_not_in_the_index_yet_is_found(con: sqlite3.Connection) -> None:
    assert name_search.names(con, "new.", 5) == ["new.ads.example"]


@pytest.mark.parametrize("text", ["", "%", "_", "'", "\x00", "\U0010ffff"])
def test_nothing_is_a_pattern(con: sqlite3.Connection, text: str) -> None:
    assert name_search.names(con, text, 5) == []
    assert name_search.companies(con, text, 5) == []


def test_rules_as_lists_write_them_are_no_names(con: sqlite3.Connection) -> None:
    rules = enumerate(["||ads.example^", "@@||ads.example^", "/ads[0-9]/"], 9)
    con.executemany("INSERT INTO names (id, name) VALUES (?, ?)", rules)
    assert name_search.names(con, "ads", 10) == ["ads.example", "new.ads.example", "x.ads.example", "bads.example"]
    assert name_search.names(con, "||", 10) == []


def test_when_patience_ends_what_was_found_stands(con: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(name_search, "PATIENCE_SECONDS", -1)
    monkeypatch.setattr(name_search, "STEPS", 1)
    assert name_search.names(con, "ads", 10) == ["ads.example"]
    assert con.execute("SELECT count(*) FROM names").fetchone() == (5,)


def test_companies_by_any_part_each_once(con: sqlite3.Connection) -> None:
    assert name_search.companies(con, "ACME", 5) == ["Acme", "Old Acme"]


def test_the_reader_asks_for_both(tmp_path: Path, con: sqlite3.Connection) -> None:
    with closing(open_reader(tmp_path)) as reader:
        assert reader.names_like("ads", 1) == ["ads.example"]
        assert reader.companies_like("old", 1) == ["Old Acme"]
    with closing(empty_reader()) as reader:
        assert reader.names_like("a", 5) == reader.companies_like("a", 5) == []
