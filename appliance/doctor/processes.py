# SPDX-License-Identifier: GPL-3.0-or-later
"""What the doctor says of the running appliance: the health that everybody else shows too, in the same words."""

from collections.abc import Iterator

from appliance.doctor.examined import BAD, OK, WARNING, Finding
from appliance.doctor.observation import Observation
from native.finder import Way
from store.base.process_parts import State
from store.base.sentences import say
from store.health.code_problems import tell_code

# So the doctor finds something bad wherever the health is not ok.
_STATES = {State.DOWN: BAD, State.DEGRADED: BAD, State.OK: WARNING}


def health(seen: Observation) -> Iterator[Finding]:
    """Each problem, and in a line what is well."""
    for problem in seen.health.problems:
        yield Finding(problem.id, _STATES[problem.state], problem.sentence, problem.cure)
    if seen.running and all(part.state is State.OK for part in seen.health.parts):
        running = sum(part.words == "running" for part in seen.health.parts)
        yield Finding("processes", OK, say("{running} processes run.", running=running))
    if seen.running and seen.health.code.way in (Way.COMPILED, Way.PLAIN, Way.OFF):  # else it is a problem above
        yield Finding("code", OK, tell_code(seen.health.code))
        yield from _compiled_since(seen)
    if seen.health.recorder is State.OK and not seen.health.dropped:
        yield Finding("query log", OK, say("The query log is written, and no record was dropped."))


def _compiled_since(seen: Observation) -> Iterator[Finding]:
    """Machine code that was made while Telltale ran does nothing until it is started anew."""
    if seen.health.code.way is Way.PLAIN and seen.way is Way.COMPILED:
        text = say("That was the state when Telltale started; by now there is compiled code.")
        yield Finding("code", WARNING, text, say("Restart Telltale; it takes it up."))


CHECKS = (health,)
