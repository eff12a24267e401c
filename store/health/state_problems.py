# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with what lies on disk, and with what was asked for at the start. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from store.base.process_parts import State
from store.base.sentences import say
from store.health.health_facts import HealthFacts
from store.health.problem import Problem


def look_at_state_directory(facts: HealthFacts) -> Iterator[Problem]:
    """It cannot be written."""
    if facts.supervisor.read_only:
        sentence = say("The state directory cannot be written: DNS is answered, and nothing recorded or changed.")
        cure = say("Put right what is said beside this; the rest begins by itself then.")
        yield Problem("read_only", State.DEGRADED, sentence, cure)


def look_at_fallbacks(facts: HealthFacts) -> Iterator[Problem]:
    """Files and variables that cannot be used, each once, whoever found it out."""
    tellers = (facts.live.supervisor, *facts.live.workers.values(), facts.live.recorder)
    for fallback in dict.fromkeys(text for teller in tellers if teller for text in teller.fallbacks):
        cure = say("Put it right; it is looked at again by itself. docs/running.md tells what each file is.")
        yield Problem("fallback", State.DEGRADED, fallback, cure)


def look_at_restored(facts: HealthFacts) -> Iterator[Problem]:
    """The settings were put back from a copy."""
    if restored := facts.supervisor.restored:
        cure = say("Look whether the settings are as you left them: what was changed since that copy is lost.")
        sentence = say("The settings were put back: {what}", what=restored)
        yield Problem("restored", State.OK, sentence, cure, "supervisor")


def look_at_warnings(facts: HealthFacts) -> Iterator[Problem]:
    """What the supervisor could not have as it was asked for."""
    for warning in facts.supervisor.warnings:
        cure = say("Put it right and start Telltale again; docs/running.md tells of ports.")
        yield Problem("warning", State.OK, warning, cure, "supervisor")
