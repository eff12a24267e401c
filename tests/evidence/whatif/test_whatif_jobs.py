# SPDX-License-Identifier: GPL-3.0-or-later
"""Questions answered by processes of their own: the same effect, a fault in words, an end before its time."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator

import asked_home
import pytest
from asked_home import AskedHome

from evidence.whatif import question
from evidence.whatif.effect import Effect
from evidence.whatif.whatif_change import ToggleChange
from evidence.whatif.whatif_jobs import MAX_RUNNING, Busy, Failed, WhatIfJobs
from store.base import db

pytestmark = pytest.mark.process
CHANGES = (ToggleChange("alpha", on=False, schedule=None),)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> AskedHome:
    state = tmp_path_factory.mktemp("asked") / "state"
    state.mkdir(mode=0o700)
    db.open_config(state)
    made = asked_home.settle(state, random.Random(1))
    asked_home.live(made, random.Random(1), 300)
    return made


@pytest.fixture
def jobs() -> Iterator[WhatIfJobs]:
    made = WhatIfJobs()
    yield made
    made.close()


def test_a_process_answers_what_the_question_itself_says(home: AskedHome, jobs: WhatIfJobs) -> None:
    job = jobs.start(home.state, os.environ, CHANGES, *home.span)
    assert jobs.find(job.id) is job and jobs.are_kept()
    effect = job.wait()
    assert jobs.are_kept()  # the answer, for whoever comes back for it
    assert effect == question.ask(home.state, os.environ, CHANGES, *home.span)
    assert effect is not None and effect.less.queries and job.share == 1.0
    jobs.end(job.id)
    assert jobs.find(job.id) is None and not jobs.are_kept()


def test_what_is_wrong_is_told_in_a_sentence(home: AskedHome, jobs: WhatIfJobs) -> None:
    job = jobs.start(home.state, os.environ, [ToggleChange("nothing")], *home.span)
    with pytest.raises(Failed, match="There is no blocklist 'nothing'"):
        job.wait()


def test_a_question_can_be_given_up_and_few_are_answered_at_once(home: AskedHome, jobs: WhatIfJobs) -> None:
    endless = ["cat"]  # it says what it is asked, until it is ended
    running = [jobs.start_other(endless, Effect, os.environ, {}) for _ in range(MAX_RUNNING)]
    with pytest.raises(Busy):
        jobs.start(home.state, os.environ, CHANGES, *home.span)
    for job in running:
        jobs.end(job.id)
        assert job.done
        with pytest.raises(Failed, match="given up"):
            job.wait()
