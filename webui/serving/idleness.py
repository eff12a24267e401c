# SPDX-License-Identifier: GPL-3.0-or-later
"""When nobody has asked for a while: the pages' process then ends, and the supervisor starts it for whoever asks next.

Every request counts, whoever asks, and as long as it runs; a connection on which nothing was asked does not. What lives
in this process alone keeps it awake until it is over (`webui.http.state.WebUi.is_busy`).
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

LOOK_SECONDS = 60.0  # between two looks at the most: the setting may have changed
AGAIN_SECONDS = 1.0  # between two looks at the least
MAX_GIVEN_BACK = 32  # silent connections; with more it stays awake until their time is over


@dataclass(slots=True)
class Visits:
    """When the last request began or ended, by the loop's clock."""

    last: float


class Connection(Protocol):
    """One of the server's: `webui.serving.web_connection.WebConnection`."""

    @property
    def silent(self) -> bool:
        """Whether nothing has come of a request, and nothing is left to send: another process may serve it."""

    def give_away(self, way: socket.socket) -> None:
        """Hand it over, and let go of it. Raises OSError."""


class Entrance(Protocol):
    """Where connections come from: `webui.serving.arrivals.Arrivals`."""

    def open(self) -> None: ...

    def close(self) -> None: ...

    async def settled(self) -> None: ...


class Idleness:
    """Of one server. `seconds`: without a visitor, until it falls asleep; 0 is never. `is_busy`: whether something
    beside requests keeps it awake. `tasks`, `connections`: the server's, as they change."""

    def __init__(
        self, visits: Visits, entrance: Entrance, way: socket.socket, seconds: Callable[[], float],
        is_busy: Callable[[], bool], tasks: Collection[object], connections: Collection[Connection],
    ) -> None:  # fmt: skip
        self._visits, self._entrance, self._way = visits, entrance, way
        self._seconds, self._is_busy, self._tasks, self._connections = seconds, is_busy, tasks, connections

    async def wait(self) -> None:
        """Return once it is asleep: nothing arrives here any more, and nobody waits here for anything."""
        while not await self._falls_asleep():  # noqa: ASYNC110 - it waits for nothing to happen
            await asyncio.sleep(self._pause())

    def _pause(self) -> float:
        seconds = self._seconds()
        left = self._left(seconds) if seconds else LOOK_SECONDS
        return max(AGAIN_SECONDS, min(left if left > 0 else seconds, LOOK_SECONDS))

    def _left(self, seconds: float) -> float:
        return self._visits.last + seconds - asyncio.get_running_loop().time()

    def _is_due(self) -> bool:
        seconds = self._seconds()
        if not seconds or self._left(seconds) > 0 or self._tasks or self._is_busy():
            return False
        return len(self._connections) <= MAX_GIVEN_BACK and all(each.silent for each in self._connections)

    async def _falls_asleep(self) -> bool:
        if not self._is_due():
            return False
        # From here on whoever connects waits in the backlog, and wakes the supervisor from there.
        self._entrance.close()
        await self._entrance.settled()
        try:
            if self._is_due():
                for connection in list(self._connections):
                    connection.give_away(self._way)
                return True
        except OSError:
            pass  # the way is full: those that went come back over it
        self._entrance.open()
        return False
