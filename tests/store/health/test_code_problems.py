# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way that code may run is told in a sentence, and only what somebody can mend is a problem."""

import pytest

from native.finder import Running, Way
from store.base.languages import ENGLISH, tell
from store.base.process_parts import State
from store.base.process_status import Statuses, SupervisorStatus
from store.health.code_problems import look_at_code, tell_code
from store.health.health_facts import HealthFacts

TOLD = {
    Running(Way.COMPILED, 19, datagrams=True): "Compiled: 19 files and the datagrams.",
    Running(Way.COMPILED, 1): "Compiled: 1 file.",
    Running(): "Plain Python.",
    Running(Way.OFF): "Plain Python, as TELLTALE_COMPILED=off asks.",
    Running(Way.STALE, changed=("a.py",)): "Plain Python: 1 source has changed since it was compiled, a.py.",
    Running(Way.STALE, changed=("a.py", "b.py")):
        "Plain Python: 2 sources have changed since they were compiled, a.py among them.",
    Running(Way.BROKEN, why="no such file"): "Plain Python: the compiled code cannot be loaded (no such file).",
    Running(Way.CRASHED, crashes=1): "Compiled code crashed 1 time; plain Python does its work.",
    Running(Way.CRASHED, crashes=2): "Compiled code crashed 2 times; plain Python does its work.",
}  # fmt: skip


@pytest.mark.parametrize("code", TOLD, ids=str)
def test_it_is_said_what_runs(code: Running) -> None:
    assert tell(tell_code(code), ENGLISH) == TOLD[code]


@pytest.mark.parametrize("code", TOLD, ids=str)
def test_only_what_is_there_and_does_not_run_is_a_problem(code: Running) -> None:
    problems = [*look_at_code(HealthFacts(Statuses(supervisor=SupervisorStatus(code=code)), True, {}))]
    assert bool(problems) is (code.way in (Way.STALE, Way.BROKEN, Way.CRASHED))
    assert all(problem.state is State.OK for problem in problems), "all of it works"
