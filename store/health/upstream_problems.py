# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with those whom we ask. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from store.base.process_parts import State
from store.base.process_status import UpstreamStatus
from store.base.sentences import Sentence, say, together
from store.health.health_facts import HealthFacts
from store.health.problem import Problem


def look_at_upstreams(facts: HealthFacts) -> Iterator[Problem]:
    """All upstreams of every worker that asked any; a worker that stands by has asked none and knows nothing."""
    asking = [
        worker.upstreams
        for worker in facts.live.workers.values()
        if any(upstream.answers or upstream.failures for upstream in worker.upstreams)
    ]
    every = [upstream for upstreams in asking for upstream in upstreams]
    asked = [upstream for upstream in every if not upstream.spare]
    if asked and all(upstream.down for upstream in asked):
        yield _none_answers(asked, [upstream for upstream in every if upstream.spare])
    elif asked and all(upstream.down or upstream.refuses for upstream in asked):
        specs = ", ".join(sorted({upstream.spec for upstream in asked if upstream.refuses}))
        sentence = say("No upstream helps: {specs} refuses or fails whatever it is asked.", specs=specs)
        cure = say("A server that is not meant for this line refuses: choose other upstreams on the page Settings.")
        yield Problem("upstreams_refuse", State.DEGRADED, sentence, together(*_faults(asked), cure))
    else:
        for spec, fault in sorted({(each.spec, each.fault) for each in asked if each.fault and each.down}):
            sentence = together(say("The upstream {spec} cannot be used.", spec=spec), fault)
            yield Problem("upstream_fault", State.OK, sentence, say("The others are asked meanwhile."))


def _none_answers(asked: list[UpstreamStatus], spare: list[UpstreamStatus]) -> Problem:
    """What becomes of names then, and why."""
    specs = ", ".join(sorted({upstream.spec for upstream in asked}))
    cure = say("Look whether the internet is there; if it is, choose other upstreams on the page Settings.")
    if any(not upstream.down for upstream in spare):
        plain = ", ".join(sorted({upstream.spec for upstream in spare}))
        sentence = say("No encrypted upstream answers ({specs}), so names are asked in the clear now, of {plain}.",
                       specs=specs, plain=plain)  # fmt: skip
        return Problem("upstreams_in_clear", State.DEGRADED, sentence, together(*_faults(asked), cure))
    sentence = say("No upstream answers ({specs}), so only what is known or blocked is answered.", specs=specs)
    if any(upstream.encrypted for upstream in asked) and not spare:
        sentence = together(sentence, say("Nothing is asked in the clear (upstream_mode strict)."))
    return Problem("upstreams_down", State.DEGRADED, sentence, together(*_faults(asked), cure))


def _faults(upstreams: list[UpstreamStatus]) -> list[Sentence]:
    """Why they cannot be reached, each server once."""
    faults = sorted({(upstream.spec, upstream.fault) for upstream in upstreams if upstream.fault})
    return [together(say("The upstream {spec} cannot be used.", spec=spec), fault) for spec, fault in faults]


def look_at_circles(facts: HealthFacts) -> Iterator[Problem]:
    """Upstreams by which the appliance asks itself, each once."""
    for spec in sorted({spec for worker in facts.live.workers.values() for spec in worker.circles}):
        sentence = say("The upstream {spec} is this appliance itself: it asks itself in a circle.", spec=spec)
        cure = say("Choose another where it was chosen: the page Settings, a variable, a group, or a forwarded domain.")
        yield Problem("upstream_circle", State.DEGRADED, sentence, cure)
