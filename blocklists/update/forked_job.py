# SPDX-License-Identifier: GPL-3.0-or-later
"""A piece of work done by a fork of this process, which ends with it: all memory that it took is given back.

    done = forked_job.run(work, begun)      work() → a dict that JSON can hold

This process has one thread, and no database open while it forks.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import sqlite3
import time
import traceback
from collections.abc import Callable
from typing import Any, BinaryIO, NoReturn

from store.base.pulse import beat, is_stopped

# What a fault of the world is, in contrast to one of ours: it is told in a sentence, and may pass.
FAULTS = (OSError, sqlite3.Error, ValueError)
BEAT_SECONDS = 2.0
MAX_SECONDS = 3600.0  # each fetch has limits of its own; all lists of a home take minutes
ASKED_TO_END, AGAIN_SECONDS, POLL_SECONDS = 5, 1.0, 0.01
_PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None)


class Failed(Exception):  # noqa: N818 - it names the thing
    """The work met a fault, or its process was killed; the sentence says which. `status`: how its process ended."""

    def __init__(self, sentence: str, status: int = 0) -> None:
        super().__init__(sentence)
        self.status = status


def run(work: Callable[[], dict[str, Any]], begun: Callable[[], object] = lambda: None) -> dict[str, Any]:
    """Return what `work` returns; it begins when `begun`, which is called here, is done. Raises Failed.

    Whoever ends this process meanwhile (SystemExit out of a signal's handler) ends the work too.
    """
    parent, (heard, write_end), (waits, goes) = os.getpid(), os.pipe(), os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(goes)
        _work(work, parent, waits, write_end)
    os.close(write_end)
    os.close(waits)
    try:
        with os.fdopen(heard, "rb") as pipe:
            begun()
            os.close(goes)
            goes = -1
            outcome = json.loads(_told_by(pipe, pid) or b"{}")
        _, status = os.waitpid(pid, 0)
        pid = 0
    finally:
        if pid:
            _end(pid)
        if goes >= 0:
            os.close(goes)
    if "done" not in outcome:
        code = os.waitstatus_to_exitcode(status)
        raise Failed(outcome.get("fault") or f"the process that did it ended with {code}", status)
    done: dict[str, Any] = outcome["done"]
    return done


def _told_by(pipe: BinaryIO, pid: int) -> bytes:
    """All that it says; meanwhile our own pulse goes on, and work that takes for ever, or was stopped, is ended."""
    end = time.monotonic() + MAX_SECONDS
    while not select.select([pipe], [], [], BEAT_SECONDS)[0]:
        beat()
        if time.monotonic() >= end or is_stopped(pid):
            os.kill(pid, signal.SIGKILL)
    return pipe.read()


def _end(pid: int) -> None:
    """End the work: asked again each second, since what a signal raises may be lost in a farewell; then by force."""
    for _ in range(ASKED_TO_END):
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + AGAIN_SECONDS
        while time.monotonic() < until:
            if os.waitpid(pid, os.WNOHANG)[0]:
                return
            time.sleep(POLL_SECONDS)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def _work(work: Callable[[], dict[str, Any]], parent: int, waits: int, write_end: int) -> NoReturn:
    """The life of the fork: it never returns into the frames of its parent, and runs none of its farewells."""
    code = 1
    try:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() == parent:
            os.read(waits, 1)
            outcome = _told(work)
            with os.fdopen(write_end, "wb") as pipe:
                pipe.write(json.dumps(outcome).encode())
            code = 0
    except SystemExit:
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)


def _told(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return {"done": work()}
    except FAULTS as fault:
        return {"fault": str(fault) or type(fault).__name__}
