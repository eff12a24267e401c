# SPDX-License-Identifier: GPL-3.0-or-later
"""One verdict, in each of the situations that an appliance may be in. That all who show it agree is another test."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from situations import SITUATIONS, USUAL, Situation, but, lay_out, worker

from store.base import status
from store.base.process_parts import State
from store.base.process_status import (
    FirewallStatus,
    Moment,
    RecorderStatus,
    Statuses,
    SupervisorStatus,
    UpdaterStatus,
    WorkerStatus,
)
from store.health import health
from store.health.health import Health

NOW = Moment(1_795_514_400.0, 50_000.0)


def assessed(situation: Situation, run: Path) -> Health:
    lay_out(situation, run, NOW)
    return health.assess(status.read(run), situation.dns, NOW)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_verdict(situation: Situation, tmp_path: Path) -> None:
    found = assessed(situation, tmp_path)
    assert found.status == situation.status
    assert tuple(problem.id for problem in found.problems) == situation.problems
    values = asdict(found) | {"restarting": list(found.restarting)}
    assert {key: values[key] for key in USUAL} == USUAL | situation.fields


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_every_problem_is_a_sentence_with_a_cure_and_the_worst_is_the_verdict(
    situation: Situation, tmp_path: Path
) -> None:
    found = assessed(situation, tmp_path)
    ranks = [list(State).index(problem.state) for problem in found.problems]
    assert ranks == sorted(ranks, reverse=True)
    assert found.status == (found.problems[0].state if found.problems else State.OK)
    for problem in found.problems:
        for text in (problem.sentence, problem.cure):
            assert text.endswith(".") and not text.endswith("..") and text[0] in "“`" + text[0].upper()


def test_numbers_and_errors_are_in_the_sentences(tmp_path: Path) -> None:
    many = next(situation for situation in SITUATIONS if situation.name == "many things at once")
    said = {problem.id: problem.sentence for problem in assessed(many, tmp_path).problems}
    assert said["restarting"].startswith("“webui” ")
    assert said["worker_silent"].startswith("“worker-2” ")
    assert said["recorder_error"].endswith("the disk is full.")
    assert said["warning"] == "A port was taken."
    assert said["dropped"].startswith("2 queries were answered")
    one = assessed(Situation("", but(worker_1=worker(dropped=1))), tmp_path)
    assert one.problems[0].sentence.startswith("1 query was answered")


def test_what_is_open_to_all_tells_nothing_of_the_home(tmp_path: Path) -> None:
    """Ids, parts and states are in GET /health, sentences are not."""
    error = {"age": 1.0, "error": "/secret/path is full"}
    found = assessed(Situation("", but(recorder=error, firewall=error)), tmp_path)
    assert [problem.part for problem in found.problems] == ["recorder", "firewall"]
    assert not any("secret" in problem.id + problem.part + problem.state for problem in found.problems)


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_it_is_down_when_dns_is_silent_and_only_then(situation: Situation, tmp_path: Path) -> None:
    for dns in (True, False):
        found = assessed(replace(situation, dns=dns), tmp_path)
        assert (found.status is State.DOWN, found.dns is State.DOWN) == (not dns, not dns)


ANY = st.builds(
    Statuses,
    supervisor=st.none() | st.builds(SupervisorStatus),
    workers=st.dictionaries(st.sampled_from(["worker-1", "worker-2", "worker-10"]), st.builds(WorkerStatus)),
    recorder=st.none() | st.builds(RecorderStatus),
    updater=st.none() | st.builds(UpdaterStatus),
    firewall=st.none() | st.builds(FirewallStatus),
)


@settings(max_examples=examples(50))
@given(ANY, st.booleans())
def test_whatever_the_processes_say_there_is_a_verdict(statuses: Statuses, dns: bool) -> None:
    assert (health.assess(statuses, dns, NOW).status is State.DOWN) is not dns
