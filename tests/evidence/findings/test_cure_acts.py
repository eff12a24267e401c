# SPDX-License-Identifier: GPL-3.0-or-later
"""Cures that one click does: they only block more, are one change with what is said of the findings, and go back."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from blocklists.packs import seed_lists
from evidence.base import evidence_file
from evidence.findings import cure_acts, decisions, finding_rows
from evidence.findings.cure_acts import CureAct, act_of, highest
from evidence.findings.finding import Cause, Finding, FindingKind, FindingState
from evidence.whatif import change_words
from store.config import edit, lists
from store.config.session import EditError
from store.household import undo
from store.household.changes import changes

NOW = 1_790_000_000_000_000
LEAK = Finding(FindingKind.LEAK, 3, "Them", "Them", ("t.example",), NOW - 9, NOW, 7, cause=Cause.NO_LIST)
OFF = replace(LEAK, cause=Cause.LIST_OFF, blocklist="pack:xiaomi", list_title="Xiaomi", level="strict", scope="house")


def test_only_what_blocks_more_is_one_click() -> None:
    assert act_of([LEAK]) == CureAct(name="t.example")
    assert act_of([OFF]) == CureAct("pack:xiaomi", "strict")
    assert act_of([replace(OFF, cause=Cause.GROUP, scope="group:2")]) == CureAct("pack:xiaomi", "strict", "group:2")
    for cause in set(Cause) - {Cause.NO_LIST, Cause.LIST_OFF, Cause.GROUP}:
        assert act_of([replace(OFF, cause=cause, rule="@@x", rule_id=7)]) is None
    for kind in set(FindingKind) - {FindingKind.LEAK}:
        assert act_of([replace(LEAK, kind=kind)]) is None


def test_several_are_one_click_where_one_act_ends_them() -> None:
    below = replace(LEAK, names=("a.t.example",))
    assert act_of([below, LEAK, replace(LEAK, device_id=4)]) == CureAct(name="t.example")
    assert act_of([LEAK, replace(LEAK, names=("other.example",))]) is None
    assert act_of([LEAK, OFF]) is act_of([LEAK, replace(LEAK, cause=Cause.PAUSE)]) is None
    assert highest(["a.t.example", "t.example", "at.example"]) == ["t.example", "at.example"]


def test_each_may_be_asked_about_first() -> None:
    for finding in (LEAK, OFF, replace(OFF, level="", scope="device:3")):
        act = act_of([finding])
        assert act is not None and change_words.parse([act.change])


@pytest.mark.database
@pytest.mark.parametrize("finding", [LEAK, OFF])
def test_it_is_done_as_one_change_and_goes_back_as_one(state: Path, finding: Finding) -> None:
    e = edit.engine(state)
    lists.sync_blocklists(e, seed_lists.seeds())
    with closing(evidence_file.open_writer(state)) as con:
        finding_rows.keep(con, [finding, replace(finding, device_id=4)], NOW)
        rows = [finding_rows.finding(con, number) for number in (1, 2)]
        before, rules = len(changes(e)), edit.rules(e)
        cure_acts.do(e, con, rows, NOW + 5)
        assert len(changes(e)) == before + 1 and changes(e)[0].what.startswith("As findings ask: ")
        assert {finding_rows.finding(con, number).state for number in (1, 2)} == {FindingState.DONE}
    pack = next(view for view in lists.blocklists(e) if view.id == "pack:xiaomi")
    assert pack.level == "strict" if finding is OFF else [rule.name for rule in edit.rules(e)] == ["t.example"]
    undo.undo(e, changes(e)[0].id)
    decisions.follow(state)
    with closing(evidence_file.open_reader(state)) as con:
        assert {finding_rows.finding(con, number).state for number in (1, 2)} == {FindingState.NEW}
    assert edit.rules(e) == rules


@pytest.mark.database
def test_what_one_click_does_not_do_is_refused(state: Path) -> None:
    e = edit.engine(state)
    with closing(evidence_file.open_writer(state)) as con:
        finding_rows.keep(con, [replace(LEAK, cause=Cause.PAUSE)], NOW)
        with pytest.raises(EditError, match="no cure any more"):
            cure_acts.do(e, con, [finding_rows.finding(con, 1)], NOW)
    assert not [view for view in changes(e) if "findings" in view.what]
