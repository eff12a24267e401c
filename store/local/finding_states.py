# SPDX-License-Identifier: GPL-3.0-or-later
"""What people decided about findings: seen, muted or done. In the history, and in backups, as any decision is.

What is decided reads store.local.decided_findings.
"""

from __future__ import annotations

from enum import StrEnum

from store.base.sentences import Sentence, say
from store.config.choices import either
from store.config.engine import Engine
from store.config.session import EditError, writing
from store.local.decided_findings import Of
from store.rows import orm, tables


class DecidedState(StrEnum):
    """What people may say of a finding; of one that they say nothing of, there is no row."""

    SEEN = "seen"
    MUTED = "muted"
    DONE = "done"


STATES = tuple(DecidedState)
MAX_STATES = 5_000  # some years of clicks; beyond it those that were decided first are forgotten
MAX_KIND, MAX_KEY = 40, 2_000  # characters


def decide(e: Engine, of: Of, state: str, now_us: int, what: Sentence | str) -> None:
    """Note a decision in place of the one before; a state that is none of STATES takes it back. `what`: a sentence."""
    with writing(e, what) as session:
        row = session.get(tables.FindingDecision, (of.kind, of.device, of.key))
        if state not in STATES:
            if row is not None:
                session.delete(row)
            return
        if row is None:
            _make_room(session)
            row = tables.FindingDecision(
                kind=of.kind, device=of.device, key=of.key, state=state, changed_us=now_us
            )
        row.state, row.changed_us = state, now_us
        session.add(row)


def _make_room(session: orm.Session) -> None:
    count = session.exec(orm.select(orm.func.count()).select_from(tables.FindingDecision)).one()
    if count >= MAX_STATES:
        oldest = orm.select(tables.FindingDecision).order_by(orm.col(tables.FindingDecision.changed_us))
        for row in session.exec(oldest.limit(count - MAX_STATES + 1)).all():
            session.delete(row)


def check(kind: str, device: int, key: str, state: str, changed_us: int) -> None:
    """Raise EditError for what no decision can be."""
    if state not in STATES:
        choices = either(STATES)
        raise EditError(say("'{state}' is no state of a finding; choose {choices}.", state=state, choices=choices))
    if not kind or len(kind) > MAX_KIND or len(key) > MAX_KEY or min(device, changed_us) < 0:
        raise EditError(say("That is no finding."))
