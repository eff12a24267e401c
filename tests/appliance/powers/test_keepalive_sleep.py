# SPDX-License-Identifier: GPL-3.0-or-later
"""While nothing is wanted the keepalive is a shell, and the same process in all else; a line makes it what it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from seen_processes import is_alive
from waiting import HANG_SECONDS, until

from appliance.powers import keepalive_sleep
from appliance.powers.keepalive import MODULE, ROLE
from appliance.powers.keepalive_door import KeepaliveDoor
from appliance.process import privilege
from appliance.process.children import Child, Spec
from appliance.process.signals import Signals
from store.base import db
from store.base.pulse import is_stopped
from store.events.config_events import ConfigEvents

pytestmark = [pytest.mark.process, pytest.mark.database]

# What a process keeps through falling asleep and waking; the descriptors are looked at apart.
SAME = ("PPid", "Uid", "Gid", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "SigBlk")


@dataclass
class Kept:
    """The keepalive of a home that wants nothing. `answers`: what it keeps for the firewall's process."""

    child: Child
    wake: int
    answers: int

    @property
    def pid(self) -> int:
        assert self.child.pid is not None
        return self.child.pid

    def asleep(self) -> bool:
        """Whether it has said so, and is a shell: amid the exec it has the shell's file, and no words yet."""
        assert self.child.pulse is not None
        self.child.pulse.hangs(self.pid, time.monotonic(), HANG_SECONDS)
        is_shell = Path(f"/proc/{self.pid}/exe").samefile(keepalive_sleep.SHELL)
        return self.child.pulse.rests and is_shell and bool(Path(f"/proc/{self.pid}/cmdline").read_bytes())

    def awake(self) -> bool:
        """Whether it is Python, and beats."""
        assert self.child.pulse is not None
        self.child.pulse.heard = False
        self.child.pulse.hangs(self.pid, time.monotonic(), HANG_SECONDS)
        return self.child.pulse.heard and not self.child.pulse.rests

    def status(self) -> dict[str, str]:
        return status_of(self.child)

    def another(self) -> dict[str, str]:
        """The status of a child of the same kind that never sleeps, once it has become one: before that, signals wait
        in it, and this one may be asleep by then."""
        sys.modules["waiting_child"] = sys.modules[__name__]  # under a name that the child can import
        child = Child(replace(self.child.spec, module="waiting_child"), os.environ)
        child.start(time.monotonic())
        assert child.process is not None and child.pulse is not None
        try:
            until(lambda: status_of(child)["Name"] == ROLE)
            return status_of(child)
        finally:
            child.process.end(HANG_SECONDS)
            child.pulse.close()

    def begin_to_wake(self) -> None:
        assert self.child.pulse is not None
        self.child.pulse.wake()
        os.write(self.wake, b"\n")


def main(words: tuple[str, ...]) -> None:
    """What a child does that never sleeps."""
    signal.pause()


def status_of(child: Child) -> dict[str, str]:
    lines = Path(f"/proc/{child.pid}/status").read_text().splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kept]:
    monkeypatch.setattr("appliance.powers.keepalive.SLEEPY_SECONDS", 0.0)
    state = tmp_path / "state"
    db.open_config(state)
    (asleep, wake), (reads, writes) = os.pipe(), os.pipe()
    words = ("--state", str(state), "--run", str(tmp_path), "--answers", str(reads), "--powers", "dhcp")
    spec = Spec(ROLE, MODULE, (*words, "--wake", str(asleep)), (reads, asleep), beats=True, keep=privilege.drop_all)
    child = Child(spec, os.environ)
    child.start(time.monotonic())
    yield Kept(child, wake, reads)
    if child.process is not None:
        child.process.end(HANG_SECONDS)
    if child.pulse is not None:
        child.pulse.close()
    for fd in (asleep, wake, reads, writes):
        os.close(fd)


def test_it_sleeps_as_a_shell_and_a_line_makes_it_what_it_was(kept: Kept) -> None:
    before = kept.another()
    until(kept.asleep)
    asleep = kept.status()
    assert {key: asleep[key] for key in SAME} == {key: before[key] for key in SAME}
    title, *_ = Path(f"/proc/{kept.pid}/cmdline").read_text().split("\0")
    assert title == "telltale keepalive /bin/sh", "which says what it is, and to shells of many names which they are"
    until(lambda: kept.status()["Name"] == "keepalive")  # it is listed under its role all the same
    assert Path(f"/proc/{kept.pid}/fd/{kept.answers}").readlink() == Path(f"/proc/self/fd/{kept.answers}").readlink()
    kept.begin_to_wake()
    until(kept.awake)
    awake = kept.status()
    assert {key: awake[key] for key in SAME} == {key: before[key] for key in SAME}
    assert awake["Name"] == "keepalive"
    assert Path(f"/proc/{kept.pid}/fd/{kept.answers}").readlink() == Path(f"/proc/self/fd/{kept.answers}").readlink()
    assert Path(f"/proc/{kept.pid}/cmdline").read_bytes().startswith(b"telltale keepalive\0")
    process = kept.child.process
    assert process is not None and process.end(HANG_SECONDS) == 0


