# SPDX-License-Identifier: GPL-3.0-or-later
import sqlite3

import pytest

from store.config import edit, scopes
from store.config.engine import Engine
from store.household import groups, scope_words
from store.wall import wall_edit

pytestmark = pytest.mark.database


def test_each_scope_says_its_own_and_no_other_is_there(engine: Engine, con: sqlite3.Connection) -> None:
    group = groups.add_group(engine, "Children")
    edit.add_rule(engine, "block", "a.example", scope=f"group:{group}")
    edit.add_rule(engine, "block", "^b[0-9]", form="regex")
    wall_edit.put_switches(engine, f"group:{group}", {"doh": "watch"})
    words = scope_words.read(con)
    assert words.keys() == {scopes.HOUSE, scopes.group(group)}
    children = words[scopes.group(group)]
    assert (children.name, [rule.name for rule in children.rules]) == ("Children", ["a.example"])
    assert children.modes == {"doh": "watch"} and children.upstreams == () and children.closed == ""


@pytest.mark.parametrize("text", ["", "{}", "nothing", "[1]", "null"])
def test_upstreams_that_are_none_are_none(engine: Engine, con: sqlite3.Connection, text: str) -> None:
    group = groups.add_group(engine, "Children")
    con.execute('UPDATE "group" SET upstreams = ?', (text,))
    assert scope_words.read(con)[scopes.group(group)].upstreams == ()
