# SPDX-License-Identifier: GPL-3.0-or-later
"""A task is done here while no appliance runs, by its recorder while one does, and goes on after an interruption."""

import os
import threading
from pathlib import Path

import pytest
from imported import NOW_US, read, rows, take_in, writer
from pihole_log import PiHoleRow, write_v6

from appliance.errors import Complaint
from appliance.evidence_cli import log_work
from appliance.start import state_directory
from store.imports import intake
from store.log.batches import Batch
from store.log.records import Key

pytestmark = pytest.mark.database

TOLD = [PiHoleRow(NOW_US / 1e6 - 9_000 + at, "a.example") for at in range(120)]


@pytest.fixture(autouse=True)
def that_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked is a few hours old, and kept."""
    monkeypatch.setattr("time.time_ns", lambda: NOW_US * 1000)


def test_it_is_done_here_and_what_waited_comes_along(state: Path, tmp_path: Path) -> None:
    log = writer(state)
    key = Key("own.example", 1, 0, 3, "", "", 0, "")
    log.add(Batch(1, 0, 1, ["10.0.0.1"], [key], [(NOW_US - 9, 0, 0, 5)]), lambda address: None)
    log.save()
    log.close()
    draft, _ = read(state, write_v6(tmp_path / "p.db", TOLD))
    log_work.do(state, draft.key, lambda text: None)
    assert [row.name for row in rows(state)] == ["a.example"] * 120 + ["own.example"]


def test_the_recorder_of_a_running_appliance_does_it(state: Path, tmp_path: Path) -> None:
    number = state_directory.claim(state)
    assert number is not None
    draft, _ = read(state, write_v6(tmp_path / "p.db", TOLD))
    recorder = threading.Thread(target=take_in, args=(state,))
    said = list[str]()
    try:
        recorder.start()
        log_work.do(state, draft.key, said.append)
        assert len(rows(state)) == 120
    finally:
        recorder.join()
        os.close(number)


def test_one_that_does_nothing_is_not_waited_for_for_ever(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_work, "STUCK_SECONDS", 0.0)
    monkeypatch.setattr(log_work, "WAIT_SECONDS", 0.01)
    number = state_directory.claim(state)
    assert number is not None
    draft, _ = read(state, write_v6(tmp_path / "p.db", TOLD))
    with pytest.raises(Complaint, match="doctor"):
        log_work.do(state, draft.key, lambda text: None)
    os.close(number)


def test_after_an_interruption_the_rest_comes_with_the_next(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake.step, "__defaults__", (50,))
    draft, _ = read(state, write_v6(tmp_path / "p.db", TOLD))

    def interrupt(text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        log_work.do(state, draft.key, interrupt)
    assert 0 < len(rows(state)) < 120
    log_work.do(state, draft.key, lambda text: None)
    assert len(rows(state)) == 120
