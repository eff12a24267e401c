# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether DNS answers, and whether the processes that see to it report. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from store.base.process_parts import State, failing
from store.base.sentences import say
from store.health.health_facts import HealthFacts
from store.health.problem import Problem


def look_at_dns(facts: HealthFacts) -> Iterator[Problem]:
    """Nobody answered for our own name."""
    if not facts.dns_answers:
        cure = say("`telltale doctor` looks for the cause, and the workers' last lines in the log may name it.")
        yield Problem("dns_silent", State.DOWN, say("DNS does not answer."), cure)


def look_at_supervisor(facts: HealthFacts) -> Iterator[Problem]:
    """Nothing runs at all, or only what starts it again does not report."""
    if facts.all_gone:
        yield Problem("not_running", State.DOWN, say("Telltale does not run."), say("Start it with `telltale run`."))
    elif facts.is_silent("supervisor"):
        sentence = say("The supervisor does not report, so nothing is started again that ends.")
        yield Problem("supervisor_silent", State.DEGRADED, sentence, say("Restart Telltale."), "supervisor")


def look_at_workers(facts: HealthFacts) -> Iterator[Problem]:
    """Workers that do not report, each by itself."""
    for role, part in facts.parts.items():
        if role.startswith("worker-") and part.words == "silent":
            sentence = say("“{role}” has not reported for a while.", role=role)
            cure = say("It is started anew by itself; if that does not help, its last lines in the log say why.")
            yield Problem("worker_silent", State.DEGRADED, sentence, cure, role)


def look_at_restarting(facts: HealthFacts) -> Iterator[Problem]:
    """Processes that keep ending, each by itself."""
    for role in failing(facts.live):
        sentence = say("“{role}” keeps ending and is started again.", role=role)
        cure = say("Its last lines in the log say why; after a full disk or a bad update, restart Telltale.")
        yield Problem("restarting", State.DEGRADED, sentence, cure, role)
