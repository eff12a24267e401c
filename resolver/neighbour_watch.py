# SPDX-License-Identifier: GPL-3.0-or-later
"""An address that is handed to another device changes hands with its first query, not when config.db has heard of it.

The recorder writes whose an address is, which takes half a second until it is a policy. The kernel tells of another MAC
address before the first query of its device: that one asked for ours, or we for its. So a worker listens as well, and
seats the address anew, by the MAC addresses that config.db knows. Off the path of a query: a seat is looked up once.
"""

from __future__ import annotations

import asyncio

from network.neighbour_events import NeighbourTable
from resolver.answer.pipeline import Resolver


class NeighbourWatch:
    """The kernel's table for one worker, whose snapshots look into it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, resolver: Resolver) -> None:
        self._loop, self._resolver = loop, resolver
        self._table = NeighbourTable()
        self._descriptor = self._table.fileno()
        resolver.snapshot.neighbours = self._table.macs
        if self._descriptor >= 0:
            loop.add_reader(self._descriptor, self.on_readable)
        self.on_readable()

    def on_readable(self) -> None:
        """Take what the kernel tells, and forget the seats of those that it is about."""
        for neighbour in self._table.read():
            self._resolver.snapshot.forget_seat(str(neighbour.address))

    def close(self) -> None:
        """Listen no more."""
        if self._descriptor >= 0:
            self._loop.remove_reader(self._descriptor)
        self._table.close()
