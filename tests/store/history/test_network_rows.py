# SPDX-License-Identifier: GPL-3.0-or-later
"""Rows that the network writes too are put as they are now; whole undos: tests/store/household/test_undo.py."""

import sqlite3

import pytest

from store.history.network_rows import adapted, bring_back, settle, shown
from store.history.recording import RowChange
from store.history.table_shapes import Shape, shape
from store.history.tracked import TRACKED

pytestmark = pytest.mark.database

CLIENT = {"address": "192.168.1.2", "device_id": 1, "first_seen": 0, "how": "mac", "mac": "aa", "last_seen": 0}


@pytest.fixture
def shapes(con: sqlite3.Connection) -> dict[str, Shape]:
    con.executescript("INSERT INTO device (id, first_seen) VALUES (1, 0), (2, 0), (3, 0)")
    return {table: shape(con, table) for table in TRACKED}


def _there(con: sqlite3.Connection, device: int, mac: str = "aa", last_seen: int = 9) -> dict[str, object]:
    con.execute("INSERT INTO client VALUES ('192.168.1.2', ?, 0, 'mac', ?, ?)", (device, mac, last_seen))
    return {**CLIENT, "device_id": device, "mac": mac, "last_seen": last_seen}


@pytest.mark.parametrize("after", [None, {**CLIENT, "device_id": 2}])
def test_what_was_seen_since_stays(
    con: sqlite3.Connection, shapes: dict[str, Shape], after: dict[str, object] | None
) -> None:
    now = _there(con, 1)
    [change] = adapted(con, shapes, [RowChange("client", CLIENT, after)])  # type: ignore[arg-type]
    assert change.before == now
    assert change.after == (after and {**after, "last_seen": 9})


def test_what_went_to_another_stays_there(con: sqlite3.Connection, shapes: dict[str, Shape]) -> None:
    _there(con, 3, "cc")
    moves = [RowChange("client", CLIENT, None), RowChange("client", CLIENT, {**CLIENT, "device_id": 2}),
             RowChange("client", None, CLIENT)]  # fmt: skip
    assert adapted(con, shapes, moves) == []


def test_what_is_gone_comes_back_or_stays_gone(con: sqlite3.Connection, shapes: dict[str, Shape]) -> None:
    moved = {**CLIENT, "device_id": 2}
    assert adapted(con, shapes, [RowChange("client", CLIENT, moved)]) == [RowChange("client", None, moved)]
    assert adapted(con, shapes, [RowChange("client", CLIENT, None)]) == []


def test_other_tables_are_left_alone(con: sqlite3.Connection, shapes: dict[str, Shape]) -> None:
    change = RowChange("setting", {"key": "a", "value": "1"}, None)
    assert adapted(con, shapes, [change]) == [change]


def test_a_device_of_which_nothing_is_left_goes_unless_somebody_said_something(
    con: sqlite3.Connection, shapes: dict[str, Shape]
) -> None:
    con.executescript("""INSERT INTO wall_switch VALUES ('device', 2, 'raw', 'watch');
                         UPDATE device SET name = 'TV' WHERE id = 3""")
    taken = [RowChange("client", {**CLIENT, "device_id": number}, {**CLIENT, "device_id": 9}) for number in (1, 2, 3)]
    settle(con, shapes, taken)
    assert [row[0] for row in con.execute("SELECT id FROM device ORDER BY id")] == [2, 3]


def test_what_went_along_with_a_device_is_here_again(con: sqlite3.Connection, shapes: dict[str, Shape]) -> None:
    """Unless its end was wanted, or its device is gone for good."""
    _there(con, 1)
    con.execute("INSERT INTO client VALUES ('192.168.1.3', 1, 0, 'mac', 'a', 0), ('192.168.1.4', 2, 0, 'mac', 'b', 0)")
    before = shown(con)
    con.execute("DELETE FROM device WHERE id IN (1, 2)")
    con.execute("INSERT INTO device (id, first_seen) VALUES (1, 0)")
    bring_back(con, before, {("client", ("192.168.1.3",))})
    assert con.execute("SELECT address, last_seen FROM client").fetchall() == [("192.168.1.2", 9)]
    bring_back(con, before, {("client", ("192.168.1.3",))})
    assert con.execute("SELECT count(*) FROM client").fetchone() == (1,)
