# SPDX-License-Identifier: GPL-3.0-or-later
"""What points nowhere is found, and the row in the way is named."""

import sqlite3

import pytest

from store.history.recording import RowChange
from store.history.row_references import loose_end
from store.history.table_shapes import Shape, shape
from store.history.tracked import TRACKED

pytestmark = pytest.mark.database


@pytest.fixture
def shapes(con: sqlite3.Connection) -> dict[str, Shape]:
    con.execute("PRAGMA foreign_keys = OFF")
    return {table: shape(con, table) for table in TRACKED}


def test_all_is_well(con: sqlite3.Connection, shapes: dict[str, Shape]) -> None:
    assert loose_end(con, shapes, []) is None


def test_the_missing_one_is_named_where_a_row_came(con: sqlite3.Connection, shapes: dict[str, Shape]) -> None:
    con.execute("INSERT INTO device_group VALUES (3, 7)")
    con.execute("INSERT INTO device (id, first_seen) VALUES (3, 0)")
    came = RowChange("device_group", None, {"device_id": 3, "group_id": 7})
    assert loose_end(con, shapes, [came]) == ("group", (7,))
    # Where another's row points at what is gone, that row is.
    assert loose_end(con, shapes, []) == ("device_group", (3, 7))


def test_a_scope_that_is_gone_and_one_that_never_was(con: sqlite3.Connection, shapes: dict[str, Shape]) -> None:
    con.execute("INSERT INTO wall_switch VALUES ('group', 7, 'raw', 'watch')")
    gone = RowChange("group", {"id": 7, "name": "Kids"}, None)
    assert loose_end(con, shapes, [gone]) == ("wall_switch", ("group", 7, "raw"))
    came = RowChange("wall_switch", None, {"scope_kind": "group", "scope_id": 7, "switch": "raw", "mode": "watch"})
    assert loose_end(con, shapes, [came]) == ("group", (7,))
    house = RowChange("toggle", None, {"scope_kind": "house", "scope_id": 0, "blocklist_id": "x"})
    assert loose_end(con, shapes, [house]) is None
