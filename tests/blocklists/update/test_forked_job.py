# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in a fork: its result comes back, its faults are told, and it never outlives who wanted it."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from waiting import HANG_SECONDS, until

from blocklists.update import forked_job

pytestmark = pytest.mark.process


def test_what_is_done_comes_back_from_another_process() -> None:
    told = forked_job.run(lambda: {"pid": os.getpid(), "due": float("inf"), "errors": {"mine": "it is gone"}})
    assert told["pid"] != os.getpid()
    assert (told["due"], told["errors"]) == (float("inf"), {"mine": "it is gone"})


def test_it_begins_when_we_are_ready() -> None:
    order: list[str] = []
    reader, writer = os.pipe()

    def work() -> dict[str, Any]:
        os.write(writer, b"work ")
        return {}

    def begun() -> None:
        time.sleep(0.1)
        os.write(writer, b"begun ")

    forked_job.run(work, begun)
    order += os.read(reader, 100).decode().split()
    os.close(reader)
    os.close(writer)
    assert order == ["begun", "work"]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (OSError("the disk is full"), "the disk is full"),
        (sqlite3.OperationalError("database is locked"), "database is locked"),
        (ValueError(), "ValueError"),
    ],
)
def test_a_fault_is_told_in_its_words(fault: Exception, sentence: str) -> None:
    def work() -> dict[str, Any]:
        raise fault

    with pytest.raises(forked_job.Failed, match=sentence):
        forked_job.run(work)


def test_one_that_is_killed_says_so_and_harms_nothing_else() -> None:
    def work() -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGKILL)
        return {}

    with pytest.raises(forked_job.Failed, match="ended with -9"):
        forked_job.run(work)
    assert forked_job.run(lambda: {"n": 1}) == {"n": 1}


def test_no_descriptor_and_no_child_is_left() -> None:
    before = sorted(path.name for path in Path("/proc/self/fd").iterdir())
    for _ in range(5):
        forked_job.run(dict)
    assert sorted(path.name for path in Path("/proc/self/fd").iterdir()) == before
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


ENDING = """
import os, signal, sys, time
from blocklists.update import forked_job
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
def work():
    print(os.getpid(), flush=True)
    signal.pause()
forked_job.run(work)
"""


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_one_who_wanted_it(signum: int) -> None:
    with subprocess.Popen([sys.executable, "-c", ENDING], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.send_signal(signum)
        assert process.wait(HANG_SECONDS) == (0 if signum == signal.SIGTERM else -signum)
        until(lambda: not alive(pid))


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
