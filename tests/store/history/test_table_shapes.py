# SPDX-License-Identifier: GPL-3.0-or-later
"""How SQLite says that a table is made."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from store.history.table_shapes import row_at, rows, shape


@pytest.fixture
def con() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute(
            'CREATE TABLE "the order" (b TEXT, a INTEGER, "on" TEXT UNIQUE, PRIMARY KEY (b, a), UNIQUE (a, "on"))'
        )
        made.execute("INSERT INTO \"the order\" VALUES ('x', 2, NULL), ('x', 1, 'y')")
        yield made


def test_columns_keys_and_what_is_unique(con: sqlite3.Connection) -> None:
    of = shape(con, "the order")
    assert (of.columns, of.key) == (("b", "a", "on"), ("b", "a"))
    assert set(of.unique) == {("on",), ("a", "on")}
    assert of.key_of({"a": 1, "b": "x", "on": None}) == ("x", 1)


def test_rows_come_in_the_order_of_their_key(con: sqlite3.Connection) -> None:
    of = shape(con, "the order")
    assert [row["a"] for row in rows(con, of)] == [1, 2]
    assert row_at(con, of, ("x", 2)) == {"b": "x", "a": 2, "on": None}
    assert row_at(con, of, ("x", 3)) is None


def test_a_table_that_is_not_there_has_no_columns(con: sqlite3.Connection) -> None:
    assert shape(con, "none").columns == ()
