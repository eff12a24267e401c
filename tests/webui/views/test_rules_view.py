# SPDX-License-Identifier: GPL-3.0-or-later
"""The home's own rules shaped for the page."""

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from store.base import db
from store.config import edit
from store.household import groups as household_groups
from webui.views import rules_view

pytestmark = pytest.mark.database


def test_newest_first_with_the_scope_as_people_call_it(home: Any) -> None:
    engine = edit.engine(home.state)
    edit.add_rule(engine, "block", "a.example")
    edit.add_rule(engine, "allow", "b.example", scope="device:2")
    group = household_groups.add_group(engine, "Children")
    edit.add_rule(engine, "block", "c.example", scope=f"group:{group}")
    with closing(db.connect(home.state / "config.db", read_only=True)) as config:
        names = rules_view.scope_names(config)
    shown = rules_view.rules(edit.rules(engine), names)
    assert [(rule.name, rule.scope_title) for rule in shown] == [
        ("c.example", "Children"),
        ("b.example", "Living room TV"),
        ("a.example", "the house"),
    ]
    assert [rule.id for rule in rules_view.as_held(edit.rules(engine))] == [1, 2, 3]


def test_reach_in_words() -> None:
    rule = rules_view.RuleView(1, "block", "a.example", True, "", 0, "house", "the house")
    assert rule.reach == "and every name under it"
    assert replace(rule, subdomains=False, types="A,AAAA").reach == "this name only, type A,AAAA"
    assert replace(rule, form="regex").reach == "every name in which it is found"
    inverted = replace(rule, form="regex", inverted=True, types="~A")
    assert inverted.reach == "every name in which it is not found, all types but A"
