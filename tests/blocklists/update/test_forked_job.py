# SPDX-License-Identifier: GPL-3.0-or-later
"""Work in a fork: its result comes back, its faults are told, and it never outlives who wanted it."""

import gc
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from seen_processes import children, is_alive
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
    gc.collect()  # what an earlier test forgot has its descriptors until then
    before, others = {path.name for path in Path("/proc/self/fd").iterdir()}, set(children(os.getpid()))
    for _ in range(5):
        forked_job.run(dict)
    assert not {path.name for path in Path("/proc/self/fd").iterdir()} - before
    assert not set(children(os.getpid())) - others


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
        until(lambda: not is_alive(pid))


def test_work_that_loses_the_word_to_end_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked_job, "AGAIN_SECONDS", 0.05)
    monkeypatch.setattr(forked_job, "ASKED_TO_END", round(HANG_SECONDS / 0.05))  # before it is ended by force
    heard, writes = os.pipe()

    def work() -> dict[str, Any]:
        def lose(number: int, _: object) -> None:
            os.write(writes, b"x")
            if number == signal.SIGTERM and os.getenv("LOST") != "":
                os.environ["LOST"] = ""
                return
            raise SystemExit

        signal.signal(signal.SIGTERM, lose)
        os.environ["LOST"] = "once"
        os.write(writes, b"r")
        while True:
            time.sleep(0.01)

    def interrupt_once_it_works() -> None:
        os.read(heard, 1)
        os.kill(os.getpid(), signal.SIGALRM)

    def interrupt(*_: object) -> None:
        raise SystemExit

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with pytest.raises(SystemExit):
            forked_job.run(work, threading.Thread(target=interrupt_once_it_works).start)
    finally:
        signal.signal(signal.SIGALRM, before)
    assert os.read(heard, 9).startswith(b"xx"), "and once more where it takes its time to end"
    os.close(heard)
    os.close(writes)
