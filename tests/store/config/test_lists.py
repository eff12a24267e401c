# SPDX-License-Identifier: GPL-3.0-or-later
import dataclasses
import sqlite3
from dataclasses import replace

import pytest

from store.config import edit, list_status, lists
from store.config.edit import EditError, NotFound
from store.config.engine import Engine
from store.config.list_status import ListStatus
from store.config.lists import BlocklistSeed
from store.household import policy

pytestmark = pytest.mark.database

SEEDS = [
    BlocklistSeed("pack:acme", "pack", "Acme", "vendors/acme", on=True, level="safe", licence="GPL-3.0-or-later"),
    BlocklistSeed("large", "catalogue", "Large", "https://example.org/large", "domains", about="All", size="large"),
    BlocklistSeed("light", "catalogue", "Light", "https://example.org/light", "hosts", on=True),
]


@pytest.fixture(autouse=True)
def seeded(engine: Engine) -> None:
    lists.sync_blocklists(engine, SEEDS)


def test_a_first_start_turns_on_what_is_on_at_first(engine: Engine, con: sqlite3.Connection) -> None:
    assert [(view.id, view.on, view.level) for view in lists.blocklists(engine)] == [
        ("pack:acme", True, "safe"), ("large", False, None), ("light", True, None),
    ]  # fmt: skip
    assert policy.load(con).default.lists == (("light", None), ("pack:acme", "safe"))


def test_a_later_start_changes_nothing_and_respects_the_home(engine: Engine, con: sqlite3.Connection) -> None:
    edit.set_toggle(engine, "light", "house", False)
    edit.set_level(engine, "pack:acme", "strict")
    before = list(con.iterdump())
    lists.sync_blocklists(engine, SEEDS)
    assert list(con.iterdump()) == before


def test_newer_words_are_taken_over_without_a_new_policy(engine: Engine, con: sqlite3.Connection) -> None:
    version = policy.load(con).version
    lists.sync_blocklists(engine, [SEEDS[0], dataclasses.replace(SEEDS[1], title="Larger"), SEEDS[2]])
    assert lists.blocklist(engine, "large").title == "Larger"
    assert policy.load(con).version == version


def test_what_left_the_catalogue_stays_only_while_it_is_on(engine: Engine) -> None:
    lists.add_blocklist(engine, "/tmp/mine.txt")
    lists.sync_blocklists(engine, SEEDS[:1])
    assert [view.id for view in lists.blocklists(engine)] == ["pack:acme", "light", "added:mine-txt"]


def test_an_added_list_is_on_at_once(engine: Engine, con: sqlite3.Connection) -> None:
    first = lists.add_blocklist(engine, " https://example.net/lists/ads.txt ")
    second = lists.add_blocklist(engine, "http://example.net/2", "example.net ads.txt", "adblock", allow=True)
    assert (first, second) == ("added:example-net-ads-txt", "added:example-net-ads-txt-2")
    view = lists.blocklist(engine, second)
    assert (view.kind, view.on, view.allow, view.format, view.status) == ("added", True, True, "adblock", None)
    assert {first, second} <= {name for name, _ in policy.load(con).default.lists}


def test_the_same_source_is_not_added_twice(engine: Engine) -> None:
    with pytest.raises(EditError, match="'light'"):
        lists.add_blocklist(engine, "https://example.org/light")


def test_there_is_an_end_to_adding(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MAX_ADDED", 1)
    lists.add_blocklist(engine, "/one")
    with pytest.raises(EditError, match="remove one"):
        lists.add_blocklist(engine, "/two")


def test_changing_an_added_list_has_it_fetched_anew(engine: Engine, con: sqlite3.Connection) -> None:
    added = lists.add_blocklist(engine, "https://example.net/a")
    fetched = ListStatus(etag="x", checked_at=5, rules=3, skipped={"no name": 2})
    list_status.note(con, added, lambda _: fetched)
    lists.update_blocklist(engine, added, title="Mine")
    assert {row.id: row.status.etag for row in list_status.installed(con)}[added] == "x"
    lists.update_blocklist(engine, added, source="https://example.net/b")
    found = {row.id: row for row in list_status.installed(con)}[added]
    assert (found.source, found.title, found.status) == (
        "https://example.net/b", "Mine", replace(fetched, etag=None, checked_at=None),
    )  # fmt: skip
    status = lists.blocklist(engine, added).status
    assert status is not None and (status.rules, status.skipped) == (3, {"no name": 2})


def test_only_added_lists_are_changed_or_removed(engine: Engine) -> None:
    with pytest.raises(EditError, match="turn it off"):
        lists.remove_blocklist(engine, "light")
    with pytest.raises(EditError, match="turn it off"):
        lists.update_blocklist(engine, "pack:acme", title="x")
    with pytest.raises(EditError, match="cannot be changed"):
        lists.update_blocklist(engine, lists.add_blocklist(engine, "/x"), kind="pack")
    with pytest.raises(NotFound):
        lists.remove_blocklist(engine, "none")


def test_a_removed_list_leaves_nothing_behind(engine: Engine, con: sqlite3.Connection) -> None:
    added = lists.add_blocklist(engine, "/x")
    list_status.note(con, added, lambda status: replace(status, rules=3))
    lists.remove_blocklist(engine, added)
    for table in ("blocklist", "blocklist_status", "toggle"):
        column = "id" if table == "blocklist" else "blocklist_id"
        assert con.execute(f"SELECT count(*) FROM {table} WHERE {column} = ?", (added,)).fetchone() == (0,)


def test_a_pack_may_be_taken_whole_and_have_an_answer(engine: Engine) -> None:
    lists.sync_blocklists(engine, SEEDS)
    lists.update_blocklist(engine, "pack:acme", guard=False, answer="nxdomain")
    view = lists.blocklist(engine, "pack:acme")
    assert (view.guard, view.answer) == (False, "nxdomain")
    with pytest.raises(EditError, match="is not fetched"):
        lists.update_blocklist(engine, "pack:acme", options={})
