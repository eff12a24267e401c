# SPDX-License-Identifier: GPL-3.0-or-later
"""Many short-lived sockets on one event loop: they share an epoll of their own, which the loop watches as one thing.

At home a port towards an upstream lives for three queries. To make and unmake a reader of the loop for each would
cost more than those queries; here a socket costs one epoll_ctl, and closing it takes it out.
"""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable

EVENTS = 64  # taken at one go, before the loop's other work gets its turn


class Poller:
    """Calls each socket's reader when there is something to read. One a worker."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._epoll = select.epoll()
        self._readers: dict[int, Callable[[], None]] = {}  # bounded by the sockets: `ports.MAX_PORTS` an upstream
        loop.add_reader(self._epoll.fileno(), self.poll)

    def add(self, descriptor: int, reader: Callable[[], None]) -> None:
        """Call `reader` whenever `descriptor` can be read."""
        self._readers[descriptor] = reader
        self._epoll.register(descriptor, select.EPOLLIN)

    def forget(self, descriptor: int) -> None:
        """Call no more; the socket is to be closed next, which takes it out of the epoll too."""
        self._readers.pop(descriptor, None)

    def close(self) -> None:
        """Stop watching everything."""
        self._readers.clear()
        if not self._epoll.closed:
            self._loop.remove_reader(self._epoll.fileno())
            self._epoll.close()

    def poll(self) -> None:
        """Call the readers of all sockets that can be read now."""
        for descriptor, _ in self._epoll.poll(0, EVENTS):
            reader = self._readers.get(descriptor)
            if reader is not None:
                reader()
