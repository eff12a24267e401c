# SPDX-License-Identifier: GPL-3.0-or-later
"""Safe search, edited."""

import sqlite3
from typing import Any

import pytest

from store.base import db
from store.config.choices import SearchEngine
from store.config.engine import Engine
from store.config.session import EditError, NotFound
from store.household import groups, policy
from store.household.safe_search_edit import safe_search, set_safe_search

pytestmark = pytest.mark.database


def test_all_engines_for_the_house_and_one_otherwise_for_a_group(engine: Engine, con: sqlite3.Connection) -> None:
    group = groups.add_group(engine, "Grown-ups")
    set_safe_search(engine, youtube="moderate")
    set_safe_search(engine, ["youtube"], False, scope=f"group:{group}")
    views = safe_search(engine)
    assert [view.engine for view in views if view.scope == "house"] == list(SearchEngine)
    assert [(view.engine, view.on) for view in views if view.scope == f"group:{group}"] == [("youtube", False)]
    assert dict(policy.load(con).default.safe_search)["youtube"] == "moderate"


def test_a_level_that_is_not_named_stays(engine: Engine) -> None:
    set_safe_search(engine, ["youtube"])
    assert [view.level for view in safe_search(engine)] == ["strict"]
    set_safe_search(engine, ["youtube"], youtube="moderate")
    set_safe_search(engine, ["youtube"], False)
    set_safe_search(engine, ["youtube"])
    assert [view.level for view in safe_search(engine)] == ["moderate"]


def test_as_the_wider_scope_again(engine: Engine, con: sqlite3.Connection) -> None:
    set_safe_search(engine)
    set_safe_search(engine, ["bing", "yandex"], None)
    assert {"bing", "yandex"}.isdisjoint(view.engine for view in safe_search(engine))
    set_safe_search(engine, ["all"], None)
    assert safe_search(engine) == []
    assert policy.load(con).default.safe_search == ()


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"engines": ["altavista"]}, EditError, "'altavista' is no search engine"),
        ({"engines": []}, EditError, "is no search engine"),
        ({"youtube": "kids"}, EditError, "moderate, strict"),
        ({"scope": "flat:1"}, EditError, "house"),
        ({"scope": "device:77"}, NotFound, "no device 77"),
        ({"schedule": 5}, NotFound, "no schedule 5"),
    ],
)
def test_what_is_not_there_is_refused(engine: Engine, wrong: dict[str, Any], error: type[EditError], says: str) -> None:
    with pytest.raises(error, match=says):
        set_safe_search(engine, **wrong)
    assert safe_search(engine) == []


def test_an_edit_is_seen(engine: Engine, con: sqlite3.Connection) -> None:
    before = policy.load(con).version
    set_safe_search(engine, ["bing"])
    assert policy.load(con).version == before + 1
    assert policy.load(con).default.safe_search == (("bing", ""),)


def test_what_is_said_of_a_group_goes_with_it(engine: Engine, con: sqlite3.Connection) -> None:
    group = groups.add_group(engine, "Kids")
    set_safe_search(engine, ["bing"], scope=f"group:{group}")
    groups.remove_group(engine, group)
    with db.transaction(con, "DEFERRED"):
        assert con.execute("SELECT count(*) FROM safe_search").fetchone() == (0,)
