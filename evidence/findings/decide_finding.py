# SPDX-License-Identifier: GPL-3.0-or-later
"""A person says what findings are to them: seen, muted, done; or new again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from evidence.findings import decisions, finding_rows
from evidence.findings.finding import FindingState
from evidence.findings.finding_rows import FindingRow
from evidence.findings.finding_words import STATES
from store.base.sentences import say, say_count
from store.config.engine import Engine
from store.config.session import writing
from store.local import finding_states
from store.local.decided_findings import Of


def decide(e: Engine, con: sqlite3.Connection, number: int, state: FindingState, now_us: int) -> FindingRow:
    """Set the state of a finding, in both. `con`: of evidence.db, to write.

    Raises NoFinding, EditError and sqlite3.Error.
    """
    _note(e, finding_rows.finding(con, number), state, now_us)
    decisions.forget(con)
    return finding_rows.set_state(con, number, state, now_us)


def decide_all(e: Engine, con: sqlite3.Connection, numbers: Sequence[int], state: FindingState, now_us: int) -> None:
    """The same of several, as one change. Where one of them is not there, nothing is changed. Raises as `decide`."""
    rows = [finding_rows.finding(con, number) for number in dict.fromkeys(numbers)]
    what = say_count(len(rows), "{count:,} finding is {state} now.", "{count:,} findings are {state} now.",
                     state=STATES[state])  # fmt: skip
    if len(rows) == 1:
        _note(e, rows[0], state, now_us)
    else:
        with writing(e, what):
            for row in rows:
                _note(e, row, state, now_us)
    decisions.forget(con)
    for row in rows:
        finding_rows.set_state(con, row.id, state, now_us)


def _note(e: Engine, row: FindingRow, state: FindingState, now_us: int) -> None:
    finding = row.finding
    what = say("Finding {id} ({kind}) is {state} now.", id=row.id, kind=finding.kind.value, state=STATES[state])
    finding_states.decide(e, Of(finding.kind.value, finding.device_id, finding.key), state.value, now_us, what)
