# SPDX-License-Identifier: GPL-3.0-or-later
"""Signals as events of a loop: their numbers arrive on a socket, and `wait` hands them out."""

import logging
import selectors
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD)
# What other daemons take as a command (to open a log anew, to write counts), and a habit may send here: by themselves
# these end a process, and DNS with it. SIGQUIT stays: it is how a person asks for a core.
IGNORED = (
    signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGVTALRM, signal.SIGPROF, signal.SIGIO, signal.SIGPWR,
)  # fmt: skip

log = logging.getLogger("telltale.supervisor")


def ignore_strange() -> None:
    """Let signals that mean nothing here pass, in this process and in those that it forks from now on."""
    for signum in IGNORED:
        signal.signal(signum, signal.SIG_IGN)


class Signals:
    """A context in which HANDLED signals interrupt nothing and are handed out by `wait` instead, and beside them what
    else is watched: `wait` calls what was given with each descriptor that is readable. One whose call raises is watched
    no more, and that is logged."""

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

    def watch(self, fd: int, readable: Callable[[], None]) -> None:
        """Have `wait` call this for as long as there is something to read. Raises OSError."""
        self._selector.register(fd, selectors.EVENT_READ, readable)

    def unwatch(self, fd: int) -> None:
        """Before it is closed."""
        with suppress(KeyError):
            self._selector.unregister(fd)

    def wait(self, seconds: float) -> None:
        """Sleep until a signal comes, something else is to be read, or the time is up; each is handled."""
        for key, _ in self._selector.select(max(0.0, seconds)):
            if key.fileobj is not self._reader:
                self._call(key)
        with suppress(BlockingIOError):
            for signum in self._reader.recv(4096):
                self._handle(signum)

    def _call(self, key: selectors.SelectorKey) -> None:
        try:
            key.data()
        except Exception:
            log.exception("what was to be read cannot be dealt with")
            self.unwatch(key.fd)


def _nothing(_signum: int, _frame: object) -> None:
    """A handler must be set for the wake-up socket to hear of the signal."""
