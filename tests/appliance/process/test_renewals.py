# SPDX-License-Identifier: GPL-3.0-or-later
"""Children that ask for it are renewed: one at a time, each once an hour, none amid another restart, and no fault."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.process.children import Child, Spec
from appliance.process.heartbeat import Heartbeats
from appliance.process.renewals import HOUR, Renewals
from appliance.process.rolling_restart import Rolling
from store.base.pulse import Pulse


class Process:
    """One that remembers what was sent to it."""

    def __init__(self, pid: int) -> None:
        self.pid, self.signals = pid, list[int]()

    def send_signal(self, signum: int) -> None:
        self.signals.append(signum)


class House:
    """A supervisor's turns, with two workers and a recorder that are no processes."""

    def __init__(self, run: Path) -> None:
        self.run, self._beats = run, Heartbeats(run)
        self.rolling = Rolling(self._beats)
        self._renewals = Renewals(self.rolling)
        specs = [Spec(f"worker-{number}", "none", worker=True, beats=True) for number in (1, 2)]
        self.children = [Child(spec, {}) for spec in (*specs, Spec("recorder", "none", drains=True, beats=True))]
        self._ends, self._pid = dict[str, int](), 0
        for child in self.children:
            child.pulse, self._ends[child.spec.role] = Pulse.begin()
            self.begin(child)

    def begin(self, child: Child) -> Process:
        self._pid += 1
        process = Process(self._pid)
        child.process, child.wanted_exit = process, False  # type: ignore[assignment]
        return process

    def ask(self, *places: int) -> None:
        for place in places:
            os.write(self._ends[self.children[place].spec.role], b"r")

    def turn(self, now: float) -> list[str]:
        """The roles that were told to end by then and have not ended."""
        for child in self.children:
            assert child.pulse is not None
            child.pulse.hangs(None, now, 1e9)
        self._renewals.look(self.children, now)
        self.rolling.step(now)
        return [child.spec.role for child in self.children if child.wanted_exit]

    def come_back(self, place: int) -> None:
        """It ended, and another listens."""
        child = self.children[place]
        pid = self.begin(child).pid
        (self.run / f"{child.spec.role}.json").write_text(json.dumps({"pid": pid}))

    def close(self) -> None:
        for child in self.children:
            if child.pulse is not None:
                child.pulse.close()
        for end in self._ends.values():
            os.close(end)


@contextmanager
def housed(run: Path) -> Iterator[House]:
    house = House(run)
    try:
        yield house
    finally:
        house.close()


def test_one_at_a_time_and_each_once_an_hour(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with housed(tmp_path) as house:
        assert house.turn(0.0) == []
        house.ask(0, 1, 2)
        assert house.turn(1.0) == ["worker-1"]
        house.ask(1, 2)
        assert house.turn(2.0) == ["worker-1"]
        house.come_back(0)
        house.ask(1, 2)
        assert house.turn(3.0) == [] and not house.rolling.active
        house.ask(0, 1, 2)
        assert house.turn(4.0) == ["worker-2"]
        house.come_back(1)
        house.turn(5.0)
        house.ask(0, 1, 2)
        assert house.turn(6.0) == ["recorder"]
        house.come_back(2)
        house.turn(7.0)
        house.ask(0, 1, 2)
        assert house.turn(HOUR) == []
        house.ask(0, 1, 2)
        assert house.turn(HOUR + 1.0) == ["worker-1"]
        for child in house.children:
            assert child.backoff.last_minute(HOUR) == 0
    assert [record.getMessage() for record in caplog.records] == [
        f"{role} is renewed, since it holds memory that it needs no more"
        for role in ("worker-1", "worker-2", "recorder", "worker-1")
    ]


def test_that_who_stands_by_is_renewed_is_worth_no_line(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with housed(tmp_path) as house:
        second = house.children[1]
        second.spec = replace(second.spec, stands_by=True)
        house.ask(1)
        assert house.turn(0.0) == ["worker-2"] and second.renewed
    assert not caplog.records


def test_none_while_workers_are_restarted_anyway(tmp_path: Path) -> None:
    with housed(tmp_path) as house:
        house.rolling.begin(house.children[1:2])
        house.ask(0)
        assert house.turn(0.0) == ["worker-2"]


def test_one_that_was_told_to_end_or_is_not_there_is_left_alone(tmp_path: Path) -> None:
    with housed(tmp_path) as house:
        house.ask(0, 1)
        first, second = house.children[:2]
        first.ask_to_end()
        second.process = None
        house.turn(0.0)
        assert not house.rolling.active
        assert first.process is not None and getattr(first.process, "signals", []) == [signal.SIGTERM, signal.SIGCONT]
