# SPDX-License-Identifier: GPL-3.0-or-later
"""Machine code that has crashed in a house is left alone there, until other code is made or somebody asks for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from source_files import HOUSE
from waiting import HANG_SECONDS

from native import crash_mark, finder, manifest
from native.finder import VARIABLE, Way
from native.manifest import Manifest

ARMED = """
import os, sys
from pathlib import Path
from native import crash_mark
state, built, then = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
environ = dict(os.environ)
crash_mark.heed(state, environ, built)
crash_mark.arm(state, environ, built)
exec(then)
"""
DIE = "os.kill(os.getpid(), {signum})"


class House:
    def __init__(self, folder: Path) -> None:
        self.state, self.built = folder / "state", folder / "built"
        self.state.mkdir()
        self.built.mkdir()
        self.make("one")

    def make(self, what: str) -> None:
        (self.built / manifest.NAME).write_text(manifest.render(Manifest({"hot.py": what})))

    def run(self, then: str, **environ: str) -> int:
        """The code of a process that is armed and then does this."""
        command = [sys.executable, "-c", ARMED, str(self.state), str(self.built), then]
        told = {**os.environ, VARIABLE: "", **environ}
        return subprocess.run(
            command, cwd=HOUSE, env=told, check=False, stderr=subprocess.DEVNULL, timeout=HANG_SECONDS
        ).returncode

    @property
    def text(self) -> str:
        return (self.state / crash_mark.NAME).read_text()

    @property
    def crashes(self) -> int:
        return crash_mark.crashes(self.state, self.built)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before the first hot module."""
    monkeypatch.setattr(finder._Door, "passed", False)
    monkeypatch.setattr(finder._Door, "finder", None)
    monkeypatch.setattr(finder._Door, "running", finder.PLAIN)


def heeded(house: House, wish: str = "") -> dict[str, str]:
    environ = {VARIABLE: wish} if wish else {}
    crash_mark.heed(house.state, environ, house.built)
    return environ


def test_what_ended_well_is_taken_again(house: House) -> None:
    assert house.run("pass") == 0 and house.run("sys.exit(3)") == 3
    assert house.run(DIE.format(signum=int(signal.SIGKILL))) == -signal.SIGKILL, "a power cut is no crash"
    assert house.crashes == 0 and heeded(house) == {} and finder.running().way == Way.PLAIN


@pytest.mark.parametrize("signum", sorted(finder.FAULTS - {signal.SIGTRAP}))
def test_a_process_that_died_of_a_fault_is_noted_and_the_next_is_plain(house: House, signum: int) -> None:
    assert house.run(DIE.format(signum=int(signum))) == -signum
    assert house.crashes == 1 and "Fatal Python error" in house.text
    assert heeded(house) == {VARIABLE: "off"}
    assert finder.running() == finder.Running(Way.CRASHED, crashes=1)
    assert house.run(f"sys.exit(0 if environ['{VARIABLE}'] == 'off' else 1)") == 0


def test_what_is_made_anew_is_other_code(house: House) -> None:
    house.run(DIE.format(signum=int(signal.SIGSEGV)))
    house.make("two")
    assert house.crashes == 0 and heeded(house) == {}
    assert house.run("pass") == 0
    assert house.text.count("\n") == 1, "what was noted of other code is gone"


@pytest.mark.parametrize("wish", ["on", "off"])
def test_a_wish_is_heard_in_any_case(house: House, wish: str) -> None:
    house.run(DIE.format(signum=int(signal.SIGSEGV)))
    assert heeded(house, wish) == {VARIABLE: wish}


def test_where_there_is_no_machine_code_or_none_is_wanted_nothing_is_written(house: House) -> None:
    assert house.run("pass", **{VARIABLE: "off"}) == 0
    (house.built / manifest.NAME).unlink()
    assert house.run("pass") == 0
    assert not list(house.state.iterdir())


def test_crashes_of_children_are_noted_and_a_fork_writes_nothing(house: House) -> None:
    then = "crash_mark.note(['worker-1 was killed by SIGSEGV', 'worker-2 was killed by SIGBUS'])"
    fork = f"if os.fork() == 0:\n    crash_mark.disarm()\n    {DIE.format(signum=int(signal.SIGSEGV))}\nos.wait()"
    assert house.run(f"{then}\n{fork}") == 0
    assert house.crashes == 2 and "Fatal" not in house.text


def test_only_a_file_of_our_own_is_written_to(house: House, tmp_path: Path) -> None:
    other, mark = tmp_path / "other", house.state / crash_mark.NAME
    other.write_text("somebody's")
    for put in (lambda: mark.symlink_to(other), lambda: mark.hardlink_to(other), lambda: os.mkfifo(mark), mark.mkdir):
        put()
        assert house.run(DIE.format(signum=int(signal.SIGSEGV))) == -signal.SIGSEGV, "it goes on without"
        assert other.read_text() == "somebody's" and house.crashes == 0
        mark.rmdir() if mark.is_dir() else mark.unlink()


@pytest.mark.parametrize("text", ["", "\n", "\0" * 5000, "Fatal Python error: x\n", "\xff\nFatal Python error: x\n"])
def test_a_damaged_mark_is_none(house: House, text: str) -> None:
    (house.state / crash_mark.NAME).write_bytes(text.encode("latin-1"))
    assert house.crashes == 0 and house.run("pass") == 0
    assert house.text == f"{manifest.hash_of(house.built / manifest.NAME)}\n"


def test_without_a_state_directory_one_is_made_to_note_it(house: House) -> None:
    house.state.rmdir()
    assert house.run(DIE.format(signum=int(signal.SIGILL))) == -signal.SIGILL
    assert house.crashes == 1 and house.state.stat().st_mode & 0o777 == 0o700
