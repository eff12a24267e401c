# SPDX-License-Identifier: GPL-3.0-or-later
"""A person says what a finding is to them: seen, muted, done; or new again."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine

from evidence.findings import finding_rows
from evidence.findings.finding import FindingState
from evidence.findings.finding_rows import FindingRow
from evidence.findings.finding_words import STATES
from store.base.sentences import say
from store.local import finding_states
from store.local.decided_findings import Of


def decide(e: Engine, con: sqlite3.Connection, number: int, state: FindingState, now_us: int) -> FindingRow:
    """Set the state of a finding, in both. `con`: of evidence.db, to write.

    Raises NoFinding, EditError and sqlite3.Error.
    """
    finding = finding_rows.finding(con, number).finding
    what = say("Finding {id} ({kind}) is {state} now.", id=number, kind=finding.kind.value, state=STATES[state])
    finding_states.decide(e, Of(finding.kind.value, finding.device_id, finding.key), state.value, now_us, what)
    return finding_rows.set_state(con, number, state, now_us)
