# SPDX-License-Identifier: GPL-3.0-or-later
"""evidence.db says what people decided, also once it was made anew, a decision was undone, or a backup restored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.base import evidence_file
from evidence.findings import decide_finding, decisions, finding_rows
from evidence.findings.finding import Finding, FindingKind, FindingState
from evidence.findings.finding_rows import FindingFilter
from store.backup import backup_form, restore
from store.base import db
from store.config import edit
from store.config.engine import Engine
from store.household import undo
from store.household.changes import changes

pytestmark = pytest.mark.database

NOW = 1_790_000_000_000_000
HOUR = 3_600_000_000
LEAK = Finding(FindingKind.LEAK, 3, "Them", "Them no_list", ("t.example",), NOW - 9, NOW, 7)
OTHER = replace(LEAK, device_id=4)


@pytest.fixture
def engine(state: Path) -> Iterator[Engine]:
    """With two findings, of which that of device 3 is number 1."""
    keep(state, NOW)
    made = edit.engine(state)
    yield made


def keep(state: Path, now_us: int, *findings: Finding) -> None:
    with closing(evidence_file.open_writer(state)) as con:
        finding_rows.keep(con, findings or (LEAK, OTHER), now_us)


def decide(state: Path, engine: Engine, word: FindingState) -> None:
    with closing(evidence_file.open_writer(state)) as con:
        assert decide_finding.decide(engine, con, 1, word, NOW + 5).state is word


def states(state: Path) -> dict[int, FindingState]:
    decisions.follow(state)
    with closing(evidence_file.open_reader(state)) as con:
        return {row.finding.device_id: row.state for row in finding_rows.findings(con, FindingFilter())}


def test_a_decision_outlives_evidence(state: Path, engine: Engine) -> None:
    decide(state, engine, FindingState.MUTED)
    assert states(state) == {3: FindingState.MUTED, 4: FindingState.NEW}
    for path in state.glob("evidence.db*"):
        path.unlink()
    keep(state, NOW)
    assert states(state) == {3: FindingState.MUTED, 4: FindingState.NEW}


def test_an_undone_decision_is_none(state: Path, engine: Engine) -> None:
    assert states(state)[3] is FindingState.NEW  # followed before, and not between the decision and its undo
    decide(state, engine, FindingState.SEEN)
    undo.undo(engine, changes(engine)[0].id)
    assert states(state)[3] is FindingState.NEW
    decide(state, engine, FindingState.DONE)
    decide(state, engine, FindingState.NEW)
    assert states(state)[3] is FindingState.NEW


def test_what_came_back_after_it_was_done_stays_new(state: Path, engine: Engine) -> None:
    decide(state, engine, FindingState.DONE)
    assert states(state)[3] is FindingState.DONE
    keep(state, NOW + 3 * HOUR, replace(LEAK, last_us=NOW + 2 * HOUR))
    with closing(evidence_file.open_writer(state)) as con:
        con.execute("DELETE FROM marks")  # it is followed again
    assert states(state)[3] is FindingState.NEW


def test_decisions_are_in_a_backup(state: Path, engine: Engine) -> None:
    decide(state, engine, FindingState.MUTED)
    with closing(db.connect(state / "config.db", read_only=True)) as con:
        text = backup_form.dump(con)
    decide(state, engine, FindingState.NEW)
    assert states(state)[3] is FindingState.NEW
    restore.restore(engine, backup_form.load(text), ["findings"])
    assert states(state)[3] is FindingState.MUTED
