# SPDX-License-Identifier: GPL-3.0-or-later
"""What was decided about findings: kept once each, undone as any edit, within its bound."""

from collections.abc import Mapping

import pytest

from store.config.engine import Engine
from store.config.session import EditError, connection, reading
from store.household import undo
from store.household.changes import changes
from store.local import decided_findings, finding_states
from store.local.decided_findings import Decided, Of
from store.local.finding_states import check, decide

pytestmark = pytest.mark.database

OF = Of("leak", 3, "Them no_list")


def load(e: Engine) -> Mapping[Of, Decided]:
    with reading(e) as session:
        return decided_findings.load(connection(session))


def test_a_decision_takes_the_place_of_that_before_and_new_takes_it_back(engine: Engine) -> None:
    decide(engine, OF, "seen", 7, "It is seen.")
    decide(engine, OF, "muted", 9, "It is muted.")
    assert load(engine) == {OF: Decided("muted", 9)}
    decide(engine, OF, "new", 11, "It is new.")
    assert load(engine) == {}


def test_a_decision_is_undone(engine: Engine) -> None:
    decide(engine, OF, "seen", 7, "It is seen.")
    decide(engine, OF, "done", 9, "It is done.")
    undo.undo(engine, changes(engine)[0].id)
    assert load(engine) == {OF: Decided("seen", 7)}


def test_the_oldest_make_room(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding_states, "MAX_STATES", 2)
    for number in range(4):
        decide(engine, Of("leak", number, "k"), "seen", number, "It is seen.")
    assert {of.device for of in load(engine)} == {2, 3}


@pytest.mark.parametrize("wrong", [("leak", 1, "k", "new", 1), ("", 1, "k", "seen", 1), ("leak", -1, "k", "seen", 1)])
def test_what_no_decision_can_be_is_refused(wrong: tuple[str, int, str, str, int]) -> None:
    check("leak", 0, "", "done", 5)
    with pytest.raises(EditError):
        check(*wrong)
