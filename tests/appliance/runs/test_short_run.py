# SPDX-License-Identifier: GPL-3.0-or-later
"""One run at a time, whose end is told once; no memory for it is no trouble."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from appliance.runs import short_run
from appliance.runs.short_run import ShortRun


class Fork:
    """A process that ends when the test says so."""

    code: int | None = None
    compiled = True

    def poll(self) -> int | None:
        return self.code


def test_its_end_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fork = Fork()
    monkeypatch.setattr(short_run.forking, "fork", lambda *_: fork)
    ends: list[tuple[bool, int, str]] = []
    run = ShortRun("work", "work.module", tmp_path, tmp_path, {}, lambda *each: ends.append(each))
    assert not run.running and run.ended() is None
    assert run.start() and run.running and run.ended() is None
    fork.code = 0
    assert run.running and run.ended() == 0
    assert not run.running and run.ended() is None
    fork.code = -signal.SIGILL
    assert run.start() and run.ended() == -signal.SIGILL
    assert [each[:2] for each in ends] == [(True, 0), (True, -signal.SIGILL)] and "SIGILL" in ends[1][2]


def test_no_memory_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise OSError("Cannot allocate memory")

    monkeypatch.setattr(short_run.forking, "fork", fail)
    run = ShortRun("work", "work.module", tmp_path, tmp_path, {})
    assert not run.start() and not run.running
    assert "tried again" in caplog.text
