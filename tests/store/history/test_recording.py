# SPDX-License-Identifier: GPL-3.0-or-later
"""What an edit alters is seen row by row, on its own connection alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.base.db import connect, open_config
from store.history import recording
from store.history.recording import RowChange
from store.history.table_shapes import shape
from store.history.tracked import TRACKED

pytestmark = pytest.mark.database


@pytest.fixture
def edited(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    open_config(tmp_path)
    with closing(connect(tmp_path / "config.db")) as con:
        con.execute("""INSERT INTO "group" (id, name) VALUES (1, 'Kids')""")
        con.execute("INSERT INTO device (id, first_seen) VALUES (1, 5)")
        con.execute("INSERT INTO device_group VALUES (1, 1)")
        con.execute("BEGIN IMMEDIATE")
        recording.begin(con)
        yield con


def _setting(key: str, value: str) -> dict[str, str]:
    return {"key": key, "value": value}


def test_each_row_before_and_after(edited: sqlite3.Connection) -> None:
    edited.execute("INSERT INTO setting VALUES ('a', '1'), ('b', '1')")
    edited.execute("UPDATE setting SET value = '2'")
    edited.execute("DELETE FROM setting WHERE key = 'b'")
    assert recording.altered(edited) == [RowChange("setting", None, _setting("a", "2"))]


def test_what_comes_back_to_what_it_was_is_not_altered(edited: sqlite3.Connection) -> None:
    edited.execute("""UPDATE "group" SET name = 'x'""")
    edited.execute("""UPDATE "group" SET name = 'Kids'""")
    assert recording.altered(edited) == []


def test_a_row_whose_key_changes_goes_and_another_comes(edited: sqlite3.Connection) -> None:
    edited.execute("INSERT INTO setting VALUES ('a', '1')")
    place = recording.place(edited)
    edited.execute("UPDATE setting SET key = 'b'")
    assert recording.altered(edited, place) == [
        RowChange("setting", _setting("a", "1"), None), RowChange("setting", None, _setting("b", "1")),
    ]  # fmt: skip


def test_what_goes_along_and_what_is_replaced_is_seen(edited: sqlite3.Connection) -> None:
    edited.execute("""DELETE FROM "group" WHERE id = 1""")
    assert {(change.table, change.after is None) for change in recording.altered(edited)} == {
        ("group", True), ("device_group", True),
    }  # fmt: skip
    place = recording.place(edited)
    edited.execute("INSERT OR REPLACE INTO device (id, first_seen) VALUES (1, 9)")
    changes = recording.altered(edited, place)
    assert [(change.before or {})["first_seen"] for change in changes] == [5]
    assert [(change.after or {})["first_seen"] for change in changes] == [9]


def test_every_column_of_every_tracked_table_is_recorded(edited: sqlite3.Connection) -> None:
    """A column or table that comes by a migration needs nothing here."""
    edited.execute("ROLLBACK")
    edited.execute("ALTER TABLE schedule ADD COLUMN colour TEXT DEFAULT 'red'")
    edited.execute("BEGIN IMMEDIATE")
    recording.begin(edited)
    edited.execute("INSERT INTO schedule (id, name, windows) VALUES (1, 'Night', '[]')")
    [change] = recording.altered(edited)
    assert change.after == {"id": 1, "name": "Night", "windows": "[]", "colour": "red"}
    triggers = "SELECT count(*) FROM sqlite_temp_master WHERE type = 'trigger'"
    assert edited.execute(triggers).fetchone()[0] == 3 * len(TRACKED)
    assert all(shape(edited, table).columns for table in TRACKED)


def test_other_connections_are_not_recorded(edited: sqlite3.Connection, tmp_path: Path) -> None:
    edited.execute("COMMIT")
    with closing(connect(tmp_path / "config.db")) as other:
        other.execute("INSERT INTO setting VALUES ('a', '1')")
        sql = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%altered%'"
        assert other.execute(sql).fetchone()[0] == 0
    assert recording.altered(edited) == []
