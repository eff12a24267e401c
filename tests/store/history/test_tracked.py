# SPDX-License-Identifier: GPL-3.0-or-later
"""Every table of config.db is tracked, or listed with its reason why not."""

import sqlite3

import pytest

from store.history.table_shapes import shape
from store.history.tracked import COME_BACK, END_THEMSELVES, NETWORKS_OWN, NOT_TRACKED, TRACKED

pytestmark = pytest.mark.database

SECRETS = ("hash", "csrf", "password", "secret")


def _tables(con: sqlite3.Connection) -> set[str]:
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return {row[0] for row in con.execute(sql)}


def test_every_table_is_tracked_or_says_why_not(con: sqlite3.Connection) -> None:
    assert set(TRACKED) | NOT_TRACKED.keys() == _tables(con)
    assert not set(TRACKED) & NOT_TRACKED.keys()
    assert all(NOT_TRACKED.values())


def test_no_secret_is_tracked(con: sqlite3.Connection) -> None:
    columns = {(table, column) for table in TRACKED for column in shape(con, table).columns}
    assert not [(table, column) for table, column in columns if any(word in column for word in SECRETS)]


def test_what_is_the_networks_is_there(con: sqlite3.Connection) -> None:
    for table, columns in NETWORKS_OWN.items():
        assert columns <= set(shape(con, table).columns)
    assert set(TRACKED) >= COME_BACK | END_THEMSELVES
