# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker that hangs is killed and started again; the waiting is done by a clock that the test holds."""

import os
import sys
from pathlib import Path

import pytest

from appliance import supervisor
from appliance.children import Spec
from appliance.heartbeat import HANG_SECONDS
from appliance.supervisor import Supervisor


def test_a_hung_worker_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = Spec("worker-1", (sys.executable, "-c", "import time; time.sleep(60)"), worker=True)
    watch = Supervisor([sleeper], tmp_path, os.environ)
    (child,) = watch.children
    monkeypatch.setattr(supervisor, "STATUS_SECONDS", 0.0)
    try:
        watch._turn(1000.0)
        first = child.pid
        watch._turn(1001.0)
        watch._turn(1000.0 + HANG_SECONDS)
        assert child.pid == first
        watch._turn(1001.5 + HANG_SECONDS)
        assert child.process is not None
        child.process.wait(timeout=10)
        watch._turn(1002.0 + HANG_SECONDS)
        assert child.pid is None
        watch._turn(1003.0 + HANG_SECONDS)
        assert child.pid not in (None, first)
    finally:
        if child.process:
            child.process.kill()
            child.process.wait()


def test_a_chore_is_done_once_and_may_bring_children(tmp_path: Path) -> None:
    watch = Supervisor([], tmp_path, os.environ)
    calls: list[int] = []

    def chore() -> bool:
        calls.append(1)
        if len(calls) == 2:
            watch.add([Spec("late", (sys.executable, "-c", "pass"))])
        return len(calls) == 2

    watch.meanwhile(chore)
    for turn in range(5):
        watch._turn(float(turn))
    assert len(calls) == 2
    (child,) = watch.children
    assert child.process is not None
    child.process.wait()