def test_asleep_it_may_be_silent_for_ever_and_is_watched_again_once_it_was_woken(kept: Kept) -> None:
    until(kept.asleep)
    pulse, now = kept.child.pulse, time.monotonic()
    assert pulse is not None
    assert not any(pulse.hangs(kept.pid, now + second, 2.0) for second in range(60))
    pulse.wake()  # as if the line was lost
    assert any(pulse.hangs(kept.pid, now + second, 2.0) for second in range(60, 70))


def test_asleep_it_ends_as_it_is_asked_to(kept: Kept) -> None:
    until(kept.asleep)
    assert kept.child.process is not None
    kept.child.ask_to_end()
    assert kept.child.process.wait(HANG_SECONDS) == -signal.SIGTERM


def test_stopped_while_it_sleeps_it_is_let_be_and_wakes_all_the_same(kept: Kept, tmp_path: Path) -> None:
    until(kept.asleep)
    os.kill(kept.pid, signal.SIGSTOP)
    until(lambda: is_stopped(kept.pid))
    before, pulse, now = kept.pid, kept.child.pulse, time.monotonic()
    assert pulse is not None
    assert not any(pulse.hangs(kept.pid, now + second, HANG_SECONDS) for second in range(60))
    os.set_blocking(kept.wake, False)
    with Signals(lambda _: None) as signals:
        door = KeepaliveDoor(kept.wake, lambda: True, ConfigEvents(tmp_path / "state"))
        door.turn(kept.child, signals, now)
        door.close()
    until(kept.awake)
    assert kept.pid == before


def test_stopped_while_it_sleeps_it_ends_as_it_is_asked_to(kept: Kept) -> None:
    until(kept.asleep)
    os.kill(kept.pid, signal.SIGSTOP)
    until(lambda: is_stopped(kept.pid))
    assert kept.child.process is not None
    kept.child.ask_to_end()
    assert kept.child.process.wait(HANG_SECONDS) == -signal.SIGTERM


def begin_with(kept: Kept, shell: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Have another begin that is to sleep as this shell, and wait until it goes on without: while it tries to sleep, it
    does not hear that it is to end, but ends."""
    assert kept.child.process is not None
    kept.child.process.end(HANG_SECONDS)
    kept.child.reap(0.0)
    monkeypatch.setattr(keepalive_sleep, "SHELL", str(shell))
    # A fork keeps descriptor 2, and not the one of its own by which capfd writes there.
    with os.fdopen(2, "w", buffering=1, closefd=False) as stderr, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", stderr)
        kept.child.start(time.monotonic())
        said = ""

        def has_said() -> bool:
            nonlocal said
            said += capfd.readouterr().err
            return "and stays awake" in said

        until(has_said)
    until(lambda: int(kept.status()["SigCgt"], 16) & 1 << (signal.SIGTERM - 1))
    until(kept.awake)


@pytest.mark.parametrize("lines", ["exit 1", "exit 0", "#!/nowhere/interpreter", "read -r line"])
def test_a_shell_that_does_not_do_as_it_is_told_is_not_relied_upon(
    kept: Kept, lines: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "sh"
    broken.write_text(lines if lines.startswith("#!") else f"#!/bin/sh\n{lines}\n")
    broken.chmod(0o755)
    begin_with(kept, broken, monkeypatch, capfd)
    assert kept.child.process is not None
    assert kept.child.process.end(HANG_SECONDS) == 0


def test_where_there_is_no_shell_it_stays_awake(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    begin_with(kept, Path("/nowhere/sh"), monkeypatch, capfd)
    assert kept.child.process is not None
    assert kept.child.process.end(HANG_SECONDS) == 0, "it still hears that it is to end"


def test_asleep_it_ends_with_the_supervisor(tmp_path: Path) -> None:
    state = tmp_path / "state"
    db.open_config(state)
    code = (
        "import os, sys, time; from appliance.powers import keepalive; from appliance.process.children import *\n"
        "keepalive.SLEEPY_SECONDS = 0.0; asleep, wake = os.pipe()\n"
        f"words = ('--state', {str(state)!r}, '--run', {str(tmp_path)!r}, '--wake', str(asleep))\n"
        "child = Child(Spec(keepalive.ROLE, keepalive.MODULE, words, (asleep,), beats=True), os.environ)\n"
        "child.start(time.monotonic())\n"
        "while not child.pulse.rests: child.pulse.hangs(child.pid, time.monotonic(), 100.0); time.sleep(0.01)\n"
        "print(child.pid, flush=True); time.sleep(1000)\n"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3]) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline())
        assert is_alive(pid)
        supervisor.kill()
        until(lambda: not is_alive(pid))
