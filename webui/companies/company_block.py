# SPDX-License-Identifier: GPL-3.0-or-later
"""To block a company: which pack and which rules that takes for somebody, as one change; and the same as a question."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from blocklists.whose.facts import Facts
from evidence.whatif.whatif_change import Change, RuleChange, ToggleChange
from store.base.sentences import say
from store.config import edit
from store.config.choices import RuleKind
from store.config.engine import Engine
from store.config.session import EditError, writing
from store.history import called
from webui.companies.company_cover import NameCover, PackStep, pack_step

MAX_RULES = 200  # that one click makes
TRACKING, ALL = "tracking", "all"


@dataclass(frozen=True, slots=True)
class Plan:
    """What it takes: a pack at a level, where one does part of it; names to block by rules, the most asked first."""

    pack: PackStep | None
    rules: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return self.pack is None and not self.rules


def plan_tracking(uncovered: Sequence[NameCover], on: dict[str, str | None]) -> Plan:
    """For names that track and that nothing blocks. `on`: lists of the policy with their levels."""
    step = pack_step(uncovered, on)
    done = set(step.names) if step else set[str]()
    return Plan(step, _without_below(cover.name for cover in uncovered if cover.name not in done))


def plan_all(uncovered: Sequence[NameCover], company: str, known: Facts) -> Plan:
    """For all names that nothing blocks: rules for what the tables know as the company's, else for each name."""
    return Plan(None, _without_below(_domain(cover.name, company, known) for cover in uncovered))


def block(e: Engine, plan: Plan, company: str, scope: str, what: str) -> None:
    """Do it as one change, which one Undo takes back. Raises EditError."""
    if plan.empty:
        raise EditError(say("Nothing of {company} is left to block there.", company=company))
    named = {"company": company, "scope": called.scope(scope)}
    sentence = (say("{company} is blocked for {scope}.", **named) if what == ALL
                else say("Tracking by {company} is blocked for {scope}.", **named))  # fmt: skip
    with writing(e, sentence):
        if plan.pack is not None:
            edit.set_level(e, plan.pack.blocklist, plan.pack.level, scope)
        for name in plan.rules:
            edit.add_rule(e, RuleKind.BLOCK, name, comment=company[:60], scope=scope)


def changes(plan: Plan, scope: str) -> list[Change]:
    """The same as changes that are asked about."""
    every: list[Change] = [RuleChange(RuleKind.BLOCK, name, scope) for name in plan.rules]
    if plan.pack is not None:
        every.insert(0, ToggleChange(plan.pack.blocklist, scope, True, plan.pack.level))
    return every


def _without_below(names: Iterable[str]) -> tuple[str, ...]:
    """Without those that stand below another one, which blocks them too."""
    distinct = dict.fromkeys(names)
    kept = [name for name in distinct if not any(parent in distinct for parent in _parents(name))]
    return tuple(kept[:MAX_RULES])


def _parents(name: str) -> Iterable[str]:
    labels = name.split(".")
    return (".".join(labels[place:]) for place in range(1, len(labels)))


def _domain(name: str, company: str, known: Facts) -> str:
    """The widest suffix that is the company's as far as the tables know; the name where nothing says so."""
    matched = known.of(name).matched
    return matched if "." in matched and known.of(matched).company == company else name
