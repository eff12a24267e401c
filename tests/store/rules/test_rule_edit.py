# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the home's own: off without being removed, changed in place, many as one change that one undo takes back."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from store.base.db import connect, open_config
from store.config import edit
from store.config.engine import Engine
from store.config.rule_input import check_rule
from store.config.session import EditError, NotFound
from store.household import policy, undo
from store.household.changes import changes
from store.household.policy import PolicySet
from store.rules import rule_edit
from store.rules.rule_edit import Added, NewRule

pytestmark = pytest.mark.database
NOW = 1_900_000_000


@pytest.fixture
def e(tmp_path: Path) -> Engine:
    open_config(tmp_path)
    return edit.engine(tmp_path)


def loaded(state: Path, now_s: int | None = None) -> PolicySet:
    with closing(connect(state / "config.db")) as con:
        return policy.load(con, now_s=now_s)


def names(state: Path) -> list[str]:
    """Of the rules that hold for everybody now."""
    return [rule.name for rule in loaded(state).default.rules]


def new(name: str, **more: Any) -> NewRule:
    return NewRule(check_rule("block", name, subdomains=True), **more)


def test_a_rule_that_is_off_decides_nothing_and_stays(e: Engine, tmp_path: Path) -> None:
    number = edit.add_rule(e, "block", "ads.example")
    rule_edit.turn_rule(e, number, False)
    assert names(tmp_path) == [] and [row.name for row in edit.rules(e)] == ["ads.example"]
    rule_edit.turn_rule(e, number, True)
    assert names(tmp_path) == ["ads.example"]
    rule_edit.turn_rule(e, number, False)
    assert edit.add_rule(e, "block", "ads.example") == number
    assert names(tmp_path) == ["ads.example"], "added again, it is on"
    with pytest.raises(NotFound):
        rule_edit.turn_rule(e, 99, True)


def test_a_rule_ends_by_itself_and_the_policy_says_when(
    e: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.time", lambda: float(NOW))
    number = edit.add_rule(e, "block", "ads.example", until=NOW + 600)
    edit.add_rule(e, "block", "longer.example", until=NOW + 900)
    assert loaded(tmp_path, NOW).next_edge_s == NOW + 600
    over = loaded(tmp_path, NOW + 600)
    assert [rule.name for rule in over.default.rules] == ["longer.example"] and over.next_edge_s == NOW + 900
    monkeypatch.setattr("time.time", lambda: float(NOW + 601))
    rule_edit.turn_rule(e, number, True)
    assert edit.rules(e)[0].until is None, "turned on again, it stays"
    for until in (NOW, NOW + 400 * 86_400):
        with pytest.raises(EditError, match="within a year"):
            edit.add_rule(e, "block", "x.example", until=until)


def test_a_rule_is_changed_in_place(e: Engine) -> None:
    number, other = edit.add_rule(e, "block", "ads.example", comment="old"), edit.add_rule(e, "allow", "ok.example")
    before = edit.rules(e)[0].created_at
    rule_edit.change_rule(e, number, "allow", "fine.example", subdomains=False, comment="new")
    row = edit.rules(e)[0]
    assert (row.id, row.kind, row.name, row.subdomains, row.comment) == (number, "allow", "fine.example", False, "new")
    assert row.created_at == before
    with pytest.raises(EditError, match="such a rule already"):
        rule_edit.change_rule(e, number, "allow", "ok.example")
    rule_edit.change_rule(e, other, "allow", "ok.example", comment="the same one may stay")
    undo.undo(e, changes(e)[0].id)
    assert edit.rules(e)[1].comment == ""


def test_many_are_one_change_and_one_undo(e: Engine, tmp_path: Path) -> None:
    edit.add_rule(e, "block", "there.example", comment="kept")
    many = [new(f"ads{number}.example") for number in range(500)] + [new("there.example")]
    assert rule_edit.count_rules(e, many) == Added(500, 0, 1)
    assert rule_edit.add_rules(e, many) == Added(500, 0, 1)
    assert rule_edit.add_rules(e, [new("there.example", on=False)]) == Added(0, 1, 0)
    assert edit.rules(e)[0].comment == "kept" and len(names(tmp_path)) == 500
    first = changes(e)
    assert str(first[1].what) == "501 rules are added for the whole house."
    undo.undo(e, first[0].id)
    undo.undo(e, first[1].id)
    assert names(tmp_path) == ["there.example"]
    ids = [row.id or 0 for row in edit.rules(e)]
    rule_edit.turn_rules(e, ids, False)
    assert names(tmp_path) == []
    rule_edit.remove_rules(e, ids)
    assert not edit.rules(e)
    with pytest.raises(EditError, match="at least one"):
        rule_edit.remove_rules(e, [])


def test_all_or_none(e: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotFound, match="no device 9"):
        rule_edit.add_rules(e, [new("a.example"), new("b.example", scope="device:9")])
    with pytest.raises(NotFound, match="no schedule 9"):
        rule_edit.add_rules(e, [new("a.example", schedule=9)])
    monkeypatch.setattr(rule_edit, "MAX_RULES", 1)
    with pytest.raises(EditError, match="2 rules, and 1 is the most"):
        rule_edit.add_rules(e, [new("a.example"), new("b.example")])
    assert not edit.rules(e)
