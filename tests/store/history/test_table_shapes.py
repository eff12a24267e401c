# SPDX-License-Identifier: GPL-3.0-or-later
"""How SQLite says that a table is made."""

import sqlite3

from store.history.table_shapes import row_at, rows, shape


def _made() -> sqlite3.Connection:
    con = sqlite3.connect(":memory:")
    con.execute('CREATE TABLE "the order" (b TEXT, a INTEGER, "on" TEXT UNIQUE, PRIMARY KEY (b, a), UNIQUE (a, "on"))')
    con.execute("INSERT INTO \"the order\" VALUES ('x', 2, NULL), ('x', 1, 'y')")
    return con


def test_columns_keys_and_what_is_unique() -> None:
    of = shape(_made(), "the order")
    assert (of.columns, of.key) == (("b", "a", "on"), ("b", "a"))
    assert set(of.unique) == {("on",), ("a", "on")}
    assert of.key_of({"a": 1, "b": "x", "on": None}) == ("x", 1)


def test_rows_come_in_the_order_of_their_key() -> None:
    con = _made()
    of = shape(con, "the order")
    assert [row["a"] for row in rows(con, of)] == [1, 2]
    assert row_at(con, of, ("x", 2)) == {"b": "x", "a": 2, "on": None}
    assert row_at(con, of, ("x", 3)) is None


def test_a_table_that_is_not_there_has_no_columns() -> None:
    assert shape(_made(), "none").columns == ()
