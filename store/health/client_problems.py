# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with those who ask. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from store.base.process_parts import State
from store.base.sentences import say, say_count
from store.health.health_facts import HealthFacts
from store.health.problem import Problem

CROWD_SECONDS = 3600.0  # for which it is told that there was a crowd
TURNED_AWAY_SECONDS = 600.0  # for which it is told that a client asked too much
TURNED_AWAY_MAX = 5  # clients that are named


def look_at_turned_away(facts: HealthFacts) -> Iterator[Problem]:
    """Who asks more than the home lets a client: each by itself, what all workers say of it together."""
    counts: dict[str, int] = {}
    for worker in facts.live.workers.values():
        for away in worker.turned_away:
            if worker.time - away.last < TURNED_AWAY_SECONDS:
                counts[away.client] = counts.get(away.client, 0) + away.queries
    for client, count in sorted(counts.items(), key=lambda each: -each[1])[:TURNED_AWAY_MAX]:
        sentence = say_count(
            count,
            "{client} asks more than one client may (rate_limit): {count:,} query of it was turned away.",
            "{client} asks more than one client may (rate_limit): {count:,} queries of it were turned away.",
            client=client,
        )
        cure = say("Look what it asks for; if it stands for many devices, as a router does, name it in "
                   "rate_limit_exempt on the page Settings.")  # fmt: skip
        yield Problem("turned_away", State.OK, sentence, cure)


def look_at_crowd(facts: HealthFacts) -> Iterator[Problem]:
    """More new addresses than a home has: not all of them are devices."""
    recorder = facts.live.recorder
    if recorder is not None and recorder.crowd_at and recorder.time - recorder.crowd_at < CROWD_SECONDS:
        sentence = say("Thousands of new addresses asked within the last hour. All are answered and recorded, and only "
                       "some of them are in the list of devices.")  # fmt: skip
        cure = say("The query log tells from which addresses they came. In a network of that size the others become "
                   "devices as they ask again; else something in it makes addresses up.")  # fmt: skip
        yield Problem("crowd", State.OK, sentence, cure)
