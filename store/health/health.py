# SPDX-License-Identifier: GPL-3.0-or-later
"""How well the appliance is: one verdict of what its processes say, whether DNS answers, and the clock. Pure.

`telltale health`, GET /health, the banner of every page, the settings page and the doctor all show this one value, so
they say the same in the same words. A problem's sentence may name paths and lists; its id, its part and its state say
nothing of the home.
"""

from __future__ import annotations

from dataclasses import dataclass

from native.finder import Running
from store.base.process_parts import Part, State, failing, find_parts
from store.base.process_status import Moment, Statuses
from store.health.health_facts import HealthFacts
from store.health.kinds_of_problem import find_problems
from store.health.problem import Problem

_RANK = {State.OK: 0, State.DEGRADED: 1, State.DOWN: 2}


@dataclass(frozen=True, slots=True)
class Health:
    """`status` is the state of the worst problem, and problems come the worst first.

    `workers`: how many report. `dropped`: records, since the workers started. `restarting`: roles that keep ending.
    `code`: what the supervisor and its children run.
    """

    status: State
    dns: State
    recorder: State
    updater: State
    workers: int
    dropped: int
    restarting: tuple[str, ...]
    code: Running
    problems: tuple[Problem, ...]
    parts: tuple[Part, ...]


def assess(statuses: Statuses, dns_answers: bool, now: Moment) -> Health:
    """The verdict. `dns_answers`: whether the appliance answered for its own name just now."""
    live = statuses.live(now)
    parts = {part.role: part for part in find_parts(live)}
    facts = HealthFacts(live, dns_answers, parts)
    problems = sorted(find_problems(facts), key=lambda problem: -_RANK[problem.state])
    return Health(
        status=problems[0].state if problems else State.OK,
        dns=State.OK if dns_answers else State.DOWN,
        recorder=parts["recorder"].state,
        updater=parts["updater"].state if "updater" in parts else State.OK,
        workers=len(live.workers),
        dropped=facts.dropped,
        restarting=failing(live),
        code=facts.supervisor.code,
        problems=tuple(problems),
        parts=tuple(parts.values()),
    )
