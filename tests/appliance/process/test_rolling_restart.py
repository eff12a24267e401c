# SPDX-License-Identifier: GPL-3.0-or-later
"""A rolling restart takes the workers one after another, and none before the last is back."""

import json
import signal
from pathlib import Path

from appliance.process.children import Child, Spec
from appliance.process.heartbeat import Heartbeats
from appliance.process.rolling_restart import BACK_SECONDS, DRAIN_SECONDS, END_SECONDS, Rolling

# One that is stopped has to go on to hear it.
TOLD_TO_END = [signal.SIGTERM, signal.SIGCONT]


class FakeProcess:
    """A process that only remembers what was sent to it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.signals: list[int] = []

    def send_signal(self, signum: int) -> None:
        self.signals.append(signum)


def worker(number: int) -> tuple[Child, FakeProcess]:
    child, process = Child(Spec(f"worker-{number}", "true", worker=True), {}), FakeProcess(number)
    child.process = process  # type: ignore[assignment]
    return child, process


def replace(child: Child, pid: int) -> FakeProcess:
    process = FakeProcess(pid)
    child.process, child.wanted_exit = process, False  # type: ignore[assignment]
    return process


def report(run: Path, child: Child) -> None:
    (run / f"{child.spec.role}.json").write_text(json.dumps({"pid": child.pid}))


def test_one_after_another(tmp_path: Path) -> None:
    rolling = Rolling(Heartbeats(tmp_path))
    (one, first), (two, second) = worker(1), worker(2)
    assert not rolling.active
    rolling.begin([one, two])
    rolling.step(0.0)
    assert (first.signals, second.signals) == (TOLD_TO_END, [])
    report(tmp_path, one)  # the last word of the one that ends
    rolling.step(1.0)
    replace(one, 11)
    rolling.step(2.0)
    assert second.signals == []
    report(tmp_path, one)
    rolling.step(3.0)
    assert second.signals == TOLD_TO_END
    replace(two, 12)
    report(tmp_path, two)
    rolling.step(4.0)
    assert not rolling.active


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    rolling = Rolling(Heartbeats(tmp_path))
    one, first = worker(1)
    rolling.begin([one])
    rolling.step(0.0)
    rolling.step(END_SECONDS + 0.1)
    assert first.signals == [*TOLD_TO_END, signal.SIGKILL]


def test_one_whose_fork_speaks_for_it_is_back_as_well(tmp_path: Path) -> None:
    """As a stand-by's does that answers in the place of another."""
    rolling = Rolling(Heartbeats(tmp_path))
    (one, _), (two, second) = worker(1), worker(2)
    said = tmp_path / "worker-1.json"
    said.write_text(json.dumps({"pid": 7}))  # of a fork of the old one
    rolling.begin([one, two])
    rolling.step(0.0)
    replace(one, 11)
    rolling.step(1.0)
    assert second.signals == []
    said.write_text(json.dumps({"pid": 12}))
    rolling.step(2.0)
    assert second.signals == TOLD_TO_END


def test_a_recorder_has_the_time_to_write_what_it_holds(tmp_path: Path) -> None:
    rolling, process = Rolling(Heartbeats(tmp_path)), FakeProcess(1)
    recorder = Child(Spec("recorder", "true", drains=True, beats=True), {})
    recorder.process = process  # type: ignore[assignment]
    rolling.begin([recorder])
    rolling.step(0.0)
    rolling.step(DRAIN_SECONDS - 0.1)
    assert process.signals == TOLD_TO_END
    rolling.step(DRAIN_SECONDS + 0.1)
    assert process.signals == [*TOLD_TO_END, signal.SIGKILL]


def test_one_that_does_not_come_back_holds_nobody_up_for_ever(tmp_path: Path) -> None:
    rolling = Rolling(Heartbeats(tmp_path))
    (one, _), (two, second) = worker(1), worker(2)
    rolling.begin([one, two])
    rolling.step(0.0)
    one.process = None
    rolling.step(1.0)
    assert second.signals == []
    rolling.step(END_SECONDS + BACK_SECONDS + 0.1)
    assert second.signals == TOLD_TO_END
