# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows are put as they are wanted, or the row in the way is named. More of it: tests/store/household/test_undo.py."""

import sqlite3
from collections.abc import Iterator

import pytest

from store.history import put_rows, recording
from store.history.put_rows import Conflict
from store.history.recording import RowChange

pytestmark = pytest.mark.database

KIDS = {"id": 1, "name": "Kids", "answer": "", "schedule_id": None, "upstreams": "[]"}
NIGHT = {"id": 1, "name": "Night", "windows": "[]"}


@pytest.fixture
def open_con(con: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    con.execute("BEGIN IMMEDIATE")
    recording.begin(con)
    yield con
    con.execute("ROLLBACK")


def _names(con: sqlite3.Connection) -> list[str]:
    return [row[0] for row in con.execute('SELECT name FROM "group" ORDER BY id')]


def test_rows_that_need_each_other_come_in_any_order(open_con: sqlite3.Connection) -> None:
    kids = {**KIDS, "schedule_id": 1}
    put_rows.put(open_con, [RowChange("group", None, kids), RowChange("schedule", None, NIGHT)])
    put_rows.put(open_con, [RowChange("schedule", NIGHT, None), RowChange("group", kids, None)])
    assert _names(open_con) == []


def test_a_row_that_points_nowhere_is_named(open_con: sqlite3.Connection) -> None:
    with pytest.raises(Conflict) as conflict:
        put_rows.put(open_con, [RowChange("group", None, {**KIDS, "schedule_id": 7})])
    assert (conflict.value.table, conflict.value.key) == ("schedule", (7,))


@pytest.mark.parametrize(
    "wanted",
    [
        RowChange("group", None, {**KIDS, "name": "Others"}),  # there is one of that number
        RowChange("group", {**KIDS, "name": "Others"}, None),  # it is another by now
        RowChange("group", {**KIDS, "name": "Others"}, KIDS),
        RowChange("group", None, {**KIDS, "id": 2}),  # the name is taken
    ],
)
def test_what_is_not_as_expected_is_named(open_con: sqlite3.Connection, wanted: RowChange) -> None:
    put_rows.put(open_con, [RowChange("group", None, KIDS)])
    with pytest.raises(Conflict) as conflict:
        put_rows.put(open_con, [wanted])
    assert (conflict.value.table, conflict.value.key) == ("group", (1,))


def test_only_what_is_to_change_must_be_as_expected(open_con: sqlite3.Connection) -> None:
    put_rows.put(open_con, [RowChange("group", None, {**KIDS, "answer": "nodata"})])
    put_rows.put(open_con, [RowChange("group", KIDS, {**KIDS, "name": "Children"})])
    assert open_con.execute('SELECT name, answer FROM "group"').fetchone() == ("Children", "nodata")


def test_columns_that_came_since_have_their_default(open_con: sqlite3.Connection) -> None:
    put_rows.put(open_con, [RowChange("group", None, {"id": 1, "name": "Kids", "of_an_older_telltale": 1})])
    assert open_con.execute('SELECT upstreams FROM "group"').fetchone() == ("[]",)


def test_what_would_go_along_is_named(open_con: sqlite3.Connection) -> None:
    put_rows.put(open_con, [RowChange("group", None, KIDS)])
    open_con.execute("INSERT INTO device (id, first_seen) VALUES (3, 0)")
    open_con.execute("INSERT INTO device_group VALUES (3, 1)")
    with pytest.raises(Conflict) as conflict:
        put_rows.put(open_con, [RowChange("group", KIDS, None)])
    assert (conflict.value.table, conflict.value.key) == ("device_group", (3, 1))
