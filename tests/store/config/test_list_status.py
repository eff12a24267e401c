# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Engine

from store.config import devices, edit, list_status, lists, wall_blocklists
from store.config.watch import Watcher


@pytest.fixture(autouse=True)
def seeded(engine: Engine) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads", "hosts")])


def test_installed_says_what_is_on_in_any_scope(engine: Engine, con: sqlite3.Connection) -> None:
    assert [(row.id, row.format, row.on) for row in list_status.installed(con)] == [("ads", "hosts", False)]
    edit.set_toggle(engine, "ads", f"device:{devices.sighted(con, '10.0.0.2')}", True)
    assert [row.on for row in list_status.installed(con)] == [True]


def test_notes_add_up(con: sqlite3.Connection) -> None:
    list_status.note(con, "ads", {"fetched_at": 1, "etag": '"x"', "rules": 3})
    list_status.note(con, "ads", {"checked_at": 2, "error": "404"})
    row = list_status.installed(con)[0]
    assert (row.fetched_at, row.checked_at, row.etag, row.error) == (1, 2, '"x"', "404")


def test_a_list_that_is_gone_is_passed_over_and_a_strange_column_refused(con: sqlite3.Connection) -> None:
    list_status.note(con, "gone", {"rules": 3})
    assert con.execute("SELECT count(*) FROM blocklist_status").fetchone() == (0,)
    with pytest.raises(ValueError, match="no column"):
        list_status.note(con, "ads", {"rules = 1 --": 3})


def test_a_new_index_is_seen_by_whoever_watches(con: sqlite3.Connection, state: Path) -> None:
    watcher = Watcher(state / "config.db")
    before = watcher.index_generation()
    assert list_status.bump_index_generation(con) == before + 1
    assert watcher.changed() and watcher.index_generation() == before + 1
    watcher.close()


def test_titles(con: sqlite3.Connection) -> None:
    assert list_status.titles(con) == {"ads": "Ads", **wall_blocklists.TITLES}
