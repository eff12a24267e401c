# SPDX-License-Identifier: GPL-3.0-or-later
"""The columns as they are declared are those of the log's tables and of its view."""

import sqlite3
from dataclasses import fields

import pytest

from store.log import records
from store.log.records import COLUMNS, OUTCOME, OUTCOME_COLUMNS, Key, QueryRow, Transport, row_key
from store.sums import lookups

pytestmark = pytest.mark.database

KEY = Key("a.example", 1, 1, 4, "ads", "a.example", 0, "9.9.9.9")


@pytest.mark.parametrize("key", [KEY, KEY._replace(rule=""), KEY._replace(transport=Transport.DOT, dnssec=2)])
def test_a_key_of_rows_is_the_key_with_its_rule_apart(key: Key) -> None:
    rows = row_key(key)
    assert rows.key == key and (rows.name, rows.rule) == (key.name, key.rule)
    assert rows.outcome == key._replace(rule="")[1:]
    over = rows.over(Transport.DOH)
    assert over.key == key._replace(transport=Transport.DOH) and over.over(Transport.DOH) is over


@pytest.mark.parametrize("table", ["outcomes", "known_outcomes"])
def test_an_outcome_has_the_columns_of_its_tables(log: sqlite3.Connection, table: str) -> None:
    kept = [row[1] for row in log.execute(f"PRAGMA table_info({table})") if row[1] != "id"]
    assert kept == [stored.column for stored in OUTCOME] == OUTCOME_COLUMNS.split(", ")
    assert len(OUTCOME) == len(Key._fields) - 1
    tables = {name for (name,) in log.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert {stored.table for stored in OUTCOME if stored.table} <= tables


def test_outcomes_that_differ_in_one_column_are_two(log: sqlite3.Connection) -> None:
    key = [row[1] for row in log.execute("PRAGMA table_info(known_outcomes)") if row[5]]
    assert key == OUTCOME_COLUMNS.split(", "), "a table's key is not altered: its migration makes it anew"


def test_a_row_has_the_columns_of_the_view(log: sqlite3.Connection) -> None:
    shown = [row[1] for row in log.execute("PRAGMA table_info(queries)")]
    assert shown == [column.name for column in COLUMNS] == [field.name for field in fields(QueryRow)]


def test_an_outcome_from_before_is_completed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert records.completed(list(KEY[1:])) == KEY[1:]
    defaults = {"rcode": 7, "upstream": "none", "source": "", "transport": 2, "dnssec": 1}
    monkeypatch.setattr(Key, "_field_defaults", defaults)
    assert records.completed(list(KEY[1:6])) == (*KEY[1:6], 7, "none", "", 2, 1)


def test_what_failed_is_the_same_by_numbers_and_by_the_words_of_the_view(log: sqlite3.Connection) -> None:
    words = dict(log.execute("SELECT id, name FROM rcodes"))
    sql = f"SELECT {records.FAILED_IN_VIEW} FROM (SELECT ? AS verdict, ? AS rcode)"
    for verdict in records.Verdict:
        for rcode, word in words.items():
            failed = records.counted(verdict, rcode) == records.FAILED
            assert bool(log.execute(sql, (verdict.name, word)).fetchone()[0]) == failed


def test_types_of_look_ups_are_the_same_by_numbers_and_by_words(log: sqlite3.Connection) -> None:
    words = dict(log.execute("SELECT id, name FROM types"))
    assert tuple(words[number] for number in lookups.ADDRESS_TYPES) == lookups.ADDRESS_WORDS
