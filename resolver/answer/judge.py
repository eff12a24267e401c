# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict on a name under a policy. Pure; the order of rules is `blocklists.index.match.decide`'s."""

from __future__ import annotations

from typing import NamedTuple

from blocklists.index.index import Index
from blocklists.index.match import Decision, RuleTable, decide
from blocklists.rules.complex_rule import NOBODY, Client
from store.config.custom_responses import Answer
from store.log.records import Verdict
from wire.types import A

HOME = "own"  # what stands in place of a blocklist id when one of the home's own rules decided


class Judgement(NamedTuple):
    """What was decided, and by what: a blocklist's id (or `HOME`, or "") and the rule as people write it.

    `answer`: what the rule itself wants answered; None leaves it to the list, the group or the house.
    """

    verdict: Verdict
    blocklist: str = ""
    rule: str = ""
    answer: Answer | None = None


PASSED = Judgement(Verdict.PASS)


def judge(
    name: str,
    rules: RuleTable,
    index: Index,
    mask: int,
    qtype: int = A,
    client: Client = NOBODY,
) -> Judgement:
    """Judge `name` (presentation form, lower-case, no trailing dot) by the home's rules and the lists in `mask`."""
    decision = decide(name, rules, index, mask, qtype, client)
    return PASSED if decision is None else of_decision(decision)


def of_decision(decision: Decision) -> Judgement:
    """What the log says of a decision."""
    verdict = Verdict.ALLOW if decision.allow else Verdict.BLOCK
    return Judgement(verdict, decision.blocklist or HOME, decision.rule, decision.answer)
