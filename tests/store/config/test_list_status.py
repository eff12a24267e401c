# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import TypeVar, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.base import db
from store.base.sentences import Sentence
from store.config import edit, list_status, lists, wall_blocklists
from store.config.engine import Engine
from store.config.list_status import ListFacts, ListStatus, ListUpdate
from store.config.watch import Watcher
from store.devices import sightings_store

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def seeded(engine: Engine) -> None:
    lists.sync_blocklists(engine, [lists.BlocklistSeed("ads", "catalogue", "Ads", "https://example.org/ads", "hosts")])


def test_installed_says_what_is_on_in_any_scope(engine: Engine, con: sqlite3.Connection) -> None:
    assert [(row.id, row.format, row.on) for row in list_status.installed(con)] == [("ads", "hosts", False)]
    edit.set_toggle(engine, "ads", f"device:{sightings_store.sighted(con, '10.0.0.2')}", True)
    assert [row.on for row in list_status.installed(con)] == [True]


def test_notes_add_up(con: sqlite3.Connection) -> None:
    list_status.note(con, "ads", lambda status: replace(status, fetched_at=1, etag='"x"', rules=3))
    list_status.note(con, "ads", lambda status: replace(status, checked_at=2, error="404"))
    (row,) = list_status.installed(con)
    assert row.status == ListStatus(fetched_at=1, checked_at=2, etag='"x"', error="404", rules=3)
    assert list_status.of(con, "ads") == list_status.statuses(con)["ads"] == row.status


def test_a_list_that_is_gone_and_a_change_of_nothing_are_passed_over(con: sqlite3.Connection) -> None:
    list_status.note(con, "gone", lambda status: replace(status, rules=3))
    list_status.note(con, "ads", list_status.unfetched)
    assert list_status.statuses(con) == {}
    assert list_status.of(con, "ads") is None


def test_the_columns_are_those_of_the_table(con: sqlite3.Connection) -> None:
    """Each can hold what its field says: numbers and times as such, all else as text, and NULL where None may stand."""
    declared = {}
    for name, kind in get_type_hints(ListStatus).items():
        optional = type(None) in get_args(kind)
        value = get_args(kind)[0] if optional else kind
        declared[name] = ("INTEGER" if value is int or isinstance(value, TypeVar) else "TEXT", not optional)
    table = con.execute("PRAGMA table_info(blocklist_status)").fetchall()
    assert declared == {name: (kind, bool(needed)) for _, name, kind, needed, *_ in table if name != "blocklist_id"}


@given(st.builds(ListStatus))
def test_a_status_comes_back_as_it_was_stored(status: ListStatus) -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as con:
        db.migrate_connection(con, "config")
        con.execute(
            """INSERT INTO blocklist (id, kind, title, source, allow, about, licence, purpose, size, homepage, added_at)
               VALUES ('x', 'added', '', '', 0, '', '', '', '', '', 0)"""
        )
        list_status.note(con, "x", lambda _: status)
        assert list_status.of(con, "x") == (None if status == ListStatus() else status)


def test_what_is_shown_has_its_times_in_words() -> None:
    status = ListStatus(checked_at=60, fetched_at=None, rules=3, etag="x", held="why")
    shown = list_status.shown(status, lambda seconds: f"{seconds} s")
    assert shown == ListUpdate(checked_at="60 s", rules=3, held="why")
    assert not hasattr(shown, "etag")


def test_facts_of_a_text_are_columns() -> None:
    assert set(list_status.facts(ListStatus(rules=3))) == {field.name for field in fields(ListFacts)}
    assert list_status.facts(ListFacts(rules=3, kinds={"names": 3}))["kinds"] == {"names": 3}


def test_a_new_index_is_seen_by_whoever_watches(con: sqlite3.Connection, state: Path) -> None:
    watcher = Watcher(state / "config.db")
    before = watcher.index_generation()
    assert list_status.bump_index_generation(con) == before + 1
    assert watcher.changed() and watcher.index_generation() == before + 1
    watcher.close()


def test_a_title_of_ours_is_a_sentence_and_that_of_an_added_list_a_name() -> None:
    for ours in ("pack:xiaomi", "hagezi-pro", "service:tiktok"):
        assert isinstance(list_status.shown_title(ours, "Settings"), Sentence)
    assert not isinstance(list_status.shown_title("added:settings", "Settings"), Sentence)


def test_titles(con: sqlite3.Connection) -> None:
    assert list_status.titles(con) == {"ads": "Ads", **wall_blocklists.TITLES}


def test_what_is_wrong_with_a_list_is_one_sentence() -> None:
    assert list_status.fault(ListStatus()) is None
    failed = ListStatus(error="Not fetched: it is gone.", held="it has 3 rules")
    assert list_status.fault(failed) == failed.error
    assert (list_status.fault(ListStatus(held="it has 3 rules")) or "").startswith("Held back: it has 3 rules. ")
