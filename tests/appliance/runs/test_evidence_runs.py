# SPDX-License-Identifier: GPL-3.0-or-later
"""A run of evidence is made when an hour is over, and again where something is missing or was left."""

from pathlib import Path

import asked_log
import pytest
from counted_runs import CountedRuns
from waiting import until

from appliance.process import forking
from appliance.runs import evidence_runs
from appliance.runs.evidence_runs import AGAIN_SECONDS, GRACE_SECONDS, EvidenceRuns
from evidence import process
from evidence.base.evidence_file import FILE_NAME


class Home(CountedRuns):
    """Runs of a home with a log and evidence, in which the first does not end by itself."""

    def __init__(self, state: Path) -> None:
        super().__init__(500_000 * 3600.0 + GRACE_SECONDS, code=None)
        self.state = state
        self.runs = EvidenceRuns(state, state, {})
        (state / "querylog.db").touch()
        (state / FILE_NAME).touch()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    made = Home(tmp_path)
    made.take_over(evidence_runs, monkeypatch)
    return made


def test_one_at_a_time_and_one_an_hour(home: Home) -> None:
    assert home.started() == 1
    assert home.started(7200) == 1 and home.runs.running  # it still works
    home.code = 0
    assert home.started() == 2  # meanwhile another hour is over
    assert home.started(60) == 2 and not home.runs.running
    assert home.started(3600 - 120) == 2
    assert home.started(60) == 3


@pytest.mark.parametrize("code", [2, -9])
def test_one_that_left_something_or_was_killed_goes_on_later(home: Home, code: int) -> None:
    home.code = code
    assert home.started() == 1
    assert home.started(60) == 1
    assert home.started(AGAIN_SECONDS - 60) == 1
    assert home.started(60) == 2


def test_a_new_log_and_lost_evidence_are_seen_to(home: Home) -> None:
    home.code = 0
    assert home.started() == 1 and home.started() == 1
    (home.state / FILE_NAME).unlink()
    assert home.started() == 2
    (home.state / FILE_NAME).touch()
    (home.state / "querylog.db").rename(home.state / "old.db")
    assert home.started() == 2  # none: nothing to read
    (home.state / "querylog.db").touch()
    assert home.started() == 3


def test_no_memory_for_it_is_no_trouble(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> Home:
        raise OSError(12, "no memory")

    with monkeypatch.context() as patch:
        patch.setattr(forking, "fork", refused)
        assert home.started() == 0
    assert home.started(60) == 0
    assert home.started(AGAIN_SECONDS) == 1


@pytest.mark.process
def test_a_real_one_reads_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "NICENESS", 0)  # behind all else it would have no turn on a busy machine
    asked_log.write(tmp_path, [asked_log.Asked(asked_log.START, 1, "a.example")])
    runs = EvidenceRuns(tmp_path, tmp_path, {})
    runs.step()
    assert runs.running

    def ended() -> bool:
        runs.step()
        return not runs.running

    until(ended)
    assert (tmp_path / FILE_NAME).exists() and (tmp_path / "evidence.json").exists()
