# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals as events of a loop: their numbers arrive on a socket, and `wait` hands them out."""

import selectors
import signal
import socket
from collections.abc import Callable
from typing import Any

HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
# What other daemons take as a command (to open a log anew, to write counts), and a habit may send here: by themselves
# these end a process, and DNS with it. SIGQUIT stays: it is how a person asks for a core.
IGNORED = (
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGIO, signal.SIGPWR,
)  # fmt: skip


def ignore_strange() -> None:
    """Let signals that mean nothing here pass, in this process and in those that it forks from now on."""
    for signum in IGNORED:
        signal.signal(signum, signal.SIG_IGN)


class Signals:
    """A context in which HANDLED signals interrupt nothing and are handed out by `wait` instead."""

    def __init__(self, handle: Callable[[int], None]) -> None:
        self._handle = handle
        self._selector = selectors.DefaultSelector()
        self._reader, self._writer = socket.socketpair()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> "Signals":
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._selector.register(self._reader, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for signum in HANDLED:
            self._before[signum] = signal.signal(signum, _nothing)
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(-1)
        for signum, handler in self._before.items():
            signal.signal(signum, handler)
        self._selector.close()
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes or the time is up; each signal is handled."""
        if self._selector.select(max(0.0, seconds)):
            for signum in self._reader.recv(4096):
                self._handle(signum)


def _nothing(_signum: int, _frame: object) -> None:
    """A handler must be set for the wake-up socket to hear of the signal."""
