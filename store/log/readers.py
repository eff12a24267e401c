# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether somebody looks at the query log: told to the recorder by the kernel, whoever it is and with whatever tool.

    page, API, sqlite3 ── opens querylog.db ──► ReaderWatch (inotify) ──► the recorder commits what waits
                    RUN/shown, touched  ◄────── ReaderWatch.tell ◄────── when that is done
"""

import ctypes
import os
import time
from collections.abc import Callable
from pathlib import Path

SHOWN = "shown"
LOOK_SECONDS = 30.0  # after somebody opened the log they may go on reading it
WAIT_SECONDS = 0.4  # a page waits for a commit; one takes some 10 ms
_POLL_SECONDS = 0.01

_IN_OPEN = 0x20
_EVENTS_BYTES = 64 * 1024  # many more events than can come between two looks; they are not told apart


class ReaderWatch:
    """The recorder's. `fileno` becomes readable when the log is opened; -1 where the kernel does not tell."""

    def __init__(self, log: Path, run: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._run, self._clock = run, clock
        self._opened_at = -LOOK_SECONDS
        self._fd = _watch(log)

    def fileno(self) -> int:
        return self._fd

    def opened(self) -> bool:
        """Whether the log was opened since the last call."""
        if self._fd < 0:
            return False
        try:
            was_opened = bool(os.read(self._fd, _EVENTS_BYTES))
        except OSError:  # nothing has happened
            return False
        if was_opened:
            self._opened_at = self._clock()
        return was_opened

    @property
    def present(self) -> bool:
        """Whether somebody may be reading now. Where the kernel does not tell, somebody always may."""
        return self._fd < 0 or self._clock() - self._opened_at < LOOK_SECONDS

    def tell(self) -> None:
        """Tell those who wait that all that came before is in the log."""
        try:
            path = self._run / SHOWN
            path.touch(0o600)
            os.utime(path, ns=(time.time_ns(), time.time_ns()))
        except OSError:
            pass  # they wait a little longer

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def shown_us(run: Path) -> int:
    """Up to when (µs since 1970) all that workers had sent is in the log for sure; 0 where no recorder says so."""
    return (_shown_ns(run) or 0) // 1000


def wait(run: Path, since_ns: int) -> bool:
    """Having opened the log at `since_ns` (Unix), wait for the recorder to have committed; False when it does not.

    Where it has shown something within LOOK_SECONDS / 2 it commits every second anyway, and nobody waits.
    """
    end = time.monotonic() + WAIT_SECONDS
    while True:
        shown_ns = _shown_ns(run)
        if shown_ns is None or shown_ns >= since_ns - LOOK_SECONDS / 2 * 1e9:
            return shown_ns is not None
        if time.monotonic() >= end:
            return False
        time.sleep(_POLL_SECONDS)


def _shown_ns(run: Path) -> int | None:
    try:
        return (run / SHOWN).stat().st_mtime_ns
    except OSError:
        return None


def _watch(path: Path) -> int:
    """A descriptor that has something to read when the file was opened; -1 when there is none to be had."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        fd = int(libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        if fd >= 0 and libc.inotify_add_watch(fd, os.fsencode(path), _IN_OPEN) < 0:
            os.close(fd)
            fd = -1
    except (OSError, AttributeError):
        return -1
    return fd
