# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker hangs when it writes nothing new for a while, and the clock on the wall does not matter."""

import os
from pathlib import Path

import pytest

from appliance.process.children import Child, Spec
from appliance.process.heartbeat import HANG_SECONDS, Heartbeats


def worker() -> Child:
    return Child(Spec("worker-1", "true", worker=True), {})


def beat(run: Path, nanoseconds: int) -> None:
    path = run / "worker-1.json"
    path.touch()
    os.utime(path, ns=(nanoseconds, nanoseconds))


def test_it_hangs_when_it_never_writes(tmp_path: Path) -> None:
    heartbeats, child = Heartbeats(tmp_path), worker()
    assert not heartbeats.hangs(child, 100.0)
    assert not heartbeats.hangs(child, 100.0 + HANG_SECONDS)
    assert heartbeats.hangs(child, 100.1 + HANG_SECONDS)


def test_each_new_file_counts(tmp_path: Path) -> None:
    heartbeats, child = Heartbeats(tmp_path), worker()
    for turn in range(5):
        beat(tmp_path, turn)
        assert not heartbeats.hangs(child, turn * HANG_SECONDS)
    assert heartbeats.hangs(child, 6 * HANG_SECONDS)


def test_a_jump_of_the_clock_is_no_hang(tmp_path: Path) -> None:
    heartbeats, child = Heartbeats(tmp_path), worker()
    beat(tmp_path, 1_000)
    assert not heartbeats.hangs(child, 0.0)
    beat(tmp_path, 10**18)
    assert not heartbeats.hangs(child, 2.0)
    beat(tmp_path, 2_000)
    assert not heartbeats.hangs(child, 4.0)


@pytest.mark.process
def test_the_file_of_the_one_before_is_not_held_against_a_new_process(tmp_path: Path) -> None:
    heartbeats, child = Heartbeats(tmp_path), worker()
    beat(tmp_path, 5)
    heartbeats.look(child, 0.0)
    child.start(100.0)
    try:
        assert not heartbeats.hangs(child, 100.0)
    finally:
        assert child.process is not None
        child.process.wait()
