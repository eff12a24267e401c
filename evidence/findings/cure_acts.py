# SPDX-License-Identifier: GPL-3.0-or-later
"""Cures that one click does: they only block more, and one Undo takes them back with what is said of the findings.

What lets something through, ends a pause or changes the wall is left to the page where it is done.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evidence.findings import decide_finding
from evidence.findings.cures import cure
from evidence.findings.finding import Cause, Finding, FindingKind, FindingState
from evidence.findings.finding_rows import FindingRow
from store.base.sentences import say
from store.config import edit
from store.config.choices import RuleKind
from store.config.engine import Engine
from store.config.scopes import HOUSE
from store.config.session import EditError, writing

_LISTS = (Cause.LIST_OFF, Cause.GROUP)


@dataclass(frozen=True, slots=True)
class CureAct:
    """Either a `blocklist` at `level` ("": as it was) for `scope`, or a `name` to block for the house."""

    blocklist: str = ""
    level: str = ""
    scope: str = str(HOUSE)
    name: str = ""

    @property
    def change(self) -> str:
        """The same as a question of what it would do, in the words that what-if takes."""
        if self.name:
            return f"block {self.name}"
        level = f" at {self.level}" if self.level else ""
        return f"on {self.blocklist}{level}" + ("" if self.scope == str(HOUSE) else f" for {self.scope}")


def act_of(findings: Sequence[Finding]) -> CureAct | None:
    """The one act that ends all of these; None where there is none that one click does. Pure."""
    acts = {_act(finding) for finding in findings}
    if len(acts) == 1:
        return acts.pop()
    names = highest(act.name if act is not None else "" for act in acts)
    return CureAct(name=names[0]) if len(names) == 1 and names[0] else None


def highest(names: Iterable[str]) -> list[str]:
    """Without those that stand below another: a rule holds for what is below its name."""
    distinct = dict.fromkeys(names)
    return [name for name in distinct if not any(name.endswith(f".{other}") for other in distinct)]


def do(e: Engine, con: sqlite3.Connection, rows: Sequence[FindingRow], now_us: int) -> None:
    """Do it, and have the findings be done: as one change. `con`: of evidence.db, to write.

    Raises EditError where no one act ends them, NoFinding and sqlite3.Error.
    """
    act = act_of([row.finding for row in rows])
    if act is None:
        raise EditError(say("That has no cure any more that one click does."))
    first = rows[0].finding
    words = cure(first).words if act.blocklist else say("Block {name} for the whole house.", name=act.name)
    with writing(e, say("As findings ask: {what}", what=words)):
        if act.blocklist and act.level:
            edit.set_level(e, act.blocklist, act.level, act.scope)
        elif act.blocklist:
            edit.set_toggle(e, act.blocklist, act.scope, True)
        else:
            edit.add_rule(e, RuleKind.BLOCK, act.name, comment=(first.company or "")[:60])
        decide_finding.decide_all(e, con, [row.id for row in rows], FindingState.DONE, now_us)


def _act(finding: Finding) -> CureAct | None:
    if finding.kind is not FindingKind.LEAK:
        return None
    if finding.cause in _LISTS and finding.blocklist:
        return CureAct(finding.blocklist, finding.level, finding.scope or str(HOUSE))
    if finding.cause is Cause.NO_LIST and finding.names:
        return CureAct(name=finding.names[0])
    return None
