# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name under a policy. Pure; the order of rules is `blocklists.match.decide`'s."""

from __future__ import annotations

from typing import NamedTuple

from blocklists.index import Index
from blocklists.match import RuleTable, decide
from store.records import Verdict

HOME = "own"  # what stands in place of a blocklist id when one of the home's own rules decided


class Judgement(NamedTuple):
    """What was decided, and by what: a blocklist's id (or `HOME`, or "") and the rule as people write it."""

    verdict: Verdict
    blocklist: str = ""
    rule: str = ""


PASSED = Judgement(Verdict.PASS)


def judge(name: str, rules: RuleTable, index: Index, mask: int) -> Judgement:
    """Judge `name` (presentation form, lower-case, no trailing dot) by the home's rules and the lists in `mask`."""
    decision = decide(name, rules, index, mask)
    if decision is None:
        return PASSED
    return Judgement(Verdict.ALLOW if decision.allow else Verdict.BLOCK, decision.blocklist or HOME, decision.rule)
