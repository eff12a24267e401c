# SPDX-License-Identifier: GPL-3.0-or-later
"""Whom the kernel wakes for a query: the socket's owner alone while that sleeps, and who stands by while it does not.

    owner      its loop's own epoll, EPOLLEXCLUSIVE     asleep in it ─► is woken, and that is all
    stands by  an epoll in its loop's, EPOLLEXCLUSIVE   is woken as well where the owner is busy, stopped, or gone

epoll(7) goes through all that wait for a socket and ends at the first exclusive one that really sleeps. An epoll inside
another is never that one: who stands by takes no wake-up away, whichever of them came first. Where a kernel or a loop
does not know how, both are woken, as ever. The kernel lets such a reader be changed no more, only be taken away: a loop
that is to write on the same socket too would fail at that, so these sockets are written to without one.
"""

from __future__ import annotations

import asyncio
import os
import select
from collections.abc import Iterable
from contextlib import suppress

_ALONE = select.EPOLLIN | select.EPOLLEXCLUSIVE
ADDED_SECONDS = 0.1  # a loop tells the kernel of a reader with its next turn


def wake_alone(loop: asyncio.AbstractEventLoop, fds: Iterable[int]) -> None:
    """Have the kernel wake nobody else for these readers of `loop` while it sleeps, from shortly on."""
    loop.call_later(ADDED_SECONDS, _claim, loop, tuple(fds))


class Arrivals:
    """What comes in on sockets that others own, while they do not sleep. `fileno` is readable then."""

    def __init__(self, fds: Iterable[int]) -> None:
        self._fds, self._epoll = tuple(fds), select.epoll()

    def fileno(self) -> int:
        return self._epoll.fileno()

    def listen(self) -> None:
        """Hear of what comes from now on, behind their owners, and of what lies there."""
        self.deafen()
        for fd in self._fds:
            try:
                self._epoll.register(fd, _ALONE)
            except OSError:
                self._epoll.register(fd, select.EPOLLIN)

    def deafen(self) -> None:
        """Hear of nothing until `listen`."""
        for fd in self._fds:
            with suppress(OSError):
                self._epoll.unregister(fd)

    def close(self) -> None:
        """Give the descriptor back; safe to call twice."""
        self._epoll.close()


def _claim(loop: asyncio.AbstractEventLoop, fds: tuple[int, ...]) -> None:
    number = _epoll_of(loop)
    if number is None:
        return
    with suppress(OSError), select.epoll.fromfd(os.dup(number)) as epoll:
        for fd in fds:
            epoll.unregister(fd)  # raises where the loop does not read it: it must then not be found here either
            try:
                epoll.register(fd, _ALONE)
            except OSError:
                epoll.register(fd, select.EPOLLIN)


def _epoll_of(loop: asyncio.AbstractEventLoop) -> int | None:
    """The descriptor that a loop sleeps in: of uvloop's, else of asyncio's; neither is part of what they promise."""
    backend = getattr(loop, "_get_backend_id", None) or getattr(getattr(loop, "_selector", None), "fileno", None)
    number = backend() if backend is not None else None
    return number if isinstance(number, int) and number >= 0 else None
