# SPDX-License-Identifier: GPL-3.0-or-later
"""A worker that hangs is killed and started again; the waiting is done by a clock that the test holds."""

import os
import signal
import sys
import time
import types
from dataclasses import replace
from pathlib import Path

import pytest
from waiting import HANG_SECONDS as PATIENCE_SECONDS
from waiting import until

from appliance.process import supervisor
from appliance.process.children import Spec
from appliance.process.heartbeat import HANG_SECONDS
from appliance.process.supervisor import Supervisor
from store.base import pulse, status
from store.base.process_status import SupervisorStatus

pytestmark = pytest.mark.process


def sleeping(monkeypatch: pytest.MonkeyPatch, seconds: float) -> str:
    """The name of a module whose main sleeps and then ends."""
    module = types.ModuleType("sleeping")
    module.main = lambda words: time.sleep(seconds)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sleeping", module)
    return "sleeping"


def test_a_hung_worker_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = Spec("worker-1", sleeping(monkeypatch, 3600.0), worker=True)
    watch = Supervisor([sleeper], tmp_path, os.environ)
    (child,) = watch.children
    monkeypatch.setattr(supervisor, "STATUS_SECONDS", 0.0)
    try:
        watch._turn(1000.0)
        first = child.pid
        watch._turn(1001.0)
        for second in range(2, int(HANG_SECONDS)):  # a supervisor that was itself asleep would judge nobody
            watch._turn(1000.0 + second)
        watch._turn(1000.0 + HANG_SECONDS)
        assert child.pid == first
        watch._turn(1001.5 + HANG_SECONDS)
        assert child.process is not None
        child.process.wait(timeout=PATIENCE_SECONDS)
        watch._turn(1002.0 + HANG_SECONDS)
        assert child.pid is None
        watch._turn(1003.0 + HANG_SECONDS)
        assert child.pid not in (None, first)
    finally:
        if child.process:
            child.process.kill()
            child.process.wait()


def test_a_chore_is_done_once_and_may_bring_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Supervisor([], tmp_path, os.environ)
    calls: list[int] = []

    def chore() -> bool:
        calls.append(1)
        if len(calls) == 2:
            watch.add([Spec("late", sleeping(monkeypatch, 0.0))])
        return len(calls) == 2

    watch.meanwhile(chore)
    for turn in range(5):
        watch._turn(float(turn))
    assert len(calls) == 2
    (child,) = watch.children
    assert child.process is not None
    child.process.wait()


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
def test_siblings_of_a_worker_that_died_or_was_stopped_look_what_it_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    module, told, ready = types.ModuleType("sibling"), tmp_path / "told", tmp_path / "ready"

    def main(words: tuple[str, ...]) -> None:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # a word that comes before the wait is not lost
        ready.touch()
        signal.sigwait({signal.SIGCHLD})
        told.touch()
        signal.pause()

    module.main = main  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sibling", module)
    specs = [Spec("worker-1", sleeping(monkeypatch, 3600.0), worker=True), Spec("worker-2", "sibling", worker=True)]
    watch = Supervisor(specs, tmp_path, os.environ)
    owner, sibling = watch.children
    try:
        watch._turn(1000.0)
        until(ready.exists)
        watch._turn(1001.0)
        assert not told.exists()
        assert owner.process is not None and sibling.process is not None
        owner.send(number)
        if number == signal.SIGSTOP:
            until(lambda: pulse.is_stopped(owner.pid or 0))
        else:
            owner.process.wait(timeout=PATIENCE_SECONDS)
        watch._turn(1002.0)
        until(told.exists)
    finally:
        for child in watch.children:
            if child.process is not None:
                child.process.kill()
                child.process.wait()


def test_what_the_supervisor_says_is_asked_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that goes wrong adds a warning when the loop runs already."""
    warnings: list[str] = []
    monkeypatch.setattr(supervisor, "STATUS_SECONDS", 0.0)
    watch = Supervisor([], tmp_path, os.environ, lambda: SupervisorStatus(version="7", warnings=tuple(warnings)))
    for expected in ((), ("Something failed.",)):
        warnings[:] = expected
        watch._turn(1000.0)
        said = status.read(tmp_path).supervisor
        assert said is not None and (said.version, said.warnings, said.pid) == ("7", expected, os.getpid())


def test_workers_answer_once_each_has_published_its_status(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = sleeping(monkeypatch, 3600.0)
    watch = Supervisor([Spec("worker-1", name, worker=True), Spec("webui", name)], tmp_path, os.environ)
    assert not watch.answers()
    watch._turn(1000.0)
    try:
        assert not watch.answers()
        (tmp_path / "worker-1.json").write_text('{"pid": 1}')  # of an earlier life
        assert not watch.answers()
        (tmp_path / "worker-1.json").write_text(f'{{"pid": {watch.children[0].pid}}}')
        assert watch.answers()
    finally:
        for child in watch.children:
            assert child.process is not None
            child.process.kill()
            child.process.wait()


@pytest.mark.parametrize("spec", [Spec("recorder", "", drains=True, beats=True), Spec("webui", "", beats=True),
                                  Spec("updater", "", beats=True), Spec("keepalive", "", beats=True)])  # fmt: skip
def test_any_child_that_was_stopped_is_killed_within_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spec: Spec
) -> None:
    watch = Supervisor([replace(spec, module=sleeping(monkeypatch, 60.0))], tmp_path, os.environ)
    (child,) = watch.children
    try:
        watch._turn(1000.0)
        first = child.pid
        assert first is not None
        for second in range(1, 4):
            watch._turn(1000.0 + second)
        assert child.pid == first, "its pages may take a minute to start"
        os.kill(first, signal.SIGSTOP)
        until(lambda: pulse.is_stopped(first))
        for second in (4.0, 5.0, 6.1):
            watch._turn(1000.0 + second)
        assert child.process is not None
        assert child.process.wait(timeout=PATIENCE_SECONDS) == -signal.SIGKILL
    finally:
        if child.process:
            child.process.kill()
            child.process.wait()
