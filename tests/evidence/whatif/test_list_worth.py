# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list is worth is what a question says that turning it off would have done, and what SQL counts."""

from __future__ import annotations

import random
from contextlib import closing

import asked_home
import pytest
from asked_home import AskedHome

from evidence.whatif import question
from evidence.whatif.list_worth import worth
from evidence.whatif.whatif_change import ToggleChange
from evidence.whatif.worth_values import Worth
from store.base import db
from store.config import edit

pytestmark = pytest.mark.database


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> AskedHome:
    state = tmp_path_factory.mktemp("worth") / "state"
    state.mkdir(mode=0o700)
    db.open_config(state)
    made = asked_home.settle(state, random.Random(8))
    engine = edit.engine(state)
    for name in ("alpha", "beta", "service:tiktok"):
        edit.set_toggle(engine, name, "house", True, schedule=None)
    edit.add_rule(engine, "allow", "b.ads.example", False)
    asked_home.live(made, random.Random(8), 900)
    return made


@pytest.fixture(scope="module")
def found_out(home: AskedHome) -> Worth:
    return worth(home.state, {}, *home.span)


def off(home: AskedHome, *lists: str) -> list[ToggleChange]:
    scopes = ["house", *(f"group:{n}" for n in home.groups), *(f"device:{n}" for n in home.device_of.values())]
    return [ToggleChange(name, scope, False, schedule=None) for name in lists for scope in scopes]


def test_what_a_list_alone_blocks_is_what_would_pass_without_it(home: AskedHome, found_out: Worth) -> None:
    assert {each.id for each in found_out.lists} >= {"alpha", "beta", "pack:xiaomi", "service:tiktok"}
    for each in found_out.lists:
        effect = question.ask(home.state, {}, off(home, each.id), *home.span)
        assert effect.less.queries == each.unique, each.id
        assert each.unique <= each.blocks
    assert any(each.unique for each in found_out.lists) and any(each.overlap for each in found_out.lists)


def test_lists_that_may_go_together_take_nothing_with_them(home: AskedHome, found_out: Worth) -> None:
    effect = question.ask(home.state, {}, off(home, *found_out.lose_nothing), *home.span)
    assert effect.less.queries == 0
    assert effect.queries == found_out.queries


def test_hits_and_rules_are_those_of_sql(home: AskedHome, found_out: Worth) -> None:
    with closing(db.connect(home.state / "querylog.db", read_only=True)) as con:
        for each in found_out.lists:
            hits, = con.execute(
                "SELECT count(*) FROM queries WHERE list = ? AND verdict IN ('BLOCK', 'ALLOW')", (each.id,)
            ).fetchone()  # fmt: skip
            assert each.hits == hits, each.id
            assert each.never_hit is not None and each.never_hit <= each.names


def test_a_name_that_a_rule_lets_through_is_a_false_alarm_of_those_that_block_it(found_out: Worth) -> None:
    alarms = {each.id: each.false_alarms for each in found_out.lists}
    assert "b.ads.example" in alarms["alpha"] and "b.ads.example" in alarms["beta"]
    assert "b.ads.example" not in alarms["service:tiktok"]
