# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever names a device goes over to the other one."""

import sqlite3

import pytest

from store.devices import device_merging, sightings_store

pytestmark = pytest.mark.database


def test_every_table_that_names_a_device_is_thought_of(con: sqlite3.Connection) -> None:
    """A new one that is forgotten here would be left behind, or lost."""
    tables = [row[0] for row in con.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    columns = {table: {row[1] for row in con.execute(f'PRAGMA table_info("{table}")')} for table in tables}
    assert {table for table in tables if "scope_kind" in columns[table]} == set(device_merging.SCOPED)
    owned = {table for table in tables if "device_id" in columns[table]}
    assert owned - {"device_merged"} == set(device_merging._OWNED)


def test_requests_and_pauses_go_over_and_what_both_have_stays_as_it_is(con: sqlite3.Connection) -> None:
    lost, kept = sightings_store.sighted(con, "10.0.0.2"), sightings_store.sighted(con, "10.0.0.3")
    for device_id, mode in ((lost, "off"), (kept, "watch")):
        con.execute("INSERT INTO wall_switch VALUES ('device', ?, 'ntp', ?)", (device_id, mode))
        con.execute("INSERT INTO pause (scope_kind, scope_id, created_at) VALUES ('device', ?, 1)", (device_id,))
        con.execute("INSERT INTO request (device_id, name, created_at) VALUES (?, 'a.example', 1)", (device_id,))
    con.execute("INSERT INTO device_merged VALUES (77, ?)", (lost,))
    con.execute("BEGIN")
    device_merging.carry_over(con, lost, kept)
    con.execute("COMMIT")
    assert con.execute("SELECT scope_id, mode FROM wall_switch").fetchall() == [(kept, "watch")]
    assert con.execute("SELECT scope_id FROM pause").fetchall() == [(kept,), (kept,)]
    assert con.execute("SELECT device_id FROM request").fetchall() == [(kept,), (kept,)]
    assert con.execute("SELECT into_id FROM device_merged").fetchall() == [(kept,)]
